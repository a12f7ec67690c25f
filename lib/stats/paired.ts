import { binomialLower, binomialUpper } from './binomial.js';
import { pairedPValue } from './unconditional.js';

/**
 * The upper limit, at confidence 1 - delta, of the accuracy lost: p_b - p_c, where of n rows b were right in the full
 * model and wrong in the cascade, and c the other way round. Two Clopper-Pearson limits, each with half of delta:
 * simple, and looser than {@link pairedPValue}.
 *
 * @returns in [-1, 1]
 */
export function pairedUpper(b: number, c: number, n: number, delta: number): number {
  return binomialUpper(b, n, delta / 2) - binomialLower(c, n, delta / 2);
}

/** Relative width at which the search for a limit ends, and the least loss that it looks at. */
const CLOSE = 1e-6;
const LEAST = 1e-6;

/**
 * The same limit from the exact test, which it inverts: the least epsilon that {@link pairedPValue} certifies, so that a
 * plan which passed the test at epsilon has no limit above it. The test knows no loss below 0: where many more
 * rows were made better than worse, the limit is the least it looks at, or a negative one by {@link pairedUpper}.
 *
 * @returns in [-1, 1]; NaN for arguments out of their ranges
 *
 * @example
 * pairedLimit(8, 4, 1_000, 0.05); // 0.0106, where pairedUpper gives 0.0146
 */
export function pairedLimit(b: number, c: number, n: number, delta: number): number {
  const certifies = (epsilon: number) => pairedPValue(b, c, n, epsilon, delta) <= delta;
  const split = pairedUpper(b, c, n, delta);
  if (!(split > LEAST)) return split;
  if (certifies(LEAST)) return LEAST;
  let [refused, certified] = [Math.max(LEAST, (b - c) / n), Math.min(1, split)];
  // The bounds are of different tests: where the split one is the tighter, it is the limit.
  if (certified === 1 || !certifies(certified)) return split;
  while (certified - refused > CLOSE * certified) {
    const middle = (refused + certified) / 2;
    if (certifies(middle)) certified = middle;
    else refused = middle;
  }
  return certified;
}
