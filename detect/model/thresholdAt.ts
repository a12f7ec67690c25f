/**
 * The greatest threshold, in single precision, whose limit is at most `sum`: a window with that sum just passes. It
 * is found by bisection: near 0 there are a billion numbers between two limits.
 *
 * @example limitOf(thresholdAt(0.5)) <= 0.5; // true
 */
export function thresholdAt(sum: number): number {
  let low = -GREATEST;
  let high = GREATEST;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (limitOf(numberAt(middle)) <= sum) low = middle;
    else high = middle - 1;
  }
  return numberAt(low);
}

/** The position of the greatest finite number among those above 0. */
const GREATEST = 0x7f7fffff;

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** Numbers in single precision in their order, 0 at 0. */
function numberAt(position: number): number {
  bits[0] = Math.abs(position);
  return position < 0 ? -float[0] : float[0];
}

/**
 * The least sum with which a window passes a stage: OpenCV takes 1e-5 off the threshold, in single precision.
 *
 * @param threshold of the stage
 */
export function limitOf(threshold: number): number {
  return Math.fround(Math.fround(threshold) - Math.fround(1e-5));
}
