/**
 * Moves the rows `order[from … to - 1]` that go left before the others, each side keeping its order.
 *
 * @param bins the bin of every row
 * @param goesLeft 1 for each bin that goes left
 * @param scratch as long as `order`
 * @returns where the right side begins
 */
export function partition(
  order: Int32Array,
  from: number,
  to: number,
  bins: Uint8Array,
  goesLeft: Uint8Array,
  scratch: Int32Array,
): number {
  let left = from;
  let right = 0;
  for (let i = from; i < to; i++) {
    // Both are written and one is kept: no branch to mispredict. The left never overtakes the reading.
    const row = order[i];
    const isLeft = goesLeft[bins[row]];
    order[left] = row;
    scratch[right] = row;
    left += isLeft;
    right += 1 - isLeft;
  }
  for (let i = 0; i < right; i++) order[left + i] = scratch[i];
  return left;
}
