import { checkKeys, checkPositive, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { count, grouped, shortNumber } from '../../lib/util/count.js';
import { type LossKind, overAllRows } from './kind.js';
import type { AbsoluteErrorLimit } from './limitInUnits.js';

/** The distance of the answer from the full model's, in units of a scale, at most 1. */
export interface AbsoluteErrorLoss {
  /** The difference that counts as a loss of 1, above 0, in the units of the answers. */
  readonly absoluteError: number;
}

/** The same in codes of classes. */
export interface ErrorOfCodes extends AbsoluteErrorLoss {
  /** What each class stands for. */
  readonly numbers?: readonly number[] | undefined;
}

/**
 * The loss of regression, and of classes that are numbers: the absolute difference from the full model's answer. It
 * needs no labels.
 *
 * `{ atMost, cap }` bounds its mean in the units of the answers, without `epsilon`: the mean difference, each counted
 * as at most `cap`, is at most `atMost`. Without `cap` one is taken from the tuning rows: twice the mean distance of
 * the full model's answers from their median, rounded up to two digits. The promise names it.
 *
 * A number is a scale: the loss is the difference as a share of it, and 1 where it is larger. An epsilon of 0.05 at a
 * scale of 10 bounds the mean difference by 0.5, where differences above 10 count as 10.
 *
 * @param limit `atMost` above 0 and below `cap`, or a scale above 0, in the units of the answers
 * @example
 * const bound = { loss: absoluteError({ atMost: 0.25, cap: 4 }), delta: 0.05 };
 * const inShares = { loss: absoluteError(10), epsilon: 0.05 };
 */
export function absoluteError(scale: number): AbsoluteErrorLoss;
export function absoluteError(limit: AbsoluteErrorLimit['absoluteError']): AbsoluteErrorLimit;
export function absoluteError<Given>(given: Given): { readonly absoluteError: Given } {
  return { absoluteError: given };
}

export const absoluteErrorLoss: LossKind = {
  written: 'absoluteError({ atMost, cap })',
  labels: 'ignored',
  least: 0,
  exact: undefined,
  countedAs: undefined,
  over: 'all',
  asks: 1,
  fitsNumbers: true,
  check(where, loss) {
    if (typeof loss === 'string' || !('absoluteError' in loss)) return false;
    checkKeys(loss, ['absoluteError'], `${where}.`);
    checkPositive(where, loss.absoluteError, '{ atMost, cap }, or a scale, a finite number above 0');
    return true;
  },
  coded(option, loss, classes) {
    if (typeof loss === 'string' || !('absoluteError' in loss)) return undefined;
    if (classes.length === 0) return loss;
    const known: readonly unknown[] = classes;
    const numbers = known.filter((label) => typeof label === 'number');
    if (numbers.length === known.length) return { ...loss, numbers };
    throw new OptionError(option, `absoluteError is of numbers; there are ${known.map(show).join(', ')}`);
  },
  ofAnswers(loss) {
    if (typeof loss === 'string' || !('absoluteError' in loss)) return undefined;
    const { absoluteError: scale, numbers } = loss;
    const value = (answer: number) => numbers?.[answer] ?? answer;
    return overAllRows(
      { absoluteError: scale },
      ({ full }) =>
        (answer, row) =>
          Math.min(1, Math.abs(value(answer) - value(full[row])) / scale),
    );
  },
  inWords(loss) {
    if (typeof loss === 'string' || !('absoluteError' in loss)) return undefined;
    const { absoluteError: scale } = loss;
    const most = grouped(scale);
    const capped = `differences above ${most} count as ${most}`;
    return {
      name: `absoluteError(${scale})`,
      title: `mean absolute difference from the full model's answers (${capped})`,
      rows: '',
      scale,
      bound: (epsilon) =>
        `the mean absolute difference from the full model's answers, each counted as at most ${most}, ` +
        `is at most ${grouped(scale * epsilon)}`,
      found({ n, lost, unit }) {
        const of = unit === 'groups' ? `${count(n)} groups, each by its mean` : `${count(n)} rows`;
        return `mean difference ${shortNumber((scale * lost) / n)} on ${of} (${capped})`;
      },
      // min(1, d / s) is at most min(1, d / t) where t <= s, and at most t / s times that where t > s.
      within: (other) =>
        typeof other === 'object' && 'absoluteError' in other
          ? Math.max(1, other.absoluteError / scale)
          : Number.POSITIVE_INFINITY,
    };
  },
};
