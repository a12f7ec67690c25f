import { log2 } from '../../../util/math/index.js';

/** The value of one unit of the grid. */
export interface GradientGrid {
  readonly first: number;
  readonly second: number;
}

/** A row's second derivative is at most 2^23, which the kernel's sums rely on (`loops.wat`). */
const SECOND_BITS = 23;

/**
 * Rounds derivatives to whole multiples of a power of two, with rounding far below a row's noise:
 * 23 bits of the largest second derivative and up to 30 of the largest first one.
 *
 * Sums of whole numbers are exact in any order (cf. Shi et al., Quantized Training of Gradient Boosting Decision Trees,
 * NeurIPS 2022, who go as low as 2 to 5 bits).
 *
 * @param at the offset of the rows' derivatives
 * @param into rows x 2: first and second derivative
 */
export function onGrid(
  firsts: Float64Array,
  seconds: Float64Array,
  at: number,
  rows: number,
  into: Int32Array,
): GradientGrid {
  let largestFirst = 0;
  let largestSecond = 0;
  for (let i = at; i < at + rows; i++) {
    const size = Math.abs(firsts[i]);
    if (size > largestFirst) largestFirst = size;
    if (seconds[i] > largestSecond) largestSecond = seconds[i];
  }
  // A sum stays below 2^53, up to which doubles hold every whole number.
  const first = unit(largestFirst, Math.min(30, 52 - Math.ceil(log2(rows))));
  const second = unit(largestSecond, SECOND_BITS);
  // Both are powers of two, so that multiplying is dividing. Storing cuts the fraction off, which makes this rounding.
  const firstScale = 1 / first;
  const secondScale = 1 / second;
  for (let i = at, to = 0; i < at + rows; i++, to += 2) {
    const scaled = firsts[i] * firstScale;
    into[to] = scaled + (scaled < 0 ? -0.5 : 0.5);
    into[to + 1] = seconds[i] * secondScale + 0.5;
  }
  return { first, second };
}

/** The smallest power of two such that `largest` is at most 2^bits of it. */
function unit(largest: number, bits: number): number {
  return largest > 0 ? 2 ** (Math.max(-900, Math.ceil(log2(largest))) - bits) : 1;
}
