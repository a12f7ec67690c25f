import { type AbsoluteErrorLoss, absoluteErrorLoss, type ErrorOfCodes } from './absoluteError.js';
import { accuracyLoss } from './accuracy.js';
import { type CustomLoss, customLoss } from './custom.js';
import { disagreementLoss } from './disagreement.js';
import { excessDisagreementLoss } from './excessDisagreement.js';
import { harmLoss } from './harm.js';
import type { Label, LossKind } from './kind.js';
import { type PrecisionLoss, precisionLoss } from './precision.js';
import { type RecallLoss, recallLoss } from './recall.js';
import { stableDisagreementLoss } from './stableDisagreement.js';

/** What users give for each kind of loss. */
export interface Losses<L> {
  readonly accuracy: 'accuracy';
  readonly disagreement: 'disagreement';
  readonly harm: 'harm';
  readonly excessDisagreement: 'excessDisagreement';
  readonly stableDisagreement: 'stableDisagreement';
  readonly recall: RecallLoss<L>;
  readonly precision: PrecisionLoss<L>;
  readonly absoluteError: AbsoluteErrorLoss;
  readonly custom: CustomLoss<L>;
}

/** Each kind of loss, in the order in which messages name them. */
export const LOSSES: Readonly<Record<keyof Losses<Label>, LossKind>> = {
  accuracy: accuracyLoss,
  disagreement: disagreementLoss,
  harm: harmLoss,
  excessDisagreement: excessDisagreementLoss,
  stableDisagreement: stableDisagreementLoss,
  recall: recallLoss,
  precision: precisionLoss,
  absoluteError: absoluteErrorLoss,
  custom: customLoss,
};

/** A loss that can be bounded: by name, of one class, of numbers, or of your own with values in [0, 1]. */
export type Loss<L = Label> = Losses<L>[keyof Losses<L>];

/**
 * `accuracy`: accuracy lost; `disagreement`: answers that differ; `harm`: right answers made wrong. Of a full model that
 * doesn't always agree with itself, which is asked twice: `excessDisagreement`, answers that differ beyond its own that
 * do; `stableDisagreement`, answers that differ where both of its own are alike.
 */
export type LossName = Extract<Loss, string>;

/** The losses that are plain data. */
export type DataLoss<L = Label> = Losses<L>[Exclude<keyof Losses<L>, 'custom'>];

/** A loss whose class isn't checked yet, as in a certificate that was read. */
export type LossSpec<L = Label> = DataLoss | CustomLoss<L>;

/** A loss in a certificate: plain data. */
export type StatedLoss<L = Label> = DataLoss<L> | Pick<CustomLoss, 'name'>;

/** A loss in terms of answers: codes of classes, or for regression numbers. */
export type AnswerLoss = Exclude<Loss<number>, AbsoluteErrorLoss> | ErrorOfCodes;
