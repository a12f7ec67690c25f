import { log } from '../../util/math/index.js';

/** How each row's values are scaled: to a sum of magnitudes of 1, to length 1, or not. */
export type Norm = 'l1' | 'l2' | 'none';

/** How a row's term counts become values: `counts` leaves them, `tfidf` weighs and normalises. */
export interface Weighting {
  readonly binary: boolean;
  readonly sublinear: boolean;
  readonly idf: boolean;
  readonly norm: Norm;
}

/**
 * Writes the values of a row's terms, not normalised yet, and sets their counts back to 0.
 *
 * @param columns of its terms: the first `distinct` of these, each once
 * @param counts how often each column's term comes in the row
 * @param weights by column
 * @returns the factor that normalises the values
 */
export function weigh(
  columns: Uint32Array,
  distinct: number,
  counts: Uint32Array,
  weights: Float64Array,
  { binary, sublinear, norm }: Weighting,
  values: Float64Array,
): number {
  const isL1 = norm === 'l1';
  let sum = 0;
  for (let d = 0; d < distinct; d++) {
    const column = columns[d];
    const count = binary ? 1 : counts[column];
    const value = (sublinear ? 1 + logOf(count) : count) * weights[column];
    counts[column] = 0;
    sum += isL1 ? Math.abs(value) : value * value;
    values[d] = value;
  }
  // 1 where all are 0.
  if (norm === 'none' || sum === 0) return 1;
  return 1 / (norm === 'l2' ? Math.sqrt(sum) : sum);
}

/** ln of a count: most counts are small, and a table is several times as fast as the function. */
const LOGS = Float64Array.from({ length: 256 }, (_, n) => log(n));
function logOf(count: number): number {
  return count < 256 ? LOGS[count] : log(count);
}
