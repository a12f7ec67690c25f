import { checkKeys, show } from '../../lib/check.js';
import { DataError, OptionError } from '../../lib/errors.js';
import { asPercent } from '../../lib/util/count.js';
import { type Label, type LossKind, overAllRows } from './kind.js';
import type { LossSpec, StatedLoss } from './list.js';
import { totalLoss } from './words.js';

/**
 * A loss of your own: the loss of an answer where the full model answers `full` and the truth, if known, is `label`.
 */
export interface CustomLoss<L = Label> {
  readonly name: string;
  /** In [0, 1], by its arguments alone. */
  readonly loss: (answer: L, full: L, label: L | undefined) => number;
}

export const customLoss: LossKind = {
  written: '{ name, loss }',
  labels: 'optional',
  least: 0,
  exact: undefined,
  countedAs: undefined,
  over: 'all',
  asks: 1,
  fitsNumbers: true,
  check(where, loss) {
    if (!isCustom(loss)) return false;
    checkKeys(loss, ['name', 'loss'], `${where}.`);
    return true;
  },
  coded<L extends Label>(_: string, loss: LossSpec<L>, classes: readonly L[]) {
    if (typeof loss === 'string' || !('loss' in loss)) return undefined;
    const { name } = loss;
    if (classes.length === 0) {
      // Answers, and labels, are the numbers themselves: L is number.
      const own = loss as CustomLoss<unknown>;
      return { name, loss: (answer, full, label) => own.loss(answer, full, label) };
    }
    return {
      name,
      loss: (answer, full, label) =>
        loss.loss(classes[answer], classes[full], label === undefined ? undefined : classes[label]),
    };
  },
  ofAnswers(loss) {
    if (typeof loss === 'string' || !('loss' in loss)) return undefined;
    const { name } = loss;
    return overAllRows({ name }, ({ full, labels, origin }) => (answer, row) => {
      const value: unknown = loss.loss(answer, full[row], labels?.[row]);
      if (typeof value === 'number' && value >= 0 && value <= 1) return value;
      throw new DataError(
        `loss '${name}' of row ${origin?.[row] ?? row} is ${show(value)}; expected a number from 0 to 1: scale it to that`,
      );
    });
  },
  inWords(loss) {
    if (typeof loss === 'string' || !('name' in loss)) return undefined;
    const { name } = loss;
    return {
      name: `'${name}'`,
      title: name,
      rows: '',
      own: name,
      bound: (epsilon) => `the mean of '${name}' is at most ${asPercent(epsilon)}`,
      found: totalLoss,
      within: (other) =>
        typeof other === 'object' && 'name' in other && other.name === name ? 1 : Number.POSITIVE_INFINITY,
    };
  },
};

function isCustom(loss: unknown): loss is CustomLoss<never> {
  return (
    typeof loss === 'object' &&
    loss !== null &&
    'name' in loss &&
    typeof loss.name === 'string' &&
    'loss' in loss &&
    typeof loss.loss === 'function'
  );
}

/** @throws OptionError for what are no losses of the user's */
export function checkOwnLosses(option: string, losses: unknown): void {
  if (!Array.isArray(losses))
    throw new OptionError(option, `expected an array of { name, loss }, got ${show(losses)}`);
  losses.forEach((loss: unknown, i) => {
    if (!isCustom(loss))
      throw new OptionError(
        `${option}[${i}]`,
        `expected { name, loss }, as given to tune, got ${show(loss)}`,
      );
  });
}

/**
 * The loss of a certificate as it was given: of a loss of the user's it has only the name.
 *
 * @throws OptionError, naming `option`, where that isn't among those given
 */
export function givenLoss<L>(loss: StatedLoss, own: readonly CustomLoss<L>[], option: string): LossSpec<L> {
  if (typeof loss === 'string' || !('name' in loss)) return loss;
  const { name } = loss;
  const found = own.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new OptionError(
    option,
    `'${name}' is a loss of your own, and a certificate holds no functions: pass losses: [{ name: '${name}', loss }]`,
  );
}
