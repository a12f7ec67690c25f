import { binomialLower, binomialUpper } from './binomial.js';

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
