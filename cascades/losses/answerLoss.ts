import { OptionError } from '../../lib/errors.js';
import { kindOf, lossesOfNumbers, lossName, saidBy } from './facts.js';
import type { Label, LossOfAnswers } from './kind.js';
import type { AnswerLoss, LossSpec, StatedLoss } from './list.js';

/** Some rows with the full model's answers and, where they are known, the true ones: classes, or numbers. */
export interface Judged {
  readonly full: Float64Array;
  readonly labels: Float64Array | undefined;
  /** The full model's second answers, where it was asked twice; NaN where it wasn't. */
  readonly second?: Float64Array | undefined;
  /** What errors call the rows: their positions among those that the user gave. @defaultValue those here */
  readonly origin?: Int32Array | undefined;
  /** Where the units begin that count as lost, whatever is answered. @defaultValue after the last */
  readonly lostFrom?: number | undefined;
}

/** A loss on some rows: the mean of `lost` over those that `counts`. */
export interface LossOn {
  /** What an answer to a row loses: 0 to 1, and for `accuracy` -1 where it alone is right. */
  lost(answer: number, row: number): number;
  counts(answer: number, row: number): boolean;
}

/** What a loss in terms of answers does. */
export function ofAnswers(loss: AnswerLoss): LossOfAnswers {
  return saidBy(loss, (kind) => kind.ofAnswers(loss));
}

export function lossOn(loss: AnswerLoss, judged: Judged): LossOn {
  const { lost, counts } = ofAnswers(loss).on(judged);
  const { lostFrom } = judged;
  if (lostFrom === undefined) return { lost, counts };
  return {
    lost: (answer, row) => (row >= lostFrom ? 1 : lost(answer, row)),
    counts: (answer, row) => row >= lostFrom || counts(answer, row),
  };
}

/**
 * A loss in terms of answers.
 *
 * @param classes none for regression
 * @throws OptionError, naming `option`, for a label that is no class, and for what isn't a loss of such answers.
 */
export function answerLoss<L extends Label>(
  option: string,
  loss: LossSpec<L>,
  classes: readonly L[],
): AnswerLoss {
  if (classes.length === 0 && !kindOf(loss).fitsNumbers) {
    throw new OptionError(option, `${lossName(loss)} is of classes; for regression use ${lossesOfNumbers()}`);
  }
  return saidBy(loss, (kind) => kind.coded(option, loss, classes));
}

/** The loss in the user's terms, as plain data. */
export function stated(loss: AnswerLoss, classes: readonly Label[]): StatedLoss {
  return ofAnswers(loss).stated(classes);
}
