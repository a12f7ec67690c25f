import { checkWhole } from '../../check.js';
import { OptionError } from '../../errors.js';
import type { Random } from '../../stats/index.js';
import { log } from '../../util/math/index.js';

/** Of which rows some are to be chosen, and how many. */
export interface ChooseRows {
  /** The student's scores, rows x classes, each row's sum 1. */
  readonly scores: Float64Array;
  readonly classes: number;
  /** Positions of the rows that may be chosen. @defaultValue all */
  readonly candidates?: Int32Array | undefined;
  readonly count: number;
  /**
   * How much uncertainty counts, 0 or more: 0 draws at random, and the larger it is, the more the most uncertain rows are taken
   * alone. @defaultValue 4
   */
  readonly sharpness?: number | undefined;
  readonly random: Random;
}

const SHARPNESS = 4;

/**
 * Rows to ask the full model about, so that a student learns most of them: those that it knows least of, and not all alike.
 *
 * Uncertainty is 1 less the margin between the likeliest class and the next. Rows are drawn without replacement by uncertainty to
 * the power of `sharpness`: the draw spreads them over the doubtful rows, where the most doubtful ones would often be of one kind
 * (Kirsch et al., "Stochastic Batch Acquisition", TMLR 2023, power acquisition; the draw is Gumbel's top k).
 *
 * Statistics. For the promise about a finite batch the rows may be chosen in this way from all rows, as long as the sample
 * that certifies is then drawn from those that weren't asked, by these and the plan alone. For the promise about new rows
 * the certification rows must be independent draws: give as `candidates` a pool that was drawn at random beforehand,
 * and count only sampled rows outside of it.
 *
 * @returns positions, ascending: all candidates where there are no more than `count`
 * @throws OptionError for counts that are none
 *
 * @example
 * // The second row is the least certain one.
 * const scores = Float64Array.of(0.9, 0.1, 0.5, 0.5, 0.2, 0.8);
 * chooseRows({ scores, classes: 2, count: 1, sharpness: 50, random: random(1) }); // Int32Array [1]
 */
export function chooseRows({
  scores,
  classes,
  candidates = Int32Array.from({ length: scores.length / classes }, (_, row) => row),
  count,
  sharpness = SHARPNESS,
  random,
}: ChooseRows): Int32Array {
  checkWhole('classes', classes, 2);
  checkWhole('count', count, 0);
  if (!(sharpness >= 0)) throw new OptionError('sharpness', `expected 0 or more, got ${sharpness}`);
  const keys = Float64Array.from(candidates, (row) => {
    const gumbel = -log(-log(random.uniform() || Number.MIN_VALUE));
    return sharpness * log(Math.max(1e-6, 1 - marginOf(scores, classes, row))) + gumbel;
  });
  const order = Int32Array.from(candidates.keys()).sort((a, b) => keys[b] - keys[a] || a - b);
  return order
    .subarray(0, count)
    .map((i) => candidates[i])
    .sort();
}

/** Scores that are NaN have none: nothing is known of the row. */
function marginOf(scores: Float64Array, classes: number, row: number): number {
  let [first, second] = [0, 0];
  for (let c = row * classes; c < (row + 1) * classes; c++) {
    if (scores[c] > first) [first, second] = [scores[c], first];
    else if (scores[c] > second) second = scores[c];
  }
  return first - second;
}
