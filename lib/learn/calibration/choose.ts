import { DataError } from '../../errors.js';
import { log } from '../../util/math/index.js';
import {
  type Calibration,
  type Calibrator,
  type CalibratorKind,
  fitInTurns,
  identity,
} from './calibrator.js';
import { distributions, take } from './distributions.js';
import { isotonic } from './isotonic.js';
import { platt } from './platt.js';
import { temperature } from './temperature.js';

/** From the fewest parameters to the most: of equals the first is chosen. */
export const CALIBRATIONS: readonly (readonly [CalibratorKind, Calibration])[] = [
  ['identity', identity],
  ['temperature', temperature],
  ['platt', platt],
  ['isotonic', isotonic],
];

export interface CalibratorChoice {
  /** Fitted to all rows. */
  readonly calibrator: Calibrator;
  /** The cross-validated log loss of each kind, in nats a row; NaN if rows are too few to tell. */
  readonly losses: Readonly<Record<CalibratorKind, number>>;
  /**
   * The scores of all rows, each calibrated by the chosen kind as fitted to the other folds: what thresholds and
   * deferral models are to be learnt from.
   */
  readonly held: Float64Array;
}

/**
 * The calibrator of least log loss on rows that it wasn't fitted to, the folds taking turns. Rows that are no
 * distributions count nowhere; where those that are lie in fewer than two folds, it is `identity` and all losses are
 * NaN.
 *
 * @param scores class probabilities, rows x classes row-major, by models that haven't seen these rows
 * @param truth class of each row, 0 … classes - 1
 * @param folds fold of each row, any integers
 * @param signal ends it between two parts of a fit
 * @throws DataError for lengths that differ or a class that isn't one
 *
 * @example
 * const folds = stratifiedFolds(labels, 5, random(1));
 * const { calibrator, losses } = await chooseCalibrator(scores, 2, labels, folds);
 */
export async function chooseCalibrator(
  scores: Float64Array,
  classes: number,
  truth: Int32Array,
  folds: Int32Array,
  signal?: AbortSignal,
): Promise<CalibratorChoice> {
  const rows = distributions(scores, classes, truth);
  if (folds.length !== truth.length)
    throw new DataError(`${folds.length} folds for ${truth.length} rows: give one fold a row`);
  const used = new Set(rows.map((row) => folds[row]));
  const losses: Record<CalibratorKind, number> = {
    identity: Number.NaN,
    temperature: Number.NaN,
    platt: Number.NaN,
    isotonic: Number.NaN,
  };
  let best: Calibration = identity;
  let held: Float64Array = scores.slice();
  let least = Number.POSITIVE_INFINITY;
  if (used.size < 2) return { calibrator: best.fit(scores, classes, truth), losses, held };
  for (const [kind, calibration] of CALIBRATIONS) {
    const calibrated = await crossCalibrated(calibration, scores, classes, truth, folds, signal);
    losses[kind] = logLoss(calibrated, classes, truth);
    if (losses[kind] < least) [best, held, least] = [calibration, calibrated, losses[kind]];
  }
  return { calibrator: await fitInTurns(best.parts(scores, classes, truth), signal), losses, held };
}

/** The scores of each fold, calibrated by a fit to the other folds. */
async function crossCalibrated(
  calibration: Calibration,
  scores: Float64Array,
  classes: number,
  truth: Int32Array,
  folds: Int32Array,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const all = Int32Array.from(truth.keys());
  const calibrated = new Float64Array(scores.length);
  for (const fold of new Set(folds)) {
    const others = all.filter((row) => folds[row] !== fold);
    const fit = take(scores, classes, truth, others);
    const rows = all.filter((row) => folds[row] === fold);
    const held = take(scores, classes, truth, rows).scores;
    (await fitInTurns(calibration.parts(fit.scores, classes, fit.of), signal)).apply(held, classes);
    rows.forEach((row, i) => {
      calibrated.set(held.subarray(i * classes, (i + 1) * classes), row * classes);
    });
  }
  return calibrated;
}

/**
 * The mean over rows of -ln p, p being the probability given to the true class: least, on average,
 * for true probabilities (Good 1952). Values below 2^-52, 0 among them, count as 2^-52, so that one
 * row can't make it infinite.
 *
 * @param scores class probabilities, rows x classes row-major; rows that are no distributions are left out
 * @param truth class of each row
 * @returns in nats, 0 or more; NaN if no row is left
 * @throws DataError for lengths that differ or a class that isn't one
 *
 * @example
 * logLoss(Float64Array.of(0.5, 0.5, 0.25, 0.75), 2, Int32Array.of(0, 1)); // .490: (ln 2 + ln 4/3) / 2
 */
export function logLoss(scores: Float64Array, classes: number, truth: Int32Array): number {
  const rows = distributions(scores, classes, truth);
  let sum = 0;
  for (const row of rows) sum -= log(Math.max(Number.EPSILON, scores[row * classes + truth[row]]));
  return sum / rows.length;
}
