import { finiteBettingPValue, random } from '../../lib/stats/index.js';
import { exitStage, type StageAnswers, type Thresholds } from '../chain/index.js';
import { lossOn } from '../losses/index.js';

/** Rows of a batch that a full model was asked twice about, drawn at random from those that tested plans let out. */
export interface DrawnPairs {
  readonly stages: readonly StageAnswers[];
  /** Positions of the drawn rows in these, and in its answers. */
  readonly drawn: Int32Array;
  readonly full: Float64Array;
  readonly second?: Float64Array | undefined;
  /** How many rows they were drawn from. */
  readonly population: number;
  /** The most that all of these may lose in excess. */
  readonly allowed: number;
}

/**
 * Second answers in which one alone of equal rows counts as changed: a model that keeps its answers is asked one question for
 * all of them, and by one change of its mind they would make up for as many wrong answers. No row loses less by that.
 *
 * @param first by row: the first that equals it
 */
export function changedOnce(
  first: Int32Array,
  { drawn, full }: Pick<DrawnPairs, 'drawn' | 'full'>,
  second: Float64Array,
): Float64Array {
  const once = second.slice();
  for (const row of drawn) if (first[row] !== row) once[row] = full[row];
  return once;
}

/** What drawn rows lose in excess under a plan: those that it doesn't let out lose nothing. */
export function excessOf(thresholds: Thresholds, { stages, drawn, full, second }: DrawnPairs): Float64Array {
  const { lost } = lossOn('excessDisagreement', { full, second, labels: undefined });
  return Float64Array.from(drawn, (row) => {
    const s = exitStage(stages, thresholds, row);
    return s === stages.length ? 0 : lost(stages[s].answers[row], row);
  });
}

/**
 * The last plan up to which all are shown to lose no more than is allowed. Each row has two answers that it would get,
 * whether it is asked or not. So what a plan loses on the batch is a number that the draw doesn't change, and plans may be
 * tested in order at the full delta. Rows that were drawn, or go through, have the full model's answer, which loses no
 * more than a stage's.
 *
 * @returns its position; -1 if none is
 */
export function lastInExcess(
  path: readonly Thresholds[],
  test: DrawnPairs,
  { delta, seed }: { readonly delta: number; readonly seed: number | string },
): number {
  const { drawn, population, allowed } = test;
  // Only the set of drawn rows is random: their order may be the batch's own.
  const order = Int32Array.from(drawn.keys());
  random(seed).fork('order of the sample').shuffle(order);
  // One more than is allowed is the least that is too much; where that is more than all can lose, every plan passes.
  const limit = scaled((allowed + 1) / population);
  if (!(limit <= 1)) return path.length - 1;
  const failing = path.findIndex((thresholds) => {
    const lost = excessOf(thresholds, test);
    const values = Float64Array.from(order, (i) => scaled(lost[i]));
    return !(finiteBettingPValue(values, population, limit, delta) <= delta);
  });
  return (failing < 0 ? path.length : failing) - 1;
}

/** From [-1, 1] to [0, 1]. */
function scaled(value: number): number {
  return (value + 1) / 2;
}
