import { insteadOfRows } from '#hints';
import { checkFlag, checkKeys, checkOneOf, checkSignal, checkWhole, show } from '../../lib/check.js';
import { DataError, OptionError } from '../../lib/errors.js';
import type { Answers, Certificate, Label, Plan } from '../types/index.js';

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
  /** Whether features may take values from their caches, and put them there. @defaultValue true */
  readonly cached?: boolean;
  /**
   * Which time models are asked about these rows on purpose, from 0 on: where a model keeps its answers, what it gave
   * another time doesn't stand for this one. @defaultValue 0
   */
  readonly ask?: number;
  /** Aborts the call, which then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Options that the whole pipeline takes, too. */
export const WHOLE = ['onFault', 'deadlineMs', 'speculate', 'cached', 'ask', 'signal'];

/** @throws DataError or OptionError for rows or options that can't be served. */
export function checkPredict(
  rows: unknown,
  options: PredictOptions,
  known: readonly string[] = ['mode', ...WHOLE],
): void {
  if (!Array.isArray(rows)) {
    throw new DataError(`expected an array of rows, got ${show(rows)}${insteadOfRows(rows)}`);
  }
  checkPredictOptions(options, known);
}

export function checkPredictOptions(
  options: PredictOptions,
  known: readonly string[] = ['mode', ...WHOLE],
): void {
  checkKeys(options, known);
  if (options.mode !== undefined) checkOneOf('mode', options.mode, ['serve', 'shadow']);
  if (options.onFault !== undefined) checkOneOf('onFault', options.onFault, ['throw', 'degrade']);
  if (options.speculate !== undefined) checkFlag('speculate', options.speculate);
  if (options.cached !== undefined) checkFlag('cached', options.cached);
  if (options.ask !== undefined) checkWhole('ask', options.ask, 0);
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
export const LONGEST_DEADLINE = 2 ** 31 - 1;
