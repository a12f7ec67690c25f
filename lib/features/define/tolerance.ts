/**
 * The largest difference between two computations of one row's value, relative to the larger of 1
 * and their magnitudes: encoders and GPUs round differently in batches of other sizes.
 */
export const TOLERANCE = 1e-5;

/**
 * Whether two values are equal up to rounding. NaN, which stands for a missing value, equals
 * itself.
 */
export function sameWithin(a: number, b: number, tolerance: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  return Number.isFinite(a - b) && Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}
