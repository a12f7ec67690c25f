import { asPercent } from '../../lib/util/count.js';
import type { Judged, LossOn } from './answerLoss.js';
import { type LossInWords, type LossKind, overAllRows } from './kind.js';
import type { LossName } from './list.js';
import { totalLoss } from './words.js';

/** What is said of any loss with a name. */
interface Named extends Pick<LossKind, 'labels' | 'least' | 'exact' | 'countedAs'> {
  /** In a few words. */
  readonly title: string;
  /** What is at most epsilon, in a sentence. */
  readonly bounded: string;
  /** The losses that are never below it. */
  readonly below: readonly LossName[];
}

/** What is said of one against the full model's one answer to a row. */
interface NamedLoss extends Named {
  /** What an answer loses that isn't the full model's; the full model's own loses nothing. */
  lost(answer: number, full: number, label: number | undefined): number;
}

/** The same against its two answers to a row: what an answer loses, and whether such a row counts. */
interface PairLoss extends Named, Pick<LossKind, 'over'>, Required<Pick<LossInWords, 'leavesOpen'>> {
  lost(answer: number, first: number, second: number): number;
  counts(first: number, second: number): boolean;
  /** Which rows count, in words that follow 'rows'; empty where all do. */
  readonly rows: string;
}

/** A loss with a name, over all rows, without parameters. */
export function namedLoss(name: LossName, { lost, ...said }: NamedLoss): LossKind {
  return {
    ...kindOfName(name, said, { rows: '' }),
    over: 'all',
    asks: 1,
    ofAnswers: (loss) =>
      loss === name
        ? overAllRows(
            name,
            ({ full, labels }) =>
              (answer, row) =>
                answer === full[row] ? 0 : lost(answer, full[row], labels?.[row]),
          )
        : undefined,
  };
}

/**
 * A loss with a name, of rows that the full model is asked twice. Where its second answer isn't known, it is taken for
 * the first.
 */
export function pairLoss(
  name: LossName,
  { lost, counts, rows, over, leavesOpen, ...said }: PairLoss,
): LossKind {
  const on = ({ full, second }: Judged): LossOn => {
    const again = (row: number) => {
      const answer = second?.[row];
      return answer === undefined || Number.isNaN(answer) ? full[row] : answer;
    };
    return {
      lost: (answer, row) => lost(answer, full[row], again(row)),
      counts: (_, row) => counts(full[row], again(row)),
    };
  };
  return {
    ...kindOfName(name, said, { rows, leavesOpen }),
    over,
    asks: 2,
    ofAnswers: (loss) =>
      loss === name ? { on, stated: () => name, mayCount: () => true, isKeptBy: () => false } : undefined,
  };
}

function kindOfName(
  name: LossName,
  { title, bounded, below, ...facts }: Named,
  more: Pick<LossInWords, 'rows' | 'leavesOpen'>,
) {
  const words: LossInWords = {
    name,
    title,
    ...more,
    bound: (epsilon) => `${bounded} is at most ${asPercent(epsilon)}`,
    found: totalLoss,
    within: (other) =>
      other === name || below.some((above) => above === other) ? 1 : Number.POSITIVE_INFINITY,
  };
  return {
    ...facts,
    written: `'${name}'`,
    fitsNumbers: false,
    check: (_, loss) => loss === name,
    coded: (_, loss) => (loss === name ? name : undefined),
    inWords: (loss) => (loss === name ? words : undefined),
  } satisfies Partial<LossKind>;
}
