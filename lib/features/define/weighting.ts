import { log } from '../../util/math/index.js';

/** How a row's term counts become values: `counts` leaves them, `tfidf` weighs and normalises. */
export interface Weighting {
  readonly sublinear: boolean;
  readonly idf: boolean;
  readonly normalise: boolean;
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
  { sublinear, normalise }: Weighting,
  values: Float64Array,
): number {
  let squares = 0;
  for (let d = 0; d < distinct; d++) {
    const column = columns[d];
    const value = (sublinear ? 1 + logOf(counts[column]) : counts[column]) * weights[column];
    counts[column] = 0;
    squares += value * value;
    values[d] = value;
  }
  return normalise && squares > 0 ? 1 / Math.sqrt(squares) : 1;
}

/** ln of a count: most counts are small, and a table is several times as fast as the function. */
const LOGS = Float64Array.from({ length: 256 }, (_, n) => log(n));
function logOf(count: number): number {
  return count < 256 ? LOGS[count] : log(count);
}
