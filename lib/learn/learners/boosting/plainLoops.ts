/**
 * Numbers of a bin in a histogram: the sums of its rows' first and second derivatives, and the
 * count of rows.
 */
export const BIN = 3;

/** The bins of each row in a dense column. */
export interface DenseBins {
  readonly bins: Uint8Array;
  /** Offset of its bins among those of all columns. */
  readonly first: number;
  readonly count: number;
}

/** The loops over rows and bins in which growing trees spends its time. */
export interface Loops {
  /**
   * Sums the derivatives of rows (two whole numbers a row) by their bins in each of the columns. What
   * the bins held is replaced; bins of other columns stay as they are.
   *
   * @param whole a histogram of these rows and others: the sums are subtracted from it, too
   */
  sum(
    histogram: Float64Array,
    columns: readonly DenseBins[],
    rows: Int32Array,
    derivatives: Int32Array,
    whole?: Float64Array,
  ): void;
  /** Takes rows out of a histogram of them and others, in each of the columns. */
  take(
    histogram: Float64Array,
    columns: readonly DenseBins[],
    rows: Int32Array,
    derivatives: Int32Array,
  ): void;
  /**
   * Finds the cut between bins that gains most, where values have no bounds: with the largest sum of
   * G^2 / (H + l2) over both sides. Ties go to the lowest bin, and no cut comes after a bin without
   * rows.
   *
   * @param from the position of the first bin in the histogram
   * @param to where the last bin ends
   * @param before the position of a bin that is on the left, whatever the cut; -1: none
   * @param cut see {@link CUT}; a better cut's numbers replace the last ones
   * @returns the position of the last bin on the left; -1: none is better than the score in `cut`
   */
  scan(histogram: Float64Array, from: number, to: number, before: number, cut: Float64Array): number;
  /**
   * Moves the rows that go left before the others, each side keeping its order.
   *
   * @param goesLeft 1 for each bin that goes left
   * @param scratch as long as `rows`, or longer
   * @returns the number that go left
   */
  partition(rows: Int32Array, bins: Uint8Array, goesLeft: Uint8Array, scratch: Int32Array): number;
}

/**
 * What the scan of a node reads and finds: the node's sums of first and second derivatives and its
 * rows, l2, the fewest rows and the least sum of second derivatives of a side; then the best score so
 * far, and the sums and the rows on its left.
 */
export const CUT = 10;

/** Subtracts the bins of a column in one histogram from those in another. */
export function subtractBins(
  whole: Float64Array,
  part: Float64Array,
  { first, count }: Pick<DenseBins, 'first' | 'count'>,
): void {
  for (let i = BIN * first; i < BIN * (first + count); i++) whole[i] -= part[i];
}

/**
 * Plain loops: for engines without the kernel, and the oracle of `fastLoops`, which does the same
 * bit for bit.
 */
export const plainLoops: Loops = {
  sum(histogram, columns, rows, derivatives, whole) {
    for (const { bins, first, count } of columns) {
      histogram.fill(0, BIN * first, BIN * (first + count));
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        const at = BIN * (first + bins[row]);
        histogram[at] += derivatives[2 * row];
        histogram[at + 1] += derivatives[2 * row + 1];
        histogram[at + 2]++;
      }
      if (whole) subtractBins(whole, histogram, { first, count });
    }
  },
  take(histogram, columns, rows, derivatives) {
    for (const { bins, first } of columns) {
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        const at = BIN * (first + bins[row]);
        histogram[at] -= derivatives[2 * row];
        histogram[at + 1] -= derivatives[2 * row + 1];
        histogram[at + 2]--;
      }
    }
  },
  scan(histogram, from, to, before, cut) {
    // One by one: taking typed arrays apart goes by an iterator, which costs as much as a few bins.
    const nodeFirst = cut[0];
    const nodeSecond = cut[1];
    const nodeRows = cut[2];
    const l2 = cut[3];
    const minRows = cut[4];
    const minSecond = cut[5];
    let first = before < 0 ? 0 : histogram[before];
    let second = before < 0 ? 0 : histogram[before + 1];
    let rows = before < 0 ? 0 : histogram[before + 2];
    let best = cut[6];
    let found = -1;
    for (let at = from; at < to; at += BIN) {
      const own = histogram[at + 2];
      if (own === 0) continue;
      first += histogram[at];
      second += histogram[at + 1];
      rows += own;
      if (rows < minRows || second < minSecond) continue;
      const otherSecond = nodeSecond - second;
      if (nodeRows - rows < minRows || otherSecond < minSecond) break;
      const other = nodeFirst - first;
      const score = (first * first) / (second + l2) + (other * other) / (otherSecond + l2);
      if (!(score > best)) continue;
      best = score;
      found = at;
      cut[6] = score;
      cut[7] = first;
      cut[8] = second;
      cut[9] = rows;
    }
    return found;
  },
  partition(rows, bins, goesLeft, scratch) {
    let left = 0;
    let right = 0;
    for (let i = 0; i < rows.length; i++) {
      // Both are written and one is kept: no branch to mispredict. The left never overtakes the reading.
      const row = rows[i];
      const isLeft = goesLeft[bins[row]];
      rows[left] = row;
      scratch[right] = row;
      left += isLeft;
      right += 1 - isLeft;
    }
    rows.set(scratch.subarray(0, right), left);
    return left;
  },
};
