import type { Fault } from '../../lib/run/runtime/index.js';
import type { Verdict } from './certificate.js';

/** Answers to a batch, in the order of its rows. */
export interface Answers<L> {
  /** For regression numbers. */
  readonly labels: L[];
  /**
   * rows x classes, row-major: probabilities by the stage that answered; comparable between stages only where
   * calibrated. For regression one a row: the error that the stage expects of its number, in its units; 0 for the
   * full model.
   */
  readonly scores: Float64Array;
  /** The stage at which each row was answered, 0 the first; the number of stages stands for the full model. */
  readonly exits: Uint8Array;
  /**
   * 1 where the row needed something that failed, and the best stage available answered: not covered by the
   * certificate.
   */
  readonly degraded: Uint8Array;
  /** Failures that degraded rows, in order; a row may have several. */
  readonly faults: readonly Fault[];
  /** The verdict on them. `degraded`: they are a selection, since something that rows need was failing. */
  readonly verdict: Verdict;
  /** Set where loading had nothing to compare features with: `verdict` then holds only if their code is unchanged. */
  readonly unchecked?: true;
  /**
   * In shadow mode, the answers that the cascade would have given; `labels` are the full model's.
   */
  readonly shadow?: Shadow<L>;
}

/** The cascade's answers in shadow mode, as in {@link Answers}. */
export interface Shadow<L> {
  readonly labels: L[];
  /** The stage at which it would have answered each row. */
  readonly exits: Uint8Array;
  /** 1 where the row needed something that failed. */
  readonly degraded: Uint8Array;
  readonly verdict: Verdict;
}

/** The answer to one row. */
export interface Answer<L> {
  readonly label: L;
  /** One a class, as in {@link Answers.scores}; for regression one, the expected error. */
  readonly scores: Float64Array;
  /** The stage that answered, 0 the first; the number of stages stands for the full model. */
  readonly exit: number;
  readonly degraded: boolean;
  /** See {@link Answers.faults}. */
  readonly faults: readonly Fault[];
  /** See {@link Answers.verdict}. */
  readonly verdict: Verdict;
  /** See {@link Answers.unchecked}. */
  readonly unchecked?: true;
}
