/** What boosting minimises, as a function of the margins: rows x outputs, row-major. */
export interface BoostingLoss {
  readonly outputs: number;
  /** The constant margins, one an output, that are best for these rows. */
  base(rows: Int32Array): Float64Array;
  /** Whether a row's derivatives are of its own margins alone. */
  readonly isRowwise: boolean;
  /**
   * Writes the derivatives by each margin, all rows of an output before the next one's. Second ones are 0 or more.
   *
   * @param from the first of the rows, 0 by default
   * @param to the row after the last one; a loss that isn't rowwise takes all rows at once
   */
  differentiate(
    margins: Float64Array,
    firsts: Float64Array,
    seconds: Float64Array,
    from?: number,
    to?: number,
  ): void;
  /** The mean loss of these rows. */
  mean(margins: Float64Array, rows: Int32Array): number;
  /** What is best added to the margins of these rows, where that isn't Newton's step. */
  step?(margins: Float64Array, rows: Int32Array): number;
}
