import { limitOf, thresholdAt } from '../model/index.js';

/** How many of `count` positives may be lost at most, so that a share of `hitRate` passes. */
export function lossesAllowed(hitRate: number, count: number): number {
  // 1 - .995 is a little more or less than .005.
  return Math.floor((1 - hitRate) * count + 1e-9);
}

/** Thresholds of a stage's trees, and which positives pass them all. */
export interface Trace {
  readonly thresholds: number[];
  /** Positions of the positives that pass. */
  readonly passing: Int32Array;
}

/**
 * The greatest thresholds that lose at most so many positives. Losses are spread evenly over the checks: after j of n of them at
 * most floor(losses * j / n) are lost.
 *
 * @param sums of each positive at each check, in order: one for a stage that is checked at its end
 * @see Bourdev and Brandt, Robust object detection via soft cascade, CVPR 2005
 */
export function traceOf(sums: readonly Float64Array[], losses: number): Trace {
  let passing = Int32Array.from(sums[0], (_, i) => i);
  const count = passing.length;
  const thresholds = sums.map((at, check) => {
    const allowed = Math.floor((losses * (check + 1)) / sums.length) - (count - passing.length);
    const ascending = Float64Array.from(passing, (i) => at[i]).sort();
    const threshold = thresholdAt(ascending[Math.min(allowed, ascending.length - 1)]);
    const limit = limitOf(threshold);
    passing = passing.filter((i) => at[i] >= limit);
    return threshold;
  });
  return { thresholds, passing };
}

/** How many windows pass all checks. */
export function passingCount(sums: readonly Float64Array[], thresholds: readonly number[]): number {
  const limits = thresholds.map(limitOf);
  let count = 0;
  for (let i = 0; i < sums[0].length; i++) {
    let check = 0;
    while (check < limits.length && sums[check][i] >= limits[check]) check++;
    if (check === limits.length) count++;
  }
  return count;
}
