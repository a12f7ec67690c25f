/**
 * The `k` highest scores themselves, best first; where there are fewer, all of them. None may be NaN. O(n + k log k)
 * on average.
 *
 * Hoare's quickselect (CACM 1961) puts them in front, and only they are sorted. Without indices to carry along that
 * takes a fraction of what `topK` does.
 *
 * @example
 * bestValues(Float64Array.of(0.2, 0.9, 0.5, 0.9), 3); // Float64Array [0.9, 0.9, 0.5]
 */
export function bestValues(scores: Float64Array, k: number): Float64Array {
  const values = scores.slice();
  if (k < values.length) select(values, k);
  return values.subarray(0, k).sort().reverse();
}

/**
 * The `k`-th highest of the scores, of at least `k`; none may be NaN. O(n) on average.
 *
 * @example
 * kthBest(Float64Array.of(0.2, 0.9, 0.5, 0.9), 3); // 0.5
 */
export function kthBest(scores: Float64Array, k: number): number {
  const values = scores.slice();
  select(values, k);
  let least = values[0];
  for (let i = 1; i < k; i++) if (values[i] < least) least = values[i];
  return least;
}

/** Puts the `k` highest in front, in no order. */
function select(values: Float64Array, k: number): void {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = middleOf(values[low], values[(low + high) >>> 1], values[high]);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] > pivot) i++;
      while (values[j] < pivot) j--;
      if (i > j) break;
      const value = values[i];
      values[i++] = values[j];
      values[j--] = value;
    }
    // Only the pivot is between j and i.
    if (k - 1 <= j) high = j;
    else if (k - 1 >= i) low = i;
    else return;
  }
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
