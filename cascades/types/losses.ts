import type { Label } from './plan.js';

/** `accuracy`: accuracy lost; `disagreement`: answers that differ; `harm`: right answers made wrong. */
export type LossName = 'accuracy' | 'disagreement' | 'harm';

/** The share of the rows with a class by the full model that the cascade gives another class. */
export interface RecallLoss<L = Label> {
  readonly recall: L;
}

/** The share of the rows with a class by the cascade that the full model gives another class. */
export interface PrecisionLoss<L = Label> {
  readonly precision: L;
}

/**
 * A loss of your own: the loss of an answer where the full model answers `full` and the truth, if known, is `label`.
 */
export interface CustomLoss<L = Label> {
  readonly name: string;
  /** In [0, 1], by its arguments alone. */
  readonly loss: (answer: L, full: L, label: L | undefined) => number;
}

/** The distance of the answer from the full model's, in units of a scale, at most 1. */
export interface AbsoluteErrorLoss {
  /** The difference that counts as a loss of 1, above 0, in the units of the answers. */
  readonly absoluteError: number;
}

/** A loss that can be bounded: by name, of one class, of numbers, or of your own with values in [0, 1]. */
export type Loss<L = Label> = LossName | RecallLoss<L> | PrecisionLoss<L> | AbsoluteErrorLoss | CustomLoss<L>;

/** A loss whose class isn't checked yet, as in a certificate that was read. */
export type LossSpec<L = Label> = LossName | RecallLoss | PrecisionLoss | AbsoluteErrorLoss | CustomLoss<L>;

/** A loss in a certificate: plain data. */
export type StatedLoss = LossName | RecallLoss | PrecisionLoss | AbsoluteErrorLoss | Pick<CustomLoss, 'name'>;

/**
 * How a bound is tested. `exact`: for losses of 0 and 1, and `accuracy`. `betting` (Waudby-Smith and Ramdas 2024) and
 * `hoeffding-bentkus`: for any loss, of rows or of groups.
 */
export type BoundMethod = 'exact' | 'hoeffding-bentkus' | 'betting';

/**
 * The recall of a class against the full model's answers, not against the truth, as a loss: the share of the rows
 * with this class by the full model that the cascade gives another class. It needs no labels. Alone it doesn't bound
 * errors on other classes: a cascade that always answers this class misses none.
 *
 * @param label a class of the full model
 * @example
 * const bound = { loss: recall('spam'), epsilon: 0.02 }; // the cascade may miss 2 % of the full model's spam
 */
export function recall<const L extends Label>(label: L): RecallLoss<L> {
  return { recall: label };
}

/**
 * The precision of a class against the full model's answers, not against the truth, as a loss: the share of the rows
 * with this class by the cascade that the full model gives another class. It needs no labels. Each plan is tested on
 * the rows that it gives the class itself, so a plan that never answers it can't be certified.
 *
 * @param label a class of the full model
 * @example
 * const bound = { delta: 0.05, all: [{ loss: recall('spam'), epsilon: 0.02 }, { loss: precision('spam'), epsilon: 0.01 }] };
 */
export function precision<const L extends Label>(label: L): PrecisionLoss<L> {
  return { precision: label };
}

/**
 * The loss of regression, and of classes that are numbers: the absolute difference from the full model's answer as a
 * share of `scale`, and 1 where it is larger. It needs no labels. An epsilon of 0.05 at a scale of 10 bounds the mean
 * difference by 0.5, where differences above 10 count as 10.
 *
 * @param scale above 0, in the units of the answers
 * @example
 * const bound = { loss: absoluteError(10), epsilon: 0.05 };
 */
export function absoluteError(scale: number): AbsoluteErrorLoss {
  return { absoluteError: scale };
}
