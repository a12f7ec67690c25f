/** The result of `measure`: the cascade beside its full model on the same rows. */
export interface ReportMeasured {
  /** Rows that both answered. */
  readonly rows: number;
  /**
   * Those of them that equal a row which fitted, chose or certified the cascade, or one made from it. If they are the
   * same rows, they flatter it. Absent where that isn't known, as in a file of a cascade whose rows have no content
   * that can be read.
   */
  readonly usedRows?: number;
  /** Whether inputs repeat (`repeats: true`), so that a row that equals a used one is a draw of its own. */
  readonly repeats?: boolean;
  /** How often both answered all rows, timed. */
  readonly rounds?: number;
  /**
   * Whether rows were answered all at once, or, where the plan is for latency, one after the other. @defaultValue
   * 'batch'
   */
  readonly mode?: 'batch' | 'one by one';
  /** Stages before the full model: with 0 both are the same model. Measurements of older versions don't say. */
  readonly stages?: number;
  readonly full: ReportMeasurement;
  readonly cascade: ReportMeasurement;
  /** How many times as fast as its full pipeline the cascade was, and was expected to be: time beside time. */
  readonly speedup: number;
  /** The least and the most of the rounds' speedups. Absent with one round, which has no spread. */
  readonly speedupRange?: { readonly least: number; readonly most: number };
  readonly predictedSpeedup: number;
  /** Mean prices of rows, if anything has a price. */
  readonly price?: ReportMeasuredPrice;
  /** The losses that are promised, on these rows; but for losses of one's own, which a certificate only names. */
  readonly losses?: readonly ReportMeasuredLoss[];
}

/**
 * For classes `accuracy` and `disagreement`; for regression `meanAbsoluteError` and
 * `meanDifference`.
 */
export interface ReportMeasurement {
  /** Rows answered in a second, the median of the rounds, above 0. */
  readonly rowsPerSecond: number;
  /** The share of answers that equal the label. Absent without labels. */
  readonly accuracy?: number;
  /** The share of answers that differ from the full model's. */
  readonly disagreement?: number;
  /** The mean absolute error (MAE), in the units of the labels. Absent without labels. */
  readonly meanAbsoluteError?: number;
  /** The mean absolute difference from the full model's answers, in their units. */
  readonly meanDifference?: number;
}

/** Prices a row, in the unit that they were declared in. */
export interface ReportMeasuredPrice {
  readonly full: number;
  /** The declared prices of the features and models in the stages that rows went through. */
  readonly cascade: number;
  /** The price that the plan expected of the cascade. */
  readonly predicted: number;
}

export interface ReportMeasuredLoss {
  /** In words. */
  readonly loss: string;
  /** The promised limit, and the loss found. */
  readonly epsilon: number;
  readonly found: number;
  /** For losses of numbers: how much a loss of 1 is, in the units of the answers. */
  readonly scale?: number;
}
