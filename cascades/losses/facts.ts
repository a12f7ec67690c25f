import type { LossName, StatedLoss } from '../types/index.js';

/** What a step must know of a loss by name. */
interface NamedLoss {
  /** What an answer loses that isn't the full model's; the full model's own loses nothing. */
  readonly lost: (answer: number, full: number, label: number | undefined) => number;
  readonly needsLabels: boolean;
  readonly values: LossValues;
  /** The loss of 0 and 1 that is never below this one: itself, or another; undefined where there is none. */
  readonly countedAs: 'disagreement' | 'harm' | undefined;
}

/** The values of a loss: 0 and 1; -1, 0 and 1; any number from 0 to 1. */
type LossValues = 'zero-one' | 'signed' | 'any';

const worse = (full: number, label: number | undefined) => Number(full === label);

/** A new name doesn't compile until all of this is said of it. */
const NAMED: Readonly<Record<LossName, NamedLoss>> = {
  accuracy: {
    lost: (answer, full, label) => worse(full, label) - Number(answer === label),
    needsLabels: true,
    values: 'signed',
    countedAs: 'harm',
  },
  disagreement: { lost: () => 1, needsLabels: false, values: 'zero-one', countedAs: 'disagreement' },
  harm: {
    lost: (_, full, label) => worse(full, label),
    needsLabels: true,
    values: 'zero-one',
    countedAs: 'harm',
  },
};

/** The losses that have a name. */
export const LOSS_NAMES: readonly LossName[] = Object.keys(NAMED).filter(isLossName);

export function isLossName(loss: unknown): loss is LossName {
  return typeof loss === 'string' && Object.hasOwn(NAMED, loss);
}

/** What each answer loses by a loss with a name: 0 to 1, and for a signed one -1 where it alone is right. */
export function lostBy(name: LossName): NamedLoss['lost'] {
  const { lost } = NAMED[name];
  return (answer, full, label) => (answer === full ? 0 : lost(answer, full, label));
}

/** Whether a loss can't be computed without labels. A loss of the user's may look at them where they are known. */
export function needsLabels(loss: StatedLoss): boolean {
  return typeof loss === 'string' && NAMED[loss].needsLabels;
}

/** Whether a row may also gain, as a loss of -1. */
export function isSigned(loss: StatedLoss): boolean {
  return valuesOf(loss) === 'signed';
}

/** Whether whole numbers of rows decide an exact test: rows that lose, or those that lose and those that gain. */
export function hasExactTest(loss: StatedLoss): boolean {
  return valuesOf(loss) !== 'any';
}

/** The loss of 0 and 1 over all rows that is never below this one, and so bounds it; undefined where there is none. */
export function countedAs(loss: StatedLoss): NamedLoss['countedAs'] {
  return typeof loss === 'string' ? NAMED[loss].countedAs : undefined;
}

/** The loss by which plans are searched: of a signed one the loss that bounds it, without what rows may gain. */
export function withoutGains<Of extends StatedLoss>(loss: Of): Of | 'disagreement' | 'harm' {
  return (isSigned(loss) ? countedAs(loss) : undefined) ?? loss;
}

function valuesOf(loss: StatedLoss): LossValues {
  if (typeof loss === 'string') return NAMED[loss].values;
  if ('recall' in loss || 'precision' in loss) return 'zero-one';
  if ('absoluteError' in loss || 'name' in loss) return 'any';
  return loss satisfies never;
}
