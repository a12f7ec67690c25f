/**
 * Counts the terms `ids[begin … end - 1]` into `counts` and lists those met, in the order in which
 * they first come, in `distinct`.
 *
 * @param counts by id, all 0 before
 * @param already how many are listed already
 * @returns the number of distinct terms
 */
export function countDistinct(
  ids: Int32Array,
  begin: number,
  end: number,
  counts: Uint32Array,
  distinct: Uint32Array,
  already = 0,
): number {
  let found = already;
  for (let i = begin; i < end; i++) if (counts[ids[i]]++ === 0) distinct[found++] = ids[i];
  return found;
}
