import { DeadlineError, FeatureError } from '../../errors.js';

/** Rows that needed something and didn't get it. */
export interface RowFailure {
  /** The feature or model that failed. */
  readonly missing: string;
  readonly error: unknown;
  /** Positions in the view, in the order in which they were reported. */
  readonly rows: readonly number[];
}

/** The rows for which one feature has no values, grouped by the error. */
export class RowFailures {
  /** Made with the first. */
  private byError: Map<Error, number[]> | undefined;

  constructor(
    private readonly feature: string,
    private readonly lose: (loss: RowFailure) => void,
  ) {}

  readonly add = (row: number, error: Error): void => {
    this.byError ??= new Map();
    const rows = this.byError.get(error);
    if (rows === undefined) this.byError.set(error, [row]);
    else rows.push(row);
  };

  /** The error of the first row that was lost. */
  get first(): Error | undefined {
    return this.byError?.keys().next().value;
  }

  report(): void {
    for (const [error, rows] of this.byError ?? []) {
      this.lose({ missing: this.feature, error: withName(error, this.feature), rows });
    }
  }

  /** The feature failed as a whole, in spite of its earlier reports. */
  reportAll(count: number, error: Error): void {
    this.lose({ missing: this.feature, error, rows: Array.from({ length: count }, (_, row) => row) });
  }
}

/** The rows share one error, so it names none of them. */
function withName(error: Error, feature: string): Error {
  if (error instanceof DeadlineError) return new DeadlineError(error.deadlineMs, [feature]);
  return error instanceof FeatureError && error.feature === '' ? error.of(feature, undefined) : error;
}
