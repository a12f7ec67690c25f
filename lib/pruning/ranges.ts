import { type Block, entries, rowSquares } from '../blocks/index.js';
import { DataError, OptionError } from '../errors.js';
import { square } from '../math/index.js';

/**
 * What all the rows of a feature keep to: numbers between two limits, or, as TF-IDF's, a length of at most `norm`, and perhaps
 * no number below 0.
 */
export type Range =
  | { readonly low: number; readonly high: number }
  | { readonly norm: number; readonly nonNegative?: boolean };

/** What a feature can add to a score. */
export interface Span {
  readonly least: number;
  readonly most: number;
  /** No sum of a row's products, signs left away, is larger. */
  readonly largest: number;
}

/** Float32 numbers that were divided by their length have nearly length 1. */
const LENGTH = 1 + 1e-5;

/** @throws OptionError for a range that is none; `b` is the feature's position */
export function spanOf(weights: Float64Array, range: Range, b: number): Span {
  const total = (part: (weight: number) => number) => weights.reduce((sum, w) => sum + part(w), 0);
  if ('norm' in range) {
    const { norm, nonNegative = false } = range;
    if (!(norm >= 0 && norm < Number.POSITIVE_INFINITY)) {
      throw new OptionError(`ranges[${b}].norm`, 'expected a finite number of at least 0');
    }
    // Cauchy and Schwarz. Where no number is below 0, only weights of one sign raise a sum.
    const length = (counts: (weight: number) => boolean) =>
      norm * LENGTH * Math.sqrt(total((w) => (counts(w) ? w * w : 0)));
    return {
      least: -length((w) => !nonNegative || w < 0),
      most: length((w) => !nonNegative || w > 0),
      largest: length(() => true),
    };
  }
  const { low, high } = range;
  if (!(low <= high && high - low < Number.POSITIVE_INFINITY)) {
    throw new OptionError(`ranges[${b}]`, 'expected finite limits, low <= high');
  }
  return {
    least: total((w) => Math.min(w * low, w * high)),
    most: total((w) => Math.max(w * low, w * high)),
    largest: total((w) => Math.abs(w) * Math.max(Math.abs(low), Math.abs(high))),
  };
}

/** @throws DataError for a block that doesn't keep to its range, NaN included, naming the feature */
export function checkRange(block: Block, range: Range, feature: string): void {
  const broken = (what: string) =>
    new DataError(
      `feature '${feature}' ${what}: bounds on scores that rest on its range would be wrong; tune again with wider \`ranges\``,
    );
  const { low, high } =
    'norm' in range
      ? { low: range.nonNegative ? 0 : Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
      : range;
  // What a sparse block doesn't store is 0.
  if (block.kind === 'sparse' && !(low <= 0 && 0 <= high)) throw broken(`has 0s, outside ${low} to ${high}`);
  const { values } = block;
  for (let e = 0, end = entries(block); e < end; e++) {
    if (!(values[e] >= low && values[e] <= high)) throw broken(`has ${values[e]}, outside ${low} to ${high}`);
  }
  if (!('norm' in range)) return;
  const longest = square(range.norm * LENGTH);
  const row = rowSquares(block).findIndex((square) => !(square <= longest));
  if (row !== -1) throw broken(`has a row, number ${row} of those asked for, longer than ${range.norm}`);
}
