import { DataError } from '../errors.js';
import { exp, log, log1p, square } from '../util/math/index.js';
import { BettingCapital } from './bettingCapital.js';

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
  const capital = new BettingCapital(losses.length, delta);
  for (let t = 0; t < losses.length; t++) {
    const loss = losses[t];
    if (!(loss >= 0 && loss <= 1)) {
      throw new DataError(
        `loss of row ${t} is ${loss}: a bounded loss must be between 0 and 1; scale it to that`,
      );
    }
    capital.bet(loss, epsilon, 1);
  }
  return capital.pValue();
}

/** Up to this many losses a limit gains nothing. */
const EXACT = 16_384;

/** Steps of the same stake: a block is this share of the losses before it. */
const BLOCK = 1 / 128;

/** Σ 1/k². */
const ZETA_2 = square(Math.PI) / 6;

/**
 * {@link bettingPValue} of n equal losses. Beyond 16,384 of them it is an upper limit, in time
 * logarithmic in n: the value of the most favourable sample possible, which isn't generated.
 *
 * After t losses x their squares about the running mean sum to 1/4 + (x - 1/2)² Σ 1/k², k from 2 to t + 1, so that the
 * stakes only grow. A block of steps is counted at the stake of its first one, with Σ 1/k² rounded up; a block is under
 * 1/128 of what came before it.
 *
 * @param loss in [0, 1]
 * @param n a whole number, at least 1
 * @param epsilon in (0, 1)
 * @param delta in (0, 1)
 * @returns in (0, 1]; the logarithm of a limit is within 1 % of the exact value's
 *
 * @example
 * bettingRunPValue(0, 300_000, 1e-5, 0.05) >= bettingPValue(new Float64Array(300_000), 1e-5, 0.05); // true
 */
export function bettingRunPValue(loss: number, n: number, epsilon: number, delta: number): number {
  if (n <= EXACT) return bettingPValue(new Float64Array(n).fill(loss), epsilon, delta);
  // Without a gain no capital.
  if (loss >= epsilon) return 1;
  const stake = Math.sqrt((2 * log(1 / delta)) / n);
  let capital = 0;
  let t = 1;
  let left = n;
  while (left > 0) {
    const squares = 0.25 + square(loss - 0.5) * Math.max(0, ZETA_2 - 1 - 1 / (t + 1));
    const staked = Math.min(1, stake / Math.sqrt(squares / t));
    const steps = staked === 1 ? left : Math.min(left, Math.max(1, Math.floor(t * BLOCK)));
    capital += steps * log1p(staked * (epsilon - loss));
    t += steps;
    left -= steps;
  }
  return exp(-capital);
}
