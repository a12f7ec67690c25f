import type { SameRows } from '../../lib/data/rows/index.js';
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

/**
 * Refuses rows that are the very objects of used ones, also where inputs repeat: what was read again is no new draw.
 *
 * @param what the fault of the rows
 * @throws UsedRows if there are any
 */
export function refuseSame(used: SameRows, rows: readonly unknown[], what: string): void {
  const same = used.where(rows);
  if (same.length === 0) return;
  throw new UsedRows(
    same,
    rows.length,
    [],
    what,
    'give new draws as objects of their own: with repeats: true they may equal used rows, not be these',
  );
}
