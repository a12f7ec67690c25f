import { meanSimple, median } from 'simple-statistics';
import { checkInside, checkKeys, checkPositive, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { grouped, upTwoDigits } from '../../lib/util/count.js';
import { inWords } from './facts.js';
import type { StatedLoss } from './list.js';

/** A bound on the mean absolute difference, in the units of the answers. */
export interface AbsoluteErrorLimit {
  readonly absoluteError: {
    /** The largest mean difference from the full model's answers, above 0 and below the cap. */
    readonly atMost: number;
    /** What a difference counts as at most. @defaultValue by the full model's answers to the tuning rows */
    readonly cap?: number;
  };
}

export function isInUnits(loss: unknown): loss is AbsoluteErrorLimit {
  if (typeof loss !== 'object' || loss === null || !('absoluteError' in loss)) return false;
  return typeof loss.absoluteError === 'object' && loss.absoluteError !== null;
}

/** @throws OptionError for members that don't belong, and numbers out of their range */
export function checkInUnits(where: string, loss: AbsoluteErrorLimit): void {
  checkKeys(loss, ['absoluteError'], `${where}.`);
  const { atMost, cap } = loss.absoluteError;
  checkKeys(loss.absoluteError, ['atMost', 'cap'], `${where}.absoluteError.`);
  checkBelowCap(`${where}.atMost`, atMost, undefined);
  if (cap === undefined) return;
  checkPositive(`${where}.cap`, cap, 'what a difference counts as at most, a finite number above 0');
  checkBelowCap(`${where}.atMost`, atMost, cap);
}

/** @throws OptionError for what isn't a mean difference that a cap leaves room for */
export function checkBelowCap(where: string, atMost: unknown, cap: number | undefined): void {
  if (typeof atMost === 'number' && atMost > 0 && atMost < (cap ?? Number.POSITIVE_INFINITY)) return;
  const below =
    cap === undefined ? '' : ` and below the cap, ${grouped(cap)}, which no difference counts as more than`;
  throw new OptionError(where, `expected a mean difference above 0${below}, got ${show(atMost)}`);
}

/**
 * What a difference counts as at most where the user doesn't say: twice what the median as constant answer is off by,
 * so that an answer which is far worse than no model counts as that. It is seldom reached, and keeps the number of rows
 * that a certificate takes in bounds.
 *
 * @param answers of the full model to the tuning rows, at least one: certification rows choose no loss
 */
export function capOf(answers: Float64Array): number {
  const centre = median([...answers]);
  return upTwoDigits(2 * meanSimple(Array.from(answers, (answer) => Math.abs(answer - centre))));
}

/**
 * A limit as a share of its cap.
 *
 * @throws OptionError where the cap that was taken leaves nothing to promise, and for a share that no number is
 */
export function shareOfCap(where: string, atMost: number, cap: number): number {
  const share = atMost / cap;
  if (share > 0 && share < 1) return share;
  const asked = `a mean difference of ${grouped(atMost)}`;
  if (cap === 0) {
    throw new OptionError(
      where,
      `${asked} has no cap: the full model answers all tuning rows alike, so there is nothing to save. Look at the ` +
        'full model, or give a cap',
    );
  }
  if (share === 0) {
    throw new OptionError(
      where,
      `${asked} is too small beside the cap, ${grouped(cap)}. Ask for more, or give a smaller cap`,
    );
  }
  throw new OptionError(
    where,
    `${asked} isn't below the cap, ${grouped(cap)}: twice what the median as constant answer is off by on the ` +
      'tuning rows, so that it would keep the bound. Ask for less, or give a larger cap',
  );
}

/** A limit as errors say it. */
export function limitWords(loss: StatedLoss, epsilon: number): string {
  const { scale } = inWords(loss);
  return scale === undefined ? `epsilon = ${epsilon}` : `a mean difference of ${grouped(scale * epsilon)}`;
}

/** What a loss on some rows comes to, as errors say it. */
export function meanWords(loss: StatedLoss, mean: number): string {
  const { scale, name } = inWords(loss);
  return scale === undefined
    ? `${mean.toPrecision(2)} of ${name}`
    : `a mean difference of ${grouped(scale * mean, 2)}, each counted as at most ${grouped(scale)},`;
}

/**
 * The share that is asked for: `epsilon`, or `atMost` in the units of the answers.
 *
 * @param nameOf how errors name a member
 * @throws OptionError for none of them or both, out of its range, and for units of a loss that has none
 */
export function shareAsked(
  { epsilon, atMost }: { readonly epsilon?: number | undefined; readonly atMost?: number | undefined },
  loss: StatedLoss,
  nameOf = (member: 'epsilon' | 'atMost'): string => member,
): number {
  const { scale, name } = inWords(loss);
  if (atMost === undefined) {
    const hint =
      scale === undefined
        ? ''
        : `; it is a share of the cap, ${grouped(scale)}: give atMost for a mean difference in the units of the answers`;
    checkInside(nameOf('epsilon'), epsilon, hint);
    return Number(epsilon);
  }
  const option = nameOf('atMost');
  if (epsilon !== undefined) {
    throw new OptionError(
      option,
      `is the limit that ${nameOf('epsilon')} gives as a share; give one of the two`,
    );
  }
  if (scale === undefined) {
    throw new OptionError(
      option,
      `is for absoluteError, in the units of the answers; for ${name} give epsilon`,
    );
  }
  checkBelowCap(option, atMost, scale);
  return shareOfCap(option, atMost, scale);
}
