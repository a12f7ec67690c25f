import { insteadOfRows } from '#hints';
import { checkFlag, checkKeys, checkOneOf, checkSignal, show } from '../../lib/check.js';
import { DataError, OptionError } from '../../lib/errors.js';
import type { Fault } from '../../lib/run/runtime/index.js';
import type { Certificate, Label, Plan, Verdict } from '../types/index.js';

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

/** Answers to a finite batch, certified in place. */
export interface BatchAnswers<L extends Label, Name extends string> extends Answers<L> {
  /** 1 if the full model answered, for the test or because no stage was confident enough. */
  readonly byFull: Uint8Array;
  readonly certificate: Certificate;
  readonly plan: Plan<L, Name>;
}

/** Options of `predict`, `predictSync` and `predictOne`. */
export interface PredictOptions {
  /** `shadow`: answer with the full model, and record the cascade's answers. @defaultValue 'serve' */
  readonly mode?: 'serve' | 'shadow';
  /** The policy for rows that need a feature or model that failed. @defaultValue 'throw' */
  readonly onFault?: 'throw' | 'degrade';
  /**
   * Milliseconds from the call after which it stops waiting: `onFault` applies to rows that still need something.
   * With 0, only features and stages that need no wait answer. A stage that computes isn't cut short.
   *
   * @defaultValue none
   */
  readonly deadlineMs?: number;
  /**
   * Whether a single row may start the next stage's slow features while this stage decides. A cascade tuned for
   * latency does so where that pays by its profile. @defaultValue true
   */
  readonly speculate?: boolean;
  /** Aborts the call, which then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Options that the whole pipeline takes, too. */
export const WHOLE = ['onFault', 'deadlineMs', 'speculate', 'signal'];

/** @throws DataError or OptionError for rows or options that can't be served. */
export function checkPredict(
  rows: unknown,
  options: PredictOptions,
  known: readonly string[] = ['mode', ...WHOLE],
): void {
  if (!Array.isArray(rows)) {
    throw new DataError(`expected an array of rows, got ${show(rows)}${insteadOfRows(rows)}`);
  }
  checkOptions(options, known);
}

export function checkOptions(options: PredictOptions, known: readonly string[] = ['mode', ...WHOLE]): void {
  checkKeys(options, known);
  if (options.mode !== undefined) checkOneOf('mode', options.mode, ['serve', 'shadow']);
  if (options.onFault !== undefined) checkOneOf('onFault', options.onFault, ['throw', 'degrade']);
  if (options.speculate !== undefined) checkFlag('speculate', options.speculate);
  checkSignal(options.signal);
  const { deadlineMs } = options;
  if (deadlineMs === undefined) return;
  if (typeof deadlineMs === 'number' && deadlineMs >= 0 && deadlineMs <= LONGEST_DEADLINE) return;
  throw new OptionError(
    'deadlineMs',
    `expected milliseconds from 0 to ${LONGEST_DEADLINE}, got ${show(deadlineMs)}`,
  );
}

/** The longest that a timer of Node's can wait: 24 days. */
const LONGEST_DEADLINE = 2 ** 31 - 1;
