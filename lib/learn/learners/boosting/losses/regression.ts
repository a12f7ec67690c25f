import { square } from '../../../../util/math/index.js';
import type { BoostingLoss } from './loss.js';

/** Half the squared error. */
export function squaredLoss(values: Float64Array): BoostingLoss {
  return {
    outputs: 1,
    base(rows) {
      // Sums of differences from the first: exact for constant values.
      const origin = values[rows[0]];
      let sum = 0;
      for (const row of rows) sum += values[row] - origin;
      return Float64Array.of(origin + sum / rows.length);
    },
    differentiate(margins, firsts, seconds) {
      for (let row = 0; row < margins.length; row++) firsts[row] = margins[row] - values[row];
      seconds.fill(1);
    },
    mean(margins, rows) {
      let loss = 0;
      for (const row of rows) loss += square(margins[row] - values[row]);
      return loss / 2 / rows.length;
    },
  };
}

/**
 * The pinball loss: its minimum is the `quantile` of the values (Koenker and Bassett, Regression
 * Quantiles, Econometrica 1978). Leaves take that quantile of their rows' residuals, since second
 * derivatives carry no information here.
 */
export function quantileLoss(values: Float64Array, quantile: number): BoostingLoss {
  const left = new Float64Array(values.length);
  return {
    outputs: 1,
    base: (rows) =>
      Float64Array.of(
        quantileOf(
          Float64Array.from(rows, (row) => values[row]),
          quantile,
        ),
      ),
    differentiate(margins, firsts, seconds) {
      for (let row = 0; row < margins.length; row++) {
        const error = values[row] - margins[row];
        firsts[row] = error > 0 ? -quantile : error < 0 ? 1 - quantile : 0;
      }
      seconds.fill(1);
    },
    mean(margins, rows) {
      let loss = 0;
      for (const row of rows) {
        const error = values[row] - margins[row];
        loss += error > 0 ? quantile * error : (quantile - 1) * error;
      }
      return loss / rows.length;
    },
    step(margins, rows) {
      for (let i = 0; i < rows.length; i++) left[i] = values[rows[i]] - margins[rows[i]];
      return quantileOf(left.subarray(0, rows.length), quantile);
    },
  };
}

/**
 * Sorts the values. If all points between two of them minimize the loss, it takes the middle.
 * Written by hand: it runs in place for every leaf, and the interpolation of simple-statistics
 * isn't where the loss is least.
 */
function quantileOf(numbers: Float64Array, quantile: number): number {
  numbers.sort();
  const place = quantile * numbers.length;
  const above = Math.min(numbers.length - 1, Math.floor(place));
  const below = Number.isInteger(place) ? Math.max(0, above - 1) : above;
  return (numbers[below] + numbers[above]) / 2;
}
