import { columnValues } from '../../data/columns/index.js';
import { FeatureError } from '../../errors.js';
import { statedSource } from './sources.js';
import type { Source } from './view.js';

const INFINITE = -(2 ** 31);

/**
 * Whether all are finite, or with `missing` NaN. Sums tell it in a fifth of the time that asking the engine of each
 * takes: doubles hold the sum of any finite ones, and no other sum is finite.
 */
export function areSound(values: Float32Array, missing: boolean): boolean {
  return Number.isFinite(sumOf(values)) || (missing && areFiniteOrNaN(values));
}

/** Four sums, none of which waits for another, each of two numbers at a time. */
function sumOf(values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const eights = values.length & ~7;
  for (let i = 0; i < eights; i += 8) {
    a += values[i] + values[i + 4];
    b += values[i + 1] + values[i + 5];
    c += values[i + 2] + values[i + 6];
    d += values[i + 3] + values[i + 7];
  }
  for (let i = eights; i < values.length; i++) a += values[i];
  return a + b + c + d;
}

/** By their bits: without a sign, exponents of all ones become negative, and those of infinities the least. */
function areFiniteOrNaN(values: Float32Array): boolean {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let least = 0;
  for (let i = 0; i < bits.length; i++) {
    const carried = ((bits[i] & 0x7fffffff) + 0x00800000) | 0;
    if (carried < least) least = carried;
  }
  return least > INFINITE;
}

/** Rows that are checked at a time. */
const CHECKED = 1024;

/**
 * Checks numbers of many rows at once, in parts.
 *
 * @param read numbers of rows
 * @throws FeatureError, of no row by itself, where one has a number that isn't sound
 */
export function checkSound<Row>(
  rows: readonly Row[],
  read: (rows: readonly Row[]) => Float32Array,
  missing: boolean,
): void {
  eachPart(rows, (some) => {
    if (!areSound(read(some), missing))
      throw new FeatureError('', undefined, 'has a row with a value that is no finite number');
  });
}

/** Tests the values of many rows, where they are a column, which is read at once. */
export function checkAllOf<Row>(
  source: Source<Row, unknown>,
  test: (value: unknown) => void,
): ((rows: readonly Row[]) => void) | undefined {
  const { column } = statedSource(source);
  if (column === undefined) return undefined;
  return (rows) => eachPart(rows, (some) => columnValues(some, undefined, column).forEach(test));
}

/** Parts are arrays of their own, so that what is remembered of them stays true. */
function eachPart<Row>(rows: readonly Row[], visit: (some: readonly Row[]) => void): void {
  for (let from = 0; from < rows.length; from += CHECKED) visit(rows.slice(from, from + CHECKED));
}
