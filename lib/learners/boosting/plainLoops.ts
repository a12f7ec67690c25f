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
  /** Adds the derivatives of rows (two whole numbers a row) to their bins in each of the columns. */
  add(
    histogram: Float64Array,
    columns: readonly DenseBins[],
    rows: Int32Array,
    derivatives: Int32Array,
  ): void;
  /** Turns a node's histogram into one child's, by subtracting the other child's. */
  subtract(node: Float64Array, child: Float64Array): void;
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
 * Plain loops: for engines without the kernel, and the oracle of `fastLoops`, which does the same
 * bit for bit.
 */
export const plainLoops: Loops = {
  add(histogram, columns, rows, derivatives) {
    for (const { bins, first } of columns) {
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        const at = BIN * (first + bins[row]);
        histogram[at] += derivatives[2 * row];
        histogram[at + 1] += derivatives[2 * row + 1];
        histogram[at + 2]++;
      }
    }
  },
  subtract(node, child) {
    for (let i = 0; i < node.length; i++) node[i] -= child[i];
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
