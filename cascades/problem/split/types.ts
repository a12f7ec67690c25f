import type { RowsOf } from '../../holdout/index.js';

/** Which part a row plays: fitted on, used to choose the plan, or kept for the certificate. */
export type Part = 'train' | 'tune' | 'certify';

/**
 * Either how the rows are drawn (the share for the certificate; folds of the rest, so that each of its rows is scored
 * by models that didn't see it), or the part of each row, decided by a function of yours (a split by time).
 */
export type Split<Row> =
  | { readonly certify?: number; readonly folds?: number }
  | ((row: Row, index: number) => Part);

/** Positions of rows, by the parts they play. Plain data. */
export interface RowSplit {
  /** Rows that models are fitted on and plans chosen on. */
  readonly development: RowsOf<'development', Int32Array>;
  readonly certify: RowsOf<'certification', Int32Array>;
  /** Fitted and scored rows of each round, as positions among the development rows. */
  readonly rounds: readonly Round[];
  /** Rows that the served models are fitted on, as positions among the development rows. */
  readonly fit: RowsOf<'development', Int32Array>;
  /**
   * Rows that some round scores by models that didn't see them, as positions among the development
   * rows.
   */
  readonly scored: RowsOf<'development', Int32Array>;
}

export interface Round {
  readonly fit: Int32Array;
  readonly score: Int32Array;
}

/** How rows are drawn, where the user doesn't decide each row's part. */
export type DrawnSplit = Exclude<Split<never>, (...args: never[]) => unknown>;
