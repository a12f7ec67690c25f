/** Bins of a feature. */
export const BINS = 256;

/** Features that are summed at once, so that additions to one needn't wait for those to another. */
export const FOUR = 4;

/** Weighted histograms of features whose values are bytes. The arrays are filled by the caller. */
export interface Histograms {
  /** Room for so many rows. */
  readonly rows: number;
  /** The bin of row r in feature f, at `f * rows + r`; features up to a multiple of four. */
  readonly bins: Uint8Array;
  /** A weight a row. */
  readonly weights: Float64Array;
  /** Rows in the order in which they are summed. */
  readonly order: Int32Array;
  /** Two groups of four histograms of 256 sums. */
  readonly sums: Float64Array;
  /**
   * Sums the weights of `order[begin]` to before `order[end]` by bin, for four features, into one of the groups. A bin's
   * weights are added in that order, so that every implementation gives the same bits.
   *
   * @param feature the first of the four
   * @param group 0 or 1
   */
  add(feature: number, begin: number, end: number, group: number): void;
}

/** The sizes of the arrays. */
export function sizesOf(features: number, rows: number) {
  return { bins: FOUR * Math.ceil(features / FOUR) * rows, sums: 2 * FOUR * BINS };
}

/**
 * In plain JavaScript: the reference.
 *
 * @example
 * const histograms = plainHistograms(1, 2);
 * histograms.bins.set([5, 5]);
 * histograms.weights.set([0.25, 0.5]);
 * histograms.order.set([0, 1]);
 * histograms.add(0, 0, 2, 0);
 * histograms.sums[5]; // 0.75
 */
export function plainHistograms(features: number, rows: number): Histograms {
  const sizes = sizesOf(features, rows);
  const bins = new Uint8Array(sizes.bins);
  const weights = new Float64Array(rows);
  const order = new Int32Array(rows);
  const sums = new Float64Array(sizes.sums);
  return {
    rows,
    bins,
    weights,
    order,
    sums,
    add(feature, begin, end, group) {
      const at = group * FOUR * BINS;
      sums.fill(0, at, at + FOUR * BINS);
      const first = feature * rows;
      const second = first + rows;
      const third = second + rows;
      const fourth = third + rows;
      for (let i = begin; i < end; i++) {
        const row = order[i];
        const weight = weights[row];
        sums[at + bins[first + row]] += weight;
        sums[at + BINS + bins[second + row]] += weight;
        sums[at + 2 * BINS + bins[third + row]] += weight;
        sums[at + 3 * BINS + bins[fourth + row]] += weight;
      }
    },
  };
}
