import {
  countAtLeast,
  countKept,
  hasNaN,
  kept,
  lookedAt,
  ordered,
  type TopKCut,
  thresholdOf,
} from '../cuts/index.js';
import { recallAtK } from '../problem/index.js';
import { topK } from '../select/index.js';
import type { TopKMetric } from '../types.js';
import { type JudgedQuery, pickColumn, type ScoreColumns } from './scoreTable.js';

/** The best candidates of a query by a stage's score, best first. */
export interface Head {
  readonly best: Float64Array;
  /** Their positions among the query's candidates. */
  readonly order: Int32Array;
}

/** A stage's scores, as far as cuts are tried on them. */
export interface ScoredStage {
  readonly columns: ScoreColumns;
  /** Each query's head, if known: it avoids a pass over every candidate. */
  readonly heads?: readonly (Head | undefined)[];
}

/** How one query goes through stages that cut. */
export interface Replay {
  /** Candidates that reach each stage, the full model last. */
  readonly reached: readonly number[];
  /** Positions of those that the full model scores, in no order. */
  readonly left: Int32Array;
}

const DEEPEST = 8_192;

/** Heads of queries that have no NaN. */
export function headsOf(columns: ScoreColumns, queries: readonly JudgedQuery[]): (Head | undefined)[] {
  return queries.map((query) => {
    const scores = pickColumn(columns, query);
    if (hasNaN(scores)) return undefined;
    const order = topK(scores, DEEPEST);
    return { order, best: Float64Array.from(order, (position) => scores[position]) };
  });
}

/**
 * Scores of stages in the order of another one's head, by that, by stage and by query: many chains are tried on the
 * same.
 */
export type Aligned = Map<ScoredStage, Map<ScoredStage, Float64Array[]>>;

/**
 * @param q the query's place among those that the heads are of
 * @param aligned where it is given, it is filled
 */
export function replay(
  stages: readonly ScoredStage[],
  cuts: readonly TopKCut[],
  query: JudgedQuery,
  q: number,
  aligned?: Aligned,
): Replay {
  const { candidates, k, rankClass } = query;
  const reached = [candidates.length];
  if (stages.length === 0) return { reached, left: everyone(candidates.length) };
  const ahead = aheadOf(stages[0], cuts[0], query, q);
  let left = ahead ?? kept(cuts[0], pickColumn(stages[0].columns, query), k, candidates.length, rankClass);
  // If all remaining candidates are in the head, scores needn't be picked again from all
  // candidates.
  const inHead = ahead === undefined ? undefined : aligned;
  /**
   * Positions in the head of the remaining candidates; until a stage has cut, of all candidates
   * ahead.
   */
  let places: Int32Array | undefined;
  for (let s = 1; s < stages.length; s++) {
    reached.push(left.length);
    const scores = inHead
      ? pick(alignedScores(inHead, stages[0], stages[s], query, q), places, left.length)
      : pickColumn(stages[s].columns, { ...query, candidates: pick32(candidates, left) });
    const stay = kept(cuts[s], scores, k, candidates.length, rankClass);
    left = pick32(left, stay);
    places = places ? pick32(places, stay) : stay;
  }
  reached.push(left.length);
  return { reached, left };
}

function alignedScores(
  aligned: Aligned,
  first: ScoredStage,
  stage: ScoredStage,
  query: JudgedQuery,
  q: number,
): Float64Array {
  const byStage = aligned.get(first) ?? new Map<ScoredStage, Float64Array[]>();
  aligned.set(first, byStage);
  const byQuery = byStage.get(stage) ?? [];
  byStage.set(stage, byQuery);
  const order = first.heads?.[q]?.order ?? new Int32Array(0);
  byQuery[q] ??= pickColumn(stage.columns, { ...query, candidates: pick32(query.candidates, order) });
  return byQuery[q];
}

/** @param places without them the first `count` */
function pick(values: Float64Array, places: Int32Array | undefined, count: number): Float64Array {
  if (places === undefined) return values.subarray(0, count);
  const picked = new Float64Array(places.length);
  for (let i = 0; i < picked.length; i++) picked[i] = values[places[i]];
  return picked;
}

function pick32(values: Int32Array, places: Int32Array): Int32Array {
  const picked = new Int32Array(places.length);
  for (let i = 0; i < picked.length; i++) picked[i] = values[places[i]];
  return picked;
}

/** The positions that the first stage keeps, best first, if its head determines them. */
function aheadOf(
  { heads }: ScoredStage,
  cut: TopKCut,
  query: JudgedQuery,
  q: number,
): Int32Array | undefined {
  const head = heads?.[q];
  const threshold = head && headThreshold(head, cut, query);
  if (head === undefined || threshold === undefined) return undefined;
  return head.order.subarray(0, countAtLeast(head.best, threshold));
}

/** The threshold of a cut that keeps candidates of the head alone; `undefined` if it may keep others. */
function headThreshold(
  { best }: Head,
  cut: TopKCut,
  { candidates: { length: candidates }, k, rankClass }: JudgedQuery,
): number | undefined {
  if (best.length === candidates) return thresholdOf(cut, best, k, candidates, rankClass);
  if (best.length < lookedAt(cut, k)) return undefined;
  if (cut.kind !== 'margin' && countKept(cut, ordered(best), k, candidates, rankClass) > best.length)
    return undefined;
  const threshold = thresholdOf(cut, best, k, candidates, rankClass);
  return best[best.length - 1] < threshold ? threshold : undefined;
}

/** The metric of the full model's answer from the remaining candidates. */
export function metricValue(metric: TopKMetric, query: JudgedQuery, left: Int32Array): number {
  const { truth, isTrue, full, k } = query;
  if (metric.value === recallAtK.value) {
    // The remaining part of the true top K outranks everything else.
    let found = 0;
    for (let i = 0; i < left.length; i++) found += isTrue[left[i]];
    return found / k;
  }
  const ordered = left.slice().sort();
  const scores = Float64Array.from(ordered, (position) => full[position]);
  const answer = topK(scores, k).map((i) => ordered[i]);
  return metric.value({ answer, truth, scores: full });
}

function everyone(count: number): Int32Array {
  const all = new Int32Array(count);
  for (let i = 0; i < count; i++) all[i] = i;
  return all;
}
