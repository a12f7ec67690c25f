import { show } from '../../lib/check.js';
import { DataError, OptionError } from '../../lib/errors.js';
import type {
  CustomLoss,
  Label,
  Loss,
  LossName,
  PrecisionLoss,
  RecallLoss,
  StatedLoss,
} from '../terms/index.js';

/** A loss in terms of classes. */
export type ClassLoss = LossName | RecallLoss<number> | PrecisionLoss<number> | CustomLoss<number>;

/** Some rows with the full model's answers and, where they are known, the true classes. */
export interface Judged {
  readonly full: Int32Array;
  readonly labels: Int32Array | undefined;
  /** What errors call the rows: their positions among those that the user gave. @defaultValue those here */
  readonly origin?: Int32Array | undefined;
}

/** A loss on some rows: the mean of `lost` over those that `counts`. */
export interface LossOn {
  /** What an answer to a row loses: 0 to 1, and for `accuracy` -1 where it alone is right. */
  lost(answer: number, row: number): number;
  counts(answer: number, row: number): boolean;
}

export function lossOn(loss: ClassLoss, { full, labels, origin }: Judged): LossOn {
  const counts = () => true;
  if (typeof loss === 'string') {
    return { lost: (answer, row) => named(loss, answer, full[row], labels?.[row] ?? -1), counts };
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

function named(loss: LossName, answer: number, full: number, label: number): number {
  if (answer === full) return 0;
  if (loss === 'disagreement') return 1;
  const worse = Number(full === label);
  return loss === 'harm' ? worse : worse - Number(answer === label);
}

/** A loss in terms of classes. @throws OptionError, naming `option`, for a label that is no class. */
export function classLoss<L extends Label>(option: string, loss: Loss<L>, classes: readonly L[]): ClassLoss {
  if (typeof loss === 'string') return loss;
  const known: readonly Label[] = classes;
  const codeOf = (label: Label) => {
    const code = known.indexOf(label);
    if (code >= 0) return code;
    throw new OptionError(option, `${show(label)} is no class; there are ${known.map(show).join(', ')}`);
  };
  if ('recall' in loss) return { recall: codeOf(loss.recall) };
  if ('precision' in loss) return { precision: codeOf(loss.precision) };
  return {
    name: loss.name,
    loss: (answer, full, label) =>
      loss.loss(classes[answer], classes[full], label === undefined ? undefined : classes[label]),
  };
}

/** The loss in the user's terms, as plain data. */
export function stated(loss: ClassLoss, classes: readonly Label[]): StatedLoss {
  if (typeof loss === 'string') return loss;
  if ('recall' in loss) return { recall: classes[loss.recall] };
  if ('precision' in loss) return { precision: classes[loss.precision] };
  return { name: loss.name };
}

/** A loss by name, as messages say it. */
export function lossName(loss: StatedLoss): string {
  if (typeof loss === 'string') return loss;
  if ('recall' in loss) return `recall(${show(loss.recall)})`;
  return 'precision' in loss ? `precision(${show(loss.precision)})` : `'${loss.name}'`;
}
