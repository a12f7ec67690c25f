import { UsedRows } from '../../lib/errors.js';

/**
 * Refuses rows that are no evidence, all at once: who leaves them out has none left.
 *
 * @param equal positions of rows that equal a used one
 * @param grouped positions of rows whose group has a used one
 * @param of the number of rows
 * @param words the fault of each kind, and what the rows are of
 * @throws UsedRows if there are any
 */
export function refuseUsed(
  equal: Int32Array,
  grouped: Int32Array,
  of: number,
  words: { readonly where?: string; readonly equal: string; readonly grouped: string },
): void {
  const rows = Int32Array.from(new Set([...equal, ...grouped])).sort();
  if (rows.length === 0) return;
  const faults = [...(equal.length > 0 ? [words.equal] : []), ...(grouped.length > 0 ? [words.grouped] : [])];
  throw new UsedRows(rows, of, [], `${words.where ?? ''}${faults.join(' or ')}`);
}
