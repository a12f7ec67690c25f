import { DataError } from '../../errors.js';
import { exp } from '../../util/math/index.js';

/** Whether `scores[from … from + classes - 1]` all lie in [0, 1] and aren't all 0. */
export function isDistribution(scores: Float64Array, from: number, classes: number): boolean {
  let sum = 0;
  for (let i = from; i < from + classes; i++) {
    if (!(scores[i] >= 0 && scores[i] <= 1)) return false;
    sum += scores[i];
  }
  return sum > 0;
}

/**
 * The rows whose scores are distributions.
 *
 * @throws DataError when there aren't two classes, lengths differ, or a row's class isn't one
 */
export function distributions(scores: Float64Array, classes: number, truth: Int32Array): Int32Array {
  checkWidth(scores, classes);
  if (scores.length !== truth.length * classes) {
    throw new DataError(
      `${scores.length} scores and ${truth.length} true classes: expected ${classes} scores for each`,
    );
  }
  const row = truth.findIndex((c) => !(c >= 0 && c < classes));
  if (row >= 0) throw new DataError(`row ${row} has class ${truth[row]}: expected 0 … ${classes - 1}`);
  return Int32Array.from(truth.keys()).filter((r) => isDistribution(scores, r * classes, classes));
}

/** @throws DataError when the scores aren't whole rows of at least two classes */
export function checkWidth(scores: Float64Array, classes: number): void {
  if (!(Number.isInteger(classes) && classes >= 2 && scores.length % classes === 0)) {
    throw new DataError(`${scores.length} scores of ${classes} classes: expected rows x classes, 2 or more`);
  }
}

/** The scores of some of the rows, and the class of each of these. */
export function take(
  scores: Float64Array,
  classes: number,
  of: ArrayLike<number>,
  rows: Int32Array,
): { scores: Float64Array; of: Int32Array } {
  const taken = new Float64Array(rows.length * classes);
  for (let i = 0; i < rows.length; i++) {
    for (let c = 0; c < classes; c++) taken[i * classes + c] = scores[rows[i] * classes + c];
  }
  return { scores: taken, of: Int32Array.from(rows, (row) => of[row]) };
}

/** Rows that are distributions alone, one at least; `fit`s of calibrations begin with it. */
export function fittable(scores: Float64Array, classes: number, truth: Int32Array) {
  const rows = distributions(scores, classes, truth);
  if (rows.length === 0) {
    throw new DataError(
      `none of ${truth.length} rows has scores in [0, 1] that aren't all 0: nothing to fit`,
    );
  }
  const taken = take(scores, classes, truth, rows);
  return { scores: taken.scores, truth: taken.of };
}

/**
 * The floor of probabilities whose logarithm is taken. If scores of 0 occurred, it is half the
 * smallest other score, so that a forest that counts votes keeps its own scale, but never as large
 * as a row's largest. Otherwise it is negligible: a row with more confidence than any seen keeps
 * its rank.
 */
export function probabilityFloor(scores: Float64Array, classes: number): number {
  if (!scores.includes(0)) return Number.MIN_VALUE;
  let least = 1 / classes;
  for (const p of scores) if (p > 0 && p < least) least = p;
  return Math.max(Number.MIN_VALUE, least / 2);
}

/** Exponentials of the row's values, divided by their sum; in place. */
export function softmaxRow(values: Float64Array, from: number, classes: number): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = from; i < from + classes; i++) if (values[i] > most) most = values[i];
  let sum = 0;
  for (let i = from; i < from + classes; i++) {
    values[i] = exp(values[i] - most);
    sum += values[i];
  }
  for (let i = from; i < from + classes; i++) values[i] /= sum;
}
