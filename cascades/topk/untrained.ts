import { DataError } from '../../lib/errors.js';
import { RowReader } from '../../lib/rows/index.js';

/**
 * Refuses candidates that models were fitted to: what these say of them is no evidence. Rows are compared by content, as those that were
 * read anew are other objects; where inputs repeat by nature, only the very same object counts.
 *
 * @returns a check of one query's candidates; `place` is what their positions come after in the message
 */
export function untrained<Row>(
  rows: readonly Row[],
  repeats: boolean,
): (candidates: readonly Row[], place: string) => void {
  if (rows.length === 0) return () => {};
  const reader = new RowReader();
  const same = new Set(rows);
  const alike = new Set(repeats ? [] : reader.keysOf(rows).keys);
  return (candidates, place) => {
    const keys = repeats ? undefined : reader.keysOf(candidates).keys;
    const trained = candidates.findIndex((row, i) => same.has(row) || (keys && alike.has(keys[i])));
    if (trained < 0) return;
    throw new DataError(
      `${place} ${trained} is among \`rows\` too; what a model was fitted to says nothing of new candidates. Where inputs repeat by nature, pass repeats: true`,
    );
  };
}
