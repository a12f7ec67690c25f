import { UsedRows } from '../../lib/errors.js';

/** @throws UsedRows where a row of the first was among the second; both are digests. */
export function refuseUsed(fresh: Float64Array, used: Float64Array): void {
  const known = new Set(used);
  const rows = Int32Array.from(fresh.keys()).filter((row) => known.has(fresh[row]));
  if (rows.length > 0) throw new UsedRows(rows, fresh.length);
}

export function both(some: Float64Array, others: Float64Array): Float64Array {
  const all = new Float64Array(some.length + others.length);
  all.set(some);
  all.set(others, some.length);
  return all;
}
