import { topK } from '../../lib/select/index.js';
import { type Cut, countKept, hasNaN, kept, lookedAt, thresholdOf } from './cut.js';
import { recallAtK } from './metrics.js';
import { type Columns, type JudgedQuery, pickColumn } from './tables.js';
import type { TopKMetric } from './terms.js';

/** The best candidates of a query by a stage's score, best first. */
export interface Head {
  readonly best: Float64Array;
  /** Their positions among the query's candidates. */
  readonly order: Int32Array;
}

/** A stage's scores, as far as cuts are tried on them. */
export interface ScoredStage {
  readonly columns: Columns;
  /** Of each query, where they are there: they spare a look at every candidate. */
  readonly heads?: readonly (Head | undefined)[];
}

/** How one query goes through stages that cut. */
export interface Passage {
  /** Candidates that reach each stage, the full model last. */
  readonly reached: readonly number[];
  /** Positions of those that the full model scores, in no order. */
  readonly left: Int32Array;
}

const DEEPEST = 8_192;

/** Heads of queries that have no NaN. */
export function headsOf(columns: Columns, queries: readonly JudgedQuery[]): (Head | undefined)[] {
  return queries.map((query) => {
    const scores = pickColumn(columns, query);
    if (hasNaN(scores)) return undefined;
    const order = topK(scores, DEEPEST);
    return { order, best: Float64Array.from(order, (position) => scores[position]) };
  });
}

/** @param q the query's place among those that the heads are of */
export function passage(
  stages: readonly ScoredStage[],
  cuts: readonly Cut[],
  query: JudgedQuery,
  q: number,
): Passage {
  const { candidates, k, of } = query;
  const reached = [candidates.length];
  let left = stages.length === 0 ? everyone(candidates.length) : first(stages[0], cuts[0], query, q);
  for (let s = 1; s < stages.length; s++) {
    reached.push(left.length);
    const column = stages[s].columns.get(of);
    if (column === undefined) throw new TypeError(`nothing was scored for class ${of}`);
    const scores = new Float64Array(left.length);
    for (let i = 0; i < left.length; i++) scores[i] = column[candidates[left[i]]];
    const stay = kept(cuts[s], scores, k, candidates.length);
    left = stay.map((i) => left[i]);
  }
  if (stages.length > 0) reached.push(left.length);
  return { reached, left };
}

/** The positions that the first stage keeps. */
function first({ columns, heads }: ScoredStage, cut: Cut, query: JudgedQuery, q: number): Int32Array {
  const { candidates, k } = query;
  const head = heads?.[q];
  const threshold = head && headThreshold(head, cut, k, candidates.length);
  if (head === undefined || threshold === undefined) {
    return kept(cut, pickColumn(columns, query), k, candidates.length);
  }
  return head.order.subarray(0, countAtLeast(head.best, threshold));
}

/** The threshold of a cut that keeps candidates of the head alone; `undefined` where it may keep others. */
function headThreshold({ best }: Head, cut: Cut, k: number, candidates: number): number | undefined {
  if (best.length === candidates) return thresholdOf(cut, best, k, candidates);
  if (best.length < lookedAt(cut, k)) return undefined;
  if (cut.kind !== 'margin' && countKept(cut, best, k, candidates) > best.length) return undefined;
  const threshold = thresholdOf(cut, best, k, candidates);
  return best[best.length - 1] < threshold ? threshold : undefined;
}

/** How many of these, best first, aren't under a threshold. */
function countAtLeast(best: Float64Array, threshold: number): number {
  let [low, high] = [0, best.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (best[middle] < threshold) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What the answer is worth that the full model gives from those that are left. */
export function metricValue(metric: TopKMetric, query: JudgedQuery, left: Int32Array): number {
  const { truth, isTrue, full, k } = query;
  if (metric.value === recallAtK.value) {
    // What is left of the true top K outranks everything else.
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
  return Int32Array.from({ length: count }, (_, i) => i);
}
