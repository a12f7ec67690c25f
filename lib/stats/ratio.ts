import { bettingPValue, bettingRunPValue } from './betting.js';
import { rowsNeeded } from './binomial.js';
import { leastFrom } from './least.js';

/**
 * Independent clusters, in an order chosen without their losses: what each loses, 0 to 1, and how much of it counts,
 * 0 to 1. No cluster loses more than counts of it.
 */
export interface Clusters {
  readonly lost: Float64Array;
  readonly counts: Float64Array;
}

/** The test of a mean in [0, 1]: of 'it is `limit` or more', at level delta. */
export type MeanTest = (values: Float64Array, limit: number, delta: number) => number;

/**
 * The p-value of 'the mean of what clusters lose is at least `limit` times the mean of what counts': a ratio of
 * means, tested as one mean. That lost - limit * counts is 0 or more on average is that lost + limit * (1 - counts)
 * is `limit` or more, and that lies in [0, 1].
 *
 * @param limit in (0, 1)
 * @param delta in (0, 1)
 * @param test of the mean. @defaultValue betting
 * @returns in (0, 1]; 1 for no clusters
 * @throws DataError for values outside [0, 1]
 * @see Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS B 2024
 */
export function ratioPValue(
  { lost, counts }: Clusters,
  limit: number,
  delta: number,
  test: MeanTest = bettingPValue,
): number {
  return test(
    lost.map((value, i) => Math.min(1, value + limit * (1 - counts[i]))),
    limit,
    delta,
  );
}

/**
 * The upper limit of the ratio at confidence 1 - delta, to the millionth part: the least limit that is rejected. 1
 * where none is.
 */
export function ratioUpper(clusters: Clusters, delta: number): number {
  let [standing, rejected] = [0, 1];
  while (rejected - standing > 1e-6) {
    const middle = (standing + rejected) / 2;
    if (ratioPValue(clusters, middle, delta) <= delta) rejected = middle;
    else standing = middle;
  }
  return rejected;
}

/**
 * The least number of clusters with which a ratio is shown to be below `limit` if nothing is lost and `count` of each
 * counts.
 *
 * @param count above 0, 1 at most
 * @example ratioClustersNeeded(1, 0.1, 0.05); // 32
 */
export function ratioClustersNeeded(count: number, limit: number, delta: number): number {
  const value = limit * (1 - count);
  return leastFrom(rowsNeeded(limit, delta), (n) => bettingRunPValue(value, n, limit, delta) <= delta);
}
