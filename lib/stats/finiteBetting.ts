import { DataError } from '../errors.js';
import { BettingCapital } from './bettingCapital.js';

/**
 * The p-value of 'the mean of a finite population is `limit` or more', by betting on values that are drawn from it
 * without replacement (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 2024,
 * section 5): after Σ of t - 1 of N values the next one has a mean of at least m_t = (N limit - Σ) / (N - t + 1) under
 * that hypothesis, so that the capital Π (1 - ν_i (x_i - m_i)) has one of at most 1. What is left to draw says the more
 * the less that is.
 *
 * The stakes are those of `bettingPValue`, and no more than half of what a value of 1 would ruin.
 *
 * @param values n values in [0, 1], in the order of the draw, or in any other that is random
 * @param rows N, at least n
 * @param limit in (0, 1)
 * @param delta in (0, 1): the level that stakes are tuned to; the p-value is valid at any
 * @returns in [0, 1]; 0 where the values contradict the hypothesis outright
 * @throws DataError for a value outside [0, 1], or more values than rows
 * @example
 * finiteBettingPValue(new Float64Array(120), 200, 0.05, 0.05) <= 0.05; // true, of 200 losses 120 were seen, all 0
 */
export function finiteBettingPValue(
  values: Float64Array,
  rows: number,
  limit: number,
  delta: number,
): number {
  const n = values.length;
  if (n > rows) throw new DataError(`${n} values of a population of ${rows}`);
  const capital = new BettingCapital(n, delta);
  let seen = 0;
  for (let t = 1; t <= n; t++) {
    const value = values[t - 1];
    if (!(value >= 0 && value <= 1)) throw new DataError(`value ${t - 1} is ${value}: expected 0 to 1`);
    const mean = (rows * limit - seen) / (rows - t + 1);
    // Even if all others were 1 the mean would be below the limit.
    if (mean > 1) return 0;
    capital.bet(value, mean, 0.5 / Math.max(1 - mean, 0.5));
    seen += value;
  }
  return capital.pValue();
}
