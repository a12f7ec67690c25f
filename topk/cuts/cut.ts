import { bestValues, kthBest } from '../select/index.js';
import { type BestScores, ordered, unordered } from './bestScores.js';
import { countOf, type StoppingRule } from './stoppingRule.js';

/**
 * The candidates that a stage passes on, by its own scores of those that reached it. Plain data.
 *
 * `ratio`: the `keep` x K best. `margin`: those within `margin` of the K-th best. `learned`: as many as a rule
 * expects this query to need, times `factor`.
 *
 * Whatever the kind, a cut is a threshold on the scores: what ties with the last one that is kept is kept too, so
 * that the order of the candidates decides nothing, and scores that are all equal cut nothing. Never fewer than K are
 * kept.
 */
export type TopKCut =
  | { readonly kind: 'ratio'; readonly keep: number }
  | { readonly kind: 'margin'; readonly margin: number }
  | { readonly kind: 'learned'; readonly factor: number; readonly rule: StoppingRule };

/** For queries that don't rank by a class. */
const NO_CLASS = -1;

export type CutKind = TopKCut['kind'];

export const KINDS: readonly CutKind[] = ['ratio', 'margin', 'learned'];

/** The same cut, keeping about `times` times as many. */
export function widened(cut: TopKCut, times: number): TopKCut {
  if (cut.kind === 'ratio') return { ...cut, keep: cut.keep * times };
  if (cut.kind === 'margin') return { ...cut, margin: cut.margin * times };
  return { ...cut, factor: cut.factor * times };
}

/**
 * The number of best scores that the threshold depends on: more than K, so that only K scores mean
 * that there are no more.
 */
export function depthOf(cut: TopKCut, k: number): number {
  if (cut.kind === 'margin') return k + 1;
  const multiple = cut.kind === 'ratio' ? cut.keep : cut.factor * cut.rule.most;
  return Math.max(lookedAt(cut, k), Math.ceil(multiple * k));
}

/** The number of best scores that determine how many are kept: no more than {@link depthOf}. */
export function lookedAt(cut: TopKCut, k: number): number {
  return Math.max(k + 1, cut.kind === 'learned' ? Math.ceil(cut.rule.depth * k) : 0);
}

/**
 * The least score that is kept.
 *
 * @param best the best scores of those that reached the stage, best first: {@link depthOf} of them, or all
 * @param candidates number of the query's candidates
 */
export function thresholdOf(
  cut: TopKCut,
  best: Float64Array,
  k: number,
  candidates: number,
  rankClass = NO_CLASS,
): number {
  if (best.length <= k) return Number.NEGATIVE_INFINITY;
  if (cut.kind === 'margin') return best[k - 1] - cut.margin;
  return best[Math.min(best.length, countKept(cut, ordered(best), k, candidates, rankClass)) - 1];
}

/**
 * The number of best candidates that a counting cut keeps, if there are that many. @param best
 * {@link lookedAt} of them, or more, or all
 */
export function countKept(
  cut: Exclude<TopKCut, { kind: 'margin' }>,
  best: BestScores,
  k: number,
  candidates: number,
  rankClass = NO_CLASS,
): number {
  const count =
    cut.kind === 'ratio' ? cut.keep * k : cut.factor * countOf(cut.rule, best, k, candidates, rankClass);
  return Math.max(k, Math.ceil(count));
}

/**
 * A score under which nothing will be kept, whatever candidates follow: the threshold can only
 * rise.
 */
export function scoreFloor(cut: TopKCut, best: Float64Array, k: number): number {
  const depth = depthOf(cut, k);
  if (best.length < depth) return Number.NEGATIVE_INFINITY;
  return cut.kind === 'margin' ? best[k - 1] - cut.margin : best[depth - 1];
}

/** The best scores, best first. NaN counts for nothing here, and is never cut. */
export function bestOf(scores: Float64Array, depth: number): Float64Array {
  return bestValues(hasNaN(scores) ? scores.filter((score) => !Number.isNaN(score)) : scores, depth);
}

export function hasNaN(scores: Float64Array): boolean {
  for (let i = 0; i < scores.length; i++) if (Number.isNaN(scores[i])) return true;
  return false;
}

/** Positions, ascending, of the scores that a cut keeps. @param of code of the class that ranks, here and below */
export function kept(
  cut: TopKCut,
  scores: Float64Array,
  k: number,
  candidates: number,
  rankClass = NO_CLASS,
): Int32Array {
  return atLeast(scores, thresholdIn(cut, scores, k, candidates, rankClass));
}

/**
 * The least score that is kept among all these: as {@link thresholdOf}, without sorting more of
 * them than needed.
 */
export function thresholdIn(
  cut: TopKCut,
  scores: Float64Array,
  k: number,
  candidates: number,
  rankClass = NO_CLASS,
): number {
  const numbers = hasNaN(scores) ? scores.filter((score) => !Number.isNaN(score)) : scores;
  if (numbers.length <= k) return Number.NEGATIVE_INFINITY;
  if (cut.kind === 'margin') return kthBest(numbers, k) - cut.margin;
  const count = countKept(cut, unordered(numbers, k), k, candidates, rankClass);
  return kthBest(numbers, Math.min(numbers.length, count));
}

/** Positions, ascending, of scores that aren't under a threshold. */
export function atLeast(scores: Float64Array, threshold: number): Int32Array {
  const positions = new Int32Array(scores.length);
  let count = 0;
  for (let i = 0; i < scores.length; i++) if (!(scores[i] < threshold)) positions[count++] = i;
  return positions.slice(0, count);
}
