import { mean } from 'simple-statistics';
import type { Random } from '../../lib/stats/index.js';
import { topK } from '../../topk/select/index.js';

/**
 * The candidates that filters in front of a full ranking would keep: Willump's top-K filter as
 * published (Kraft et al., MLSys 2020, section 4.3), and the ideal one, which knows each query's
 * answer. A filter keeps the best by an approximate score; ties go to the lower index.
 */

/** One query's candidates, as an approximate and the full model score them. */
export interface FilterQuery {
  readonly approximate: Float64Array;
  readonly full: Float64Array;
  readonly k: number;
}

/** How many samples Willump looks at. */
export const SAMPLES = 100;

/** The recall that a sample must reach. */
export const PRECISION = 0.95;

/** The number of samples that must reach it: as in the paper, and as in the released code. */
export const WILLUMP_RULES = { published: 99, released: 95 } as const;

/** The least number of candidates that a filter must keep to include `recall` of the true top K. */
export function leastKept({ approximate, full, k }: FilterQuery, recall: number): number {
  const size = Math.min(k, full.length);
  const answer = topK(full, size).sort();
  const byFilter = topK(
    Float64Array.from(answer, (row) => approximate[row]),
    size,
  );
  // Less what rounding can amount to: .95 of 20 are 19.
  const last = answer[byFilter[Math.max(1, Math.ceil(recall * size - 1e-9)) - 1]];
  const score = approximate[last];
  return approximate.reduce(
    (kept, other, row) => kept + Number(other > score || (other === score && row <= last)),
    0,
  );
}

/**
 * The candidates kept as a multiple of K: the least that is enough for `enough` of {@link SAMPLES}
 * samples.
 */
export function willumpRatio(samples: readonly FilterQuery[], enough: number): number {
  const ratios = Float64Array.from(samples, (sample) => leastKept(sample, PRECISION) / sample.k).sort();
  return ratios[Math.ceil((enough / SAMPLES) * ratios.length) - 1];
}

/** How many candidates a ratio keeps. */
export function keptBy(ratio: number, k: number, candidates: number): number {
  return Math.min(candidates, Math.ceil(ratio * k - 1e-9));
}

/** Samples of one validation set, drawn with replacement, each of `size` rows. */
export function resampled(pool: FilterQuery, size: number, draw: Random): FilterQuery[] {
  const rows = pool.full.length;
  return Array.from({ length: SAMPLES }, () => {
    const drawn = Int32Array.from({ length: size }, () => draw.integer(rows));
    return {
      approximate: Float64Array.from(drawn, (row) => pool.approximate[row]),
      full: Float64Array.from(drawn, (row) => pool.full[row]),
      k: pool.k,
    };
  });
}

/** The same where there are queries rather than a pool: {@link SAMPLES} of them, drawn with replacement. */
export function redrawn<Query>(queries: readonly Query[], draw: Random): Query[] {
  return Array.from({ length: SAMPLES }, () => queries[draw.integer(queries.length)]);
}

/** The share of the true top K among the `kept` best by the approximate score. */
export function recallOf({ approximate, full, k }: FilterQuery, kept: number): number {
  const size = Math.min(k, full.length);
  const among = new Set(topK(approximate, kept));
  return topK(full, size).filter((row) => among.has(row)).length / size;
}

/**
 * The least multiple of K at which a filter has this mean recall of the queries. It is chosen in
 * hindsight: no rule knows it.
 */
export function ratioOfRecall(queries: readonly FilterQuery[], recall: number): number {
  const k = Math.min(...queries.map((query) => query.k));
  let [low, high] = [0, Math.max(...queries.map(({ full }) => full.length)) / k];
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    const own = queries.map((query) => recallOf(query, keptBy(middle, query.k, query.full.length)));
    // Sums of the same recalls in another order may differ in their last bit.
    if (mean(own) >= recall - 1e-9) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The cost of a query, in the unit of the costs of a row: the cheap features for all, the others
 * for the rows kept.
 */
export function filterCost(
  candidates: number,
  kept: number,
  costs: { readonly approximate: number; readonly full: number },
): number {
  return costs.approximate * candidates + (costs.full - costs.approximate) * kept;
}
