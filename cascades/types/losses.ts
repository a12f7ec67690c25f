import type { Label } from './plan.js';

/** `accuracy`: accuracy lost; `disagreement`: answers that differ; `harm`: right answers made wrong. */
export type LossName = 'accuracy' | 'disagreement' | 'harm';

/** Against the full model's answers: of the rows that it gives a class, the share that the cascade gives another. */
export interface RecallLoss<L = Label> {
  readonly recall: L;
}

/** Against the full model's answers: of the rows that the cascade gives a class, the share that it gives another. */
export interface PrecisionLoss<L = Label> {
  readonly precision: L;
}

/** A loss of your own: what an answer loses where the full model says `full` and the truth is `label`, if it is known. */
export interface CustomLoss<L = Label> {
  readonly name: string;
  /** In [0, 1], by its arguments alone. */
  readonly loss: (answer: L, full: L, label: L | undefined) => number;
}

/** How far the answer is from the full model's, in units of a scale, 1 at most. */
export interface AbsoluteErrorLoss {
  /** The difference that counts as a loss of 1, above 0, in the units of the answers. */
  readonly absoluteError: number;
}

/** What may be promised: a loss by its name, of one class, of numbers, or of your own with values in [0, 1]. */
export type Loss<L = Label> = LossName | RecallLoss<L> | PrecisionLoss<L> | AbsoluteErrorLoss | CustomLoss<L>;

/** The same of which it isn't known yet whether its class is one, as of a certificate that was read. */
export type LossSpec<L = Label> = LossName | RecallLoss | PrecisionLoss | AbsoluteErrorLoss | CustomLoss<L>;

/** A loss as a certificate has it: plain data. */
export type StatedLoss = LossName | RecallLoss | PrecisionLoss | AbsoluteErrorLoss | Pick<CustomLoss, 'name'>;

/**
 * How a bound is tested. `exact`: for losses of 0 and 1, and `accuracy`. `betting` (Waudby-Smith and Ramdas 2024) and
 * `hoeffding-bentkus`: for any loss, of rows or of groups.
 */
export type BoundMethod = 'exact' | 'hoeffding-bentkus' | 'betting';

/**
 * The recall of a class against the full model's answers, not against the truth, as a loss: of the rows that the full model gives this
 * class, the share that the cascade gives another. It needs no labels. Alone it says nothing of the rows of other classes: answering
 * this class to everything misses none.
 *
 * @param label a class of the full model
 * @example
 * const bound = { loss: recall('spam'), epsilon: 0.02 }; // of what the full model calls spam, 2 % may be missed
 */
export function recall<const L extends Label>(label: L): RecallLoss<L> {
  return { recall: label };
}

/**
 * The precision of a class against the full model's answers, not against the truth, as a loss: of the rows that the cascade gives this
 * class, the share that the full model gives another. It needs no labels. Each plan is tested on the rows that it gives the class
 * itself, so one that never answers it can't be certified.
 *
 * @param label a class of the full model
 * @example
 * const bound = { delta: 0.05, all: [{ loss: recall('spam'), epsilon: 0.02 }, { loss: precision('spam'), epsilon: 0.01 }] };
 */
export function precision<const L extends Label>(label: L): PrecisionLoss<L> {
  return { precision: label };
}

/**
 * The loss of regression, and of classes that are numbers: the absolute difference from the full model's answer as a share
 * of `scale`, and 1 where it is larger; it needs no labels. An epsilon of 0.05 at a scale of 10 promises a mean difference
 * of 0.5, differences beyond 10 counted as 10.
 *
 * @param scale above 0, in the units of the answers
 * @example
 * const bound = { loss: absoluteError(10), epsilon: 0.05 };
 */
export function absoluteError(scale: number): AbsoluteErrorLoss {
  return { absoluteError: scale };
}
