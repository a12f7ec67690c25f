import { log } from '../math/index.js';
import { distributions } from './distributions.js';

/**
 * The mean over rows of -ln p, p being the probability given to the true class: least, on average, for true
 * probabilities (Good 1952). What is below 2^-52, 0 with it, counts as that, so that one row can't make it infinite.
 *
 * @param scores class probabilities, rows x classes row-major; rows that are no distributions are left out
 * @param truth class of each row
 * @returns in nats, 0 or more; NaN where no row is left
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
