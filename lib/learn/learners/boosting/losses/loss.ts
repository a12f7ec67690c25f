/** A loss of boosting, as a function of the margins: rows x outputs, row-major. */
export interface BoostingLoss {
  readonly outputs: number;
  /** The constant margins, one an output, that are best for these rows. */
  base(rows: Int32Array): Float64Array;
  /** Writes the derivatives by each margin, all rows of an output before the next one's. Second ones are 0 or more. */
  differentiate(margins: Float64Array, firsts: Float64Array, seconds: Float64Array): void;
  /** The mean loss of these rows. */
  mean(margins: Float64Array, rows: Int32Array): number;
  /** The best step for the margins of these rows, if it differs from Newton's step. */
  step?(margins: Float64Array, rows: Int32Array): number;
}
