/** Scores and whose they are, side by side. */
export interface IndexedScores {
  readonly scores: Float64Array;
  readonly indices: Int32Array;
}

/**
 * Puts the `k` best of the first `count` in front, in no order: the higher score is better, among
 * equal ones the lower index. If 0 < k < count, place `k - 1` holds the worst of the k.
 *
 * Hoare's quickselect (CACM 1961) with the median of three as pivot: O(count) on average.
 */
export function partition({ scores, indices }: IndexedScores, count: number, k: number): void {
  const target = k - 1;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = medianOfThree(scores, indices, low, (low + high) >>> 1, high);
    const score = scores[pivot];
    const index = indices[pivot];
    let i = low;
    let j = high;
    while (i <= j) {
      while (scores[i] > score || (scores[i] === score && indices[i] < index)) i++;
      while (scores[j] < score || (scores[j] === score && indices[j] > index)) j--;
      if (i <= j) swap(scores, indices, i++, j--);
    }
    // Only the pivot is between j and i.
    if (target <= j) high = j;
    else if (target >= i) low = i;
    else return;
  }
}

function isBetter(scores: Float64Array, indices: Int32Array, a: number, b: number): boolean {
  return scores[a] > scores[b] || (scores[a] === scores[b] && indices[a] < indices[b]);
}

function medianOfThree(scores: Float64Array, indices: Int32Array, a: number, b: number, c: number): number {
  if (isBetter(scores, indices, a, b)) {
    if (isBetter(scores, indices, b, c)) return b;
    return isBetter(scores, indices, a, c) ? c : a;
  }
  if (isBetter(scores, indices, a, c)) return a;
  return isBetter(scores, indices, b, c) ? c : b;
}

function swap(scores: Float64Array, indices: Int32Array, a: number, b: number): void {
  const score = scores[a];
  scores[a] = scores[b];
  scores[b] = score;
  const index = indices[a];
  indices[a] = indices[b];
  indices[b] = index;
}
