export interface ReportFeature {
  readonly name: string;
  /** Of a cheaper version of a feature: which one's it is, and what of it, where that is known. */
  readonly fidelity?: { readonly of: string; readonly words?: string };
  /** From the columns that it reads to its values, where it says so. */
  readonly steps?: readonly string[];
  /** Cost a row at the objective's batch size, in `unit`. */
  readonly cost: number;
  /** Interquartile range of the cost, as a share of it. */
  readonly costSpread: number;
  /** Accuracy that the full model loses when the feature is shuffled, its standard deviation, and of which rows. */
  readonly importance?: {
    readonly mean: number;
    readonly spread: number;
    readonly rows?: number;
    readonly against?: 'labels' | 'answers';
  };
}

export interface ReportSubset {
  readonly features: readonly string[];
  readonly learner: string;
  readonly target: string;
  /** Cost a row in `unit`, its model's included. */
  readonly cost: number;
  /**
   * Share of rows on which it alone loses nothing against the full model (out of fold); for regression 1 less its
   * mean loss.
   */
  readonly agreement: number;
  /**
   * Estimated cost of a row if this were the only stage before the full model, at the loss that is
   * expected to pass.
   */
  readonly alone?: number;
  /** Whether the plan uses it. */
  readonly chosen: boolean;
}

/** An exit score that was tried for a stage. */
export interface ReportExit {
  readonly stage: string;
  readonly score: string;
  /** The cost of a row with it, in `unit`, at the loss that is expected to pass. */
  readonly cost: number;
  readonly chosen: boolean;
}

export interface ReportFrontierPoint {
  readonly epsilon: number;
  readonly cost: number;
  readonly speedup: number;
  readonly chosen: boolean;
}

export interface ReportReliability {
  readonly stage: string;
  /** The stage's exit score. */
  readonly score: string;
  /** In order of the exit score. */
  readonly bins: readonly {
    readonly rows: number;
    /** The mean exit score of its rows. */
    readonly confidence: number;
    /** The share of its rows on which the stage's answer loses nothing against the full model's. */
    readonly agreement: number;
  }[];
}
