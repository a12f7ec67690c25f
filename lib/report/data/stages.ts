export interface ReportStage {
  /** The rounds that run, if its model is an ensemble with an early exit: '125 of 1000 rounds'. */
  readonly rounds?: string;
  readonly name: string;
  readonly features: readonly string[];
  /** The name of its model: of the full model its learner's, or that of the model that was given. */
  readonly learner: string;
  readonly target: string;
  /** When a row leaves here. Empty for the full model. */
  readonly thresholds: readonly ReportThreshold[];
  /** Shares of all rows that get here and that are answered here. */
  readonly reach: number;
  readonly exits: number;
  /** Cost a row *that gets here*, in `unit`. */
  readonly cost: number;
}

/** The exit score from which rows with this answer leave; null: they never do. */
export interface ReportThreshold {
  readonly label: string;
  readonly threshold: number | null;
  /** Whether rows leave up to it instead: an expected error. */
  readonly atMost?: boolean;
  /** Whether no row is so unsure that it would be held back. */
  readonly always?: boolean;
}

export interface ReportSpending {
  /** A feature, or 'models'. */
  readonly name: string;
  /** One a stage, the full model last: shares of the whole cost of a row, which sum to 1 over all. */
  readonly shares: readonly number[];
}
