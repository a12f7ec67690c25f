import { limitOf } from './limit.js';

const { fround } = Math;

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
