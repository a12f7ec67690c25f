import { countedAs, kindOf, lossName } from '../losses/index.js';
import type { Certificate, StatedLoss } from '../types/index.js';

/**
 * What holds of all answers together however modes are chosen: by load, by caller, by the row itself. A band counts a
 * row at a plan if it was wrong at any plan up to it, so its limit for the most aggressive mode covers every mixture.
 * Of epsilons that were tested one by one, whatever a mixture loses one of the modes loses: their sum covers it,
 * where no row can gain and the mode doesn't decide which rows count.
 *
 * @param modes of one cascade, its own plan first
 * @returns null where no such promise holds: see {@link noAnyChoice}
 */
export function anyChoice(modes: readonly Certificate[]): Certificate | null {
  const [own] = modes;
  // What the full model answers loses nothing, whoever chooses it.
  const certified = modes.filter(({ verdict }) => verdict === 'certified');
  const last = certified.at(-1);
  if (modes.length === 1 || last === undefined) return own;
  if (last.also === undefined) return last;
  const sum = Number(certified.reduce((total, { epsilon }) => total + epsilon, 0).toPrecision(12));
  if (!isAdditive(last.loss) || sum >= 1) return null;
  return {
    ...last,
    epsilon: sum,
    upper: null,
    method: `${last.method}, the sum of ${certified.length} limits`,
  };
}

/** Why {@link anyChoice} finds no promise, and what to do. */
export function noAnyChoice([{ loss }]: readonly Certificate[]): string {
  const why = isAdditive(loss)
    ? 'the epsilons of the modes add up to 1 or more, and name smaller ones in bound.modes'
    : `${lossName(loss)} is promised of each mode alone, ${
        countedAs(loss) === undefined
          ? 'and no other promise can be made of it; bound disagreement, harm or recall(class) instead'
          : 'since the gains of one mode don’t make up for losses of another; leave out bound.modes and take modes from the band, by withModes([…])'
      }`;
  return `where anything but load may choose the mode, all answers together have no promise: ${why}`;
}

/** Losses of 0 and 1 over rows that the full model's answers and the labels determine. */
function isAdditive(loss: StatedLoss): boolean {
  const { exact, over } = kindOf(loss);
  return exact === 'binomial' && over !== 'cascade';
}
