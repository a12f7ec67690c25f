import { exp, log1p, pow } from '../math/index.js';

/** How many stakes; their spacing in proportion, at most a quarter up to ten million rows, is finer than the mixture feels. */
const STAKES = 32;

/**
 * The p-value of 'the accuracy lost, p_b - p_c, is epsilon or more', where of n rows b were right in the full model and
 * wrong in the cascade, and c the other way round, by betting against it. A row's loss x is 1, -1 or 0, and the capital
 *
 *     Π (1 - λ (x - epsilon)) = (1 - λ (1 - epsilon))^b (1 + λ (1 + epsilon))^c (1 + λ epsilon)^(n - b - c)
 *
 * has mean at most 1 under the hypothesis for every λ in [0, 1 / (1 - epsilon)], so a mixture over λ has too: an e-value,
 * whose reciprocal is a p-value (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting",
 * JRSS B 2024, section 4). Counts are all that it reads: the rows' order plays no part.
 *
 * The mixture: λ (1 - epsilon) evenly in proportion from 4/√n, below which a stake can't earn enough to matter, to 1,
 * where a single loss takes all. Looser than {@link pairedPValue} and far cheaper.
 *
 * @param b losses, c gains, n rows: whole numbers, b + c at most n
 * @param epsilon in (0, 1)
 * @returns in [0, 1]; NaN for arguments out of their ranges
 *
 * @example
 * pairedMixturePValue(13, 20, 1_000, 0.01) <= 0.05; // true, and false for one loss more
 */
export function pairedMixturePValue(b: number, c: number, n: number, epsilon: number): number {
  if (!(n > 0 && b >= 0 && c >= 0 && b + c <= n && epsilon > 0 && epsilon < 1)) return Number.NaN;
  const least = Math.min(1, 4 / Math.sqrt(n));
  const logs = new Float64Array(STAKES);
  let most = -Infinity;
  for (let j = 0; j < STAKES; j++) {
    const stake = pow(least, j / (STAKES - 1));
    const lambda = stake / (1 - epsilon);
    // All staked on no loss at all is 0 · ln 0.
    const lost = b === 0 ? 0 : b * log1p(-stake);
    logs[j] = lost + c * log1p(lambda * (1 + epsilon)) + (n - b - c) * log1p(lambda * epsilon);
    most = Math.max(most, logs[j]);
  }
  if (most === -Infinity) return 1;
  let sum = 0;
  for (const log of logs) sum += exp(log - most);
  return Math.min(1, (STAKES / sum) * exp(-most));
}
