import { asPercent } from '../../lib/util/count.js';
import { type LossKind, overAllRows } from './kind.js';
import type { LossName } from './list.js';
import { totalLoss } from './words.js';

/** What is said of a loss with a name. */
interface NamedLoss extends Pick<LossKind, 'labels' | 'least' | 'exact' | 'countedAs'> {
  /** What an answer loses that isn't the full model's; the full model's own loses nothing. */
  lost(answer: number, full: number, label: number | undefined): number;
  /** In a few words. */
  readonly title: string;
  /** What is at most epsilon, in a sentence. */
  readonly bounded: string;
  /** The losses that are never below it. */
  readonly below: readonly LossName[];
}

/** A loss with a name, over all rows, without parameters. */
export function namedLoss(name: LossName, { lost, title, bounded, below, ...facts }: NamedLoss): LossKind {
  return {
    ...facts,
    written: `'${name}'`,
    over: 'all',
    fitsNumbers: false,
    check: (_, loss) => loss === name,
    coded: (_, loss) => (loss === name ? name : undefined),
    ofAnswers: (loss) =>
      loss === name
        ? overAllRows(
            name,
            ({ full, labels }) =>
              (answer, row) =>
                answer === full[row] ? 0 : lost(answer, full[row], labels?.[row]),
          )
        : undefined,
    inWords: (loss) =>
      loss === name
        ? {
            name,
            title,
            rows: '',
            bound: (epsilon) => `${bounded} is at most ${asPercent(epsilon)}`,
            found: totalLoss,
            within: (other) =>
              other === name || below.some((above) => above === other) ? 1 : Number.POSITIVE_INFINITY,
          }
        : undefined,
  };
}
