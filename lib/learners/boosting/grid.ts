/** What a whole number of the grid stands for. */
export interface Grid {
  readonly first: number;
  readonly second: number;
}

/** The largest first derivative, its sign left out, and the largest second one. */
export interface Largest {
  readonly first: number;
  readonly second: number;
}

/** A row's second derivative is at most 2^23, which the kernel's sums rely on (`histogram.wat`). */
const SECOND_BITS = 23;

/**
 * Derivatives are rounded to whole multiples of a power of two, fine enough that rounding is far below what a row's noise
 * is: 23 bits of the largest second derivative and up to 30 of the largest first one.
 *
 * Sums of whole numbers are exact in any order (cf. Shi et al., Quantized Training of Gradient Boosting Decision Trees,
 * NeurIPS 2022, who go as low as 2 to 5 bits).
 */
export function gridFor({ first, second }: Largest, rows: number): Grid {
  // A sum stays below 2^53, up to which doubles hold every whole number.
  return {
    first: unit(first, Math.min(30, 52 - Math.ceil(Math.log2(rows)))),
    second: unit(second, SECOND_BITS),
  };
}

/** Of the derivatives `from … to - 1`. */
export function largestOf(firsts: Float64Array, seconds: Float64Array, from: number, to: number): Largest {
  let first = 0;
  let second = 0;
  for (let i = from; i < to; i++) {
    const size = Math.abs(firsts[i]);
    if (size > first) first = size;
    if (seconds[i] > second) second = seconds[i];
  }
  return { first, second };
}

/**
 * Rounds the derivatives of the rows `from … to - 1`.
 *
 * @param at where the derivatives of all rows begin
 * @param into rows x 2: first and second derivative
 */
export function roundTo(
  { first, second }: Grid,
  firsts: Float64Array,
  seconds: Float64Array,
  at: number,
  from: number,
  to: number,
  into: Int32Array,
): void {
  // Both are powers of two, so that multiplying is dividing. Storing cuts the fraction off, which makes this rounding.
  const firstScale = 1 / first;
  const secondScale = 1 / second;
  for (let row = from; row < to; row++) {
    const scaled = firsts[at + row] * firstScale;
    into[2 * row] = scaled + (scaled < 0 ? -0.5 : 0.5);
    into[2 * row + 1] = seconds[at + row] * secondScale + 0.5;
  }
}

/** Rounds the derivatives of all rows. */
export function onGrid(
  firsts: Float64Array,
  seconds: Float64Array,
  at: number,
  rows: number,
  into: Int32Array,
): Grid {
  const grid = gridFor(largestOf(firsts, seconds, at, at + rows), rows);
  roundTo(grid, firsts, seconds, at, 0, rows, into);
  return grid;
}

/** The power of two of which `largest` is at most 2^bits. */
function unit(largest: number, bits: number): number {
  return largest > 0 ? 2 ** (Math.max(-900, Math.ceil(Math.log2(largest))) - bits) : 1;
}
