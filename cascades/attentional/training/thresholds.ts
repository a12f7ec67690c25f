const { fround } = Math;

/** What scans take off each stage's threshold, in single precision. */
const EPSILON = fround(1e-5);

/** A window passes if its sum is at least this. */
export function limitOf(threshold: number): number {
  return fround(fround(threshold) - EPSILON);
}

/**
 * The greatest threshold, in single precision, whose limit is at most `sum`: a window with that sum just passes.
 *
 * @example limitOf(thresholdAt(0.5)) <= 0.5; // true
 */
export function thresholdAt(sum: number): number {
  let threshold = fround(sum + 1e-5);
  while (limitOf(threshold) > sum) threshold = beside(threshold, -1);
  for (let next = beside(threshold, 1); limitOf(next) <= sum; next = beside(threshold, 1)) threshold = next;
  return threshold;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The next number in single precision, above or below. */
function beside(value: number, side: 1 | -1): number {
  if (value === 0) return side * 2 ** -149;
  float[0] = value;
  bits[0] += value > 0 ? side : -side;
  return float[0];
}

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
