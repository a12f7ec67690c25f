import { meant, show } from '../../lib/check.js';
import { DataError, OptionError } from '../../lib/errors.js';
import type {
  AbsoluteErrorLoss,
  CustomLoss,
  Label,
  LossName,
  LossSpec,
  PrecisionLoss,
  RecallLoss,
  StatedLoss,
} from '../types/index.js';
import { lostBy } from './facts.js';

/** A loss in terms of answers: codes of classes, or for regression numbers. */
export type AnswerLoss =
  | LossName
  | RecallLoss<number>
  | PrecisionLoss<number>
  | CustomLoss<number>
  | (AbsoluteErrorLoss & {
      /** What each class stands for. */ readonly numbers?: readonly number[] | undefined;
    });

/** Some rows with the full model's answers and, where they are known, the true ones: classes, or numbers. */
export interface Judged {
  readonly full: Float64Array;
  readonly labels: Float64Array | undefined;
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

export function lossOn(loss: AnswerLoss, judged: Judged): LossOn {
  const { lost, counts } = lossOfAnswers(loss, judged);
  const { lostFrom } = judged;
  if (lostFrom === undefined) return { lost, counts };
  return {
    lost: (answer, row) => (row >= lostFrom ? 1 : lost(answer, row)),
    counts: (answer, row) => row >= lostFrom || counts(answer, row),
  };
}

function lossOfAnswers(loss: AnswerLoss, { full, labels, origin }: Judged): LossOn {
  const counts = () => true;
  if (typeof loss === 'string') {
    const lost = lostBy(loss);
    return { lost: (answer, row) => lost(answer, full[row], labels?.[row]), counts };
  }
  if ('recall' in loss) {
    const { recall: c } = loss;
    return {
      lost: (answer, row) => Number(full[row] === c && answer !== c),
      counts: (_, row) => full[row] === c,
    };
  }
  if ('precision' in loss) {
    const { precision: c } = loss;
    return {
      lost: (answer, row) => Number(answer === c && full[row] !== c),
      counts: (answer) => answer === c,
    };
  }
  if ('absoluteError' in loss) {
    const { absoluteError: scale, numbers } = loss;
    const number = (answer: number) => numbers?.[answer] ?? answer;
    return {
      lost: (answer, row) => Math.min(1, Math.abs(number(answer) - number(full[row])) / scale),
      counts,
    };
  }
  return {
    lost: (answer, row) => {
      const value: unknown = loss.loss(answer, full[row], labels?.[row]);
      if (typeof value === 'number' && value >= 0 && value <= 1) return value;
      throw new DataError(
        `loss '${loss.name}' of row ${origin?.[row] ?? row} is ${show(value)}; expected a number from 0 to 1: scale it to that`,
      );
    },
    counts,
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
  if (classes.length === 0) return numberLoss(option, loss);
  if (typeof loss === 'string') return loss;
  const known: readonly Label[] = classes;
  if ('absoluteError' in loss) {
    const numbers = known.filter((label) => typeof label === 'number');
    if (numbers.length === known.length) return { ...loss, numbers };
    throw new OptionError(option, `absoluteError is of numbers; there are ${known.map(show).join(', ')}`);
  }
  const codeOf = (label: Label) => {
    const code = known.indexOf(label);
    if (code >= 0) return code;
    throw new OptionError(
      option,
      `${show(label)} is no class; there are ${known.map(show).join(', ')}${meant(label, known)}`,
    );
  };
  if ('recall' in loss) return { recall: codeOf(loss.recall) };
  if ('precision' in loss) return { precision: codeOf(loss.precision) };
  return {
    name: loss.name,
    loss: (answer, full, label) =>
      loss.loss(classes[answer], classes[full], label === undefined ? undefined : classes[label]),
  };
}

/**
 * A loss of the user's, of which a certificate has only the name.
 *
 * @throws OptionError where it isn't among those given
 */
export function ownLoss<L>(name: string, own: readonly CustomLoss<L>[], option: string): CustomLoss<L> {
  const found = own.find((loss) => loss.name === name);
  if (found !== undefined) return found;
  throw new OptionError(
    option,
    `'${name}' is a loss of your own, and a certificate holds no functions: pass losses: [{ name: '${name}', loss }]`,
  );
}

/** @throws OptionError for what are no losses of the user's */
export function checkOwnLosses(option: string, losses: unknown): void {
  if (!Array.isArray(losses))
    throw new OptionError(option, `expected an array of { name, loss }, got ${show(losses)}`);
  losses.forEach((loss: unknown, i) => {
    const isLoss =
      typeof loss === 'object' &&
      loss !== null &&
      'name' in loss &&
      typeof loss.name === 'string' &&
      'loss' in loss &&
      typeof loss.loss === 'function';
    if (!isLoss)
      throw new OptionError(
        `${option}[${i}]`,
        `expected { name, loss }, as given to tune, got ${show(loss)}`,
      );
  });
}

/** Numbers hardly ever agree to the last digit: what they lose is how far they are apart. */
function numberLoss<L extends Label>(option: string, loss: LossSpec<L>): AnswerLoss {
  if (typeof loss === 'object' && 'absoluteError' in loss) return loss;
  if (typeof loss === 'object' && 'loss' in loss) {
    // Answers, and labels, are the numbers themselves: L is number.
    const { name, loss: of } = loss as CustomLoss<unknown>;
    return { name, loss: of };
  }
  throw new OptionError(
    option,
    `${lossName(loss)} is of classes; for regression use absoluteError(scale) or { name, loss }`,
  );
}

/** The loss in the user's terms, as plain data. */
export function stated(loss: AnswerLoss, classes: readonly Label[]): StatedLoss {
  if (typeof loss === 'string') return loss;
  if ('recall' in loss) return { recall: classes[loss.recall] };
  if ('precision' in loss) return { precision: classes[loss.precision] };
  return 'absoluteError' in loss ? { absoluteError: loss.absoluteError } : { name: loss.name };
}

/** A loss by name, as messages say it. */
export function lossName(loss: StatedLoss): string {
  if (typeof loss === 'string') return loss;
  if ('recall' in loss) return `recall(${show(loss.recall)})`;
  if ('precision' in loss) return `precision(${show(loss.precision)})`;
  return 'absoluteError' in loss ? `absoluteError(${loss.absoluteError})` : `'${loss.name}'`;
}

/** The rows that a loss is a share of, in words; empty where those are all. */
export function among(loss: AnswerLoss): string {
  if (typeof loss === 'string') return '';
  if ('recall' in loss) return 'the rows that the full model gives the class';
  return 'precision' in loss ? 'the rows that the cascade gives the class' : '';
}
