import { DataError } from '../errors.js';

/**
 * The p-value of 'the mean loss is epsilon or more' for independent losses in [0, 1], by betting against it: the
 * capital K_t = Π (1 - ν_i (x_i - epsilon)) has mean at most 1 under that hypothesis, so 1 / max K is a p-value
 * (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 2024).
 *
 * The stakes ν_t = min(1, √(2 ln(1/delta) / (n s²))) use the spread s² of the losses before t alone. They are tuned to
 * tests at level `delta`, and the p-value is valid at any other level too. The order of the losses matters to its size,
 * never to its validity, so long as it was not chosen by looking at them.
 *
 * @param losses n values in [0, 1], one per independent unit (row, group, query)
 * @param epsilon in (0, 1)
 * @param delta in (0, 1)
 * @returns in (0, 1]; 1 for no losses
 * @throws DataError for a loss outside [0, 1]
 */
export function bettingPValue(losses: Float64Array, epsilon: number, delta: number): number {
  const n = losses.length;
  const stake = Math.sqrt((2 * Math.log(1 / delta)) / n);
  let sum = 0.5;
  let squares = 0.25;
  let variance = 0.25;
  let capital = 0;
  let richest = 0;
  for (let t = 1; t <= n; t++) {
    const loss = losses[t - 1];
    if (!(loss >= 0 && loss <= 1)) {
      throw new DataError(
        `loss of row ${t - 1} is ${loss}: a bounded loss must be between 0 and 1; scale it to that`,
      );
    }
    capital += Math.log1p(-Math.min(1, stake / Math.sqrt(variance)) * (loss - epsilon));
    richest = Math.max(richest, capital);
    sum += loss;
    const mean = sum / (t + 1);
    squares += (loss - mean) ** 2;
    variance = squares / (t + 1);
  }
  return Math.exp(-richest);
}
