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
   * Sums the weights of `order[begin]` to before `order[end]` by bin, for four features, into one of the groups. A
   * bin's weights are added in that order, so that every implementation gives the same bits.
   *
   * @param feature the first of the four
   * @param group 0 or 1
   */
  add(feature: number, begin: number, end: number, group: number): void;
}
