import { denseBlock, SparseWriter } from '../../lib/data/blocks/index.js';
import { ridgeRegression } from '../../lib/learn/learners/index.js';
import { exp, log } from '../../lib/util/math/index.js';
import { type BestScores, ordered } from './bestScores.js';

/**
 * A stopping rule: predicts from a query's best scores how many candidates to keep. Plain data.
 *
 * The logarithm of that count over K is linear in a few numbers, and in the class that ranks, fitted by ridge
 * regression on the tuning queries. It is kept within what those needed, so that no query is taken for more unusual
 * than any that was seen.
 */
export interface StoppingRule {
  /** One for each number of {@link signsOf}. */
  readonly weights: readonly number[];
  /** Added to the weighted sum. */
  readonly intercept: number;
  /** The least and the most that is expected, as multiples of K. */
  readonly least: number;
  readonly most: number;
  /** The mean distance of members of the answer under the K-th best score: the unit of gaps. */
  readonly spread: number;
  /** The number of best scores that are read, as a multiple of K. */
  readonly depth: number;
  /** Added for the class that ranks, by its code; nothing for a class that no query had. */
  readonly classes: Readonly<Record<number, number>>;
}

/** A query that a rule is fitted to. */
export interface NeedyQuery {
  /** The best scores, best first: `depth` x K of them, or all. */
  readonly best: Float64Array;
  readonly k: number;
  readonly candidates: number;
  /** Code of the class that ranks. */
  readonly rankClass: number;
  /** The number of best candidates that had to be kept. */
  readonly needed: number;
}

const L2 = 2;
const WIDEST = 20;

/** The number of candidates that the query is expected to need. */
export function countOf(
  rule: StoppingRule,
  best: BestScores,
  k: number,
  candidates: number,
  rankClass: number,
): number {
  const signs = signsOf(best, k, candidates, rule);
  const log = signs.reduce(
    (sum, sign, i) => sum + sign * rule.weights[i],
    rule.intercept + (rule.classes[rankClass] ?? 0),
  );
  return k * Math.min(rule.most, Math.max(rule.least, exp(log)));
}

export async function fitStopping(
  queries: readonly NeedyQuery[],
  { spread, depth }: Pick<StoppingRule, 'spread' | 'depth'>,
): Promise<StoppingRule> {
  const signs = queries.map(({ best, k, candidates }) =>
    signsOf(ordered(best), k, candidates, { spread, depth }),
  );
  const values = Float64Array.from(queries, ({ needed, k }) => log(needed / k));
  const columns = signs[0].length;
  const block = denseBlock(queries.length, columns, Float32Array.from(signs.flat()));
  const codes = [...new Set(queries.map(({ rankClass }) => rankClass))].sort((a, b) => a - b);
  const classes = new SparseWriter(queries.length, codes.length, queries.length);
  for (const { rankClass } of queries) {
    classes.push(codes.indexOf(rankClass), 1);
    classes.endRow();
  }
  const set = {
    blocks: [block, classes.block()],
    rows: queries.length,
    classes: 1,
    labels: new Int32Array(0),
    values,
  };
  const { weights, intercepts } = await ridgeRegression({ l2: L2 }).fit(set, { seed: 0 });
  const needs = values.map(exp);
  return {
    weights: [...weights.subarray(0, columns)],
    classes: Object.fromEntries(codes.map((code, i) => [code, weights[columns + i]])),
    intercept: intercepts[0],
    least: needs.reduce((least, need) => Math.min(least, need)),
    most: needs.reduce((most, need) => Math.max(most, need)),
    spread,
    depth,
  };
}

/**
 * Predictors of a query's difficulty: its size, the density of scores just under the K-th best, and
 * the gaps around it. All are finite.
 */
function signsOf(
  best: BestScores,
  k: number,
  candidates: number,
  { spread, depth }: Pick<StoppingRule, 'spread' | 'depth'>,
): number[] {
  const last = Math.min(k, best.length) - 1;
  const deepest = Math.min(best.length, Math.ceil(depth * k));
  const within = (distance: number) => {
    const count = best.countAtLeast(best.at(last) - distance);
    return log(Math.max(last + 1, Math.min(deepest, count)) / k);
  };
  const gap = (from: number, to: number) => {
    const width = (best.at(Math.min(from, deepest - 1)) - best.at(Math.min(to, deepest - 1))) / spread;
    return Number.isNaN(width) ? 0 : Math.min(WIDEST, width);
  };
  return [
    log(k),
    log(candidates),
    within(spread),
    within(2 * spread),
    within(4 * spread),
    gap(k >> 1, last),
    gap(last, 2 * k - 1),
  ];
}
