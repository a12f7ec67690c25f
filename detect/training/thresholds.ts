import { limitOf, thresholdAt } from '../model/index.js';

/** How many of `count` positives may be lost at most, so that a share of `hitRate` passes. */
export function lossesAllowed(hitRate: number, count: number): number {
  // 1 - .995 is a little more or less than .005.
  return Math.floor((1 - hitRate) * count + 1e-9);
}

/** The greatest threshold that loses at most so many positives. @param sums of each of them */
export function thresholdFor(sums: Float64Array, losses: number): number {
  const ascending = sums.slice().sort();
  return thresholdAt(ascending[Math.min(losses, ascending.length - 1)]);
}

/** The share of windows that pass. */
export function passingShare(sums: Float64Array, threshold: number): number {
  const limit = limitOf(threshold);
  let count = 0;
  for (const sum of sums) if (sum >= limit) count++;
  return count / sums.length;
}
