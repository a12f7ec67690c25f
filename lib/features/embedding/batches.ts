/**
 * Items in batches of similar sizes, so that little is padded: an encoder pads every text of a batch
 * to the longest.
 *
 * @param sizes of the items, for example their tokens; items of size 0 are in no batch
 * @param most items of a batch
 * @returns positions of items, the largest first: where memory is short, that shows at once
 */
export function batchesBySize(sizes: ArrayLike<number>, most: number): Int32Array[] {
  const order = Int32Array.from({ length: sizes.length }, (_, i) => i)
    .filter((i) => sizes[i] > 0)
    .sort((a, b) => sizes[b] - sizes[a] || a - b);
  const batches: Int32Array[] = [];
  for (let from = 0; from < order.length; from += most) batches.push(order.slice(from, from + most));
  return batches;
}
