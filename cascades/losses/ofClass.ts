import { checkKeys, meant, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { asPercent, count } from '../../lib/util/count.js';
import type { Label, LossKind } from './kind.js';
import type { DataLoss, StatedLoss } from './list.js';
import { lossSum, quoted, totalLoss } from './words.js';

/** What is said of a loss over the rows of one class. */
interface ClassLoss {
  /** Its name, and that of its member. */
  readonly what: string;
  /** Who gives a row the class. */
  readonly over: 'full model' | 'cascade';
  /** What the other does with a row that it gives another class, in a verb. */
  readonly differs: string;
  /** The loss of a class, and the class of a loss. */
  of<L extends Label>(label: L): DataLoss<L>;
  labelOf<L extends Label>(loss: StatedLoss<L>): L | undefined;
}

/** A loss over the rows that one of the two gives a class: a row is lost where the other gives it another. */
export function classLoss({ what, over, differs, of, labelOf }: ClassLoss): LossKind {
  // By its member's name: whoever misspells a class gives the member no value.
  const isOfClass = (loss: string | object): loss is object => typeof loss !== 'string' && what in loss;
  return {
    written: `${what}(label)`,
    labels: 'ignored',
    least: 0,
    exact: 'binomial',
    countedAs: undefined,
    over,
    asks: 1,
    fitsNumbers: false,
    check(where, loss) {
      if (!isOfClass(loss)) return false;
      checkKeys(loss, [what], `${where}.`);
      return true;
    },
    coded(option, loss, classes) {
      return isOfClass(loss) ? of(codeOf(option, labelOf(loss), classes)) : undefined;
    },
    ofAnswers(loss) {
      const code = labelOf(loss);
      if (code === undefined) return undefined;
      const isByCascade = over === 'cascade';
      return {
        on({ full }) {
          const counts = (answer: number, row: number) => (isByCascade ? answer : full[row]) === code;
          return { lost: (answer, row) => Number(counts(answer, row) && answer !== full[row]), counts };
        },
        stated: (classes) => of(classes[code]),
        mayCount: (answer) => !isByCascade || answer === code,
        isKeptBy: (answer) => !isByCascade && answer === code,
      };
    },
    inWords(loss) {
      if (!isOfClass(loss)) return undefined;
      const label = labelOf(loss);
      const other = over === 'cascade' ? 'full model' : 'cascade';
      const such = `rows that the ${over} calls ${quoted(label)}`;
      const against = `${what} of ${quoted(label)} against the full model's answers`;
      return {
        name: `${what}(${show(label)})`,
        title: against,
        rows: `that the ${over} calls ${show(label)}`,
        bound: (epsilon) =>
          `the ${against}, not the labels, is at least ${asPercent(1 - epsilon)} (of the ${such}, the ${other} calls at most ` +
          `${asPercent(epsilon)} something else)`,
        found: (sum) =>
          sum.unit === 'groups'
            ? totalLoss(sum)
            : `the ${other} ${differs} ${lossSum(sum.lost)} of ${count(sum.n)} ${such}`,
        within: (wider) => (labelOf(wider) === label ? 1 : Number.POSITIVE_INFINITY),
      };
    },
  };
}

/** @throws OptionError, naming `option`, for a label that is no class */
function codeOf(option: string, label: unknown, classes: readonly Label[]): number {
  const known: readonly unknown[] = classes;
  const code = known.indexOf(label);
  if (code >= 0) return code;
  throw new OptionError(
    option,
    `${show(label)} is no class; there are ${classes.map(show).join(', ')}${meant(label, classes)}`,
  );
}
