import { exp, log, log1p, pow } from '../util/math/index.js';
import { betaQuantile, betaSurvival, betaUpperQuantile, logBetaPower } from './beta.js';
import { leastFrom } from './least.js';

/**
 * Exact binomial tests and limits of a risk: n independent rows, k of them wrong. A result is NaN
 * if an argument is out of its range, so that no comparison with it can certify anything.
 */

/**
 * (1 - p)^n. The power is exact for halves and quarters, where tests meet delta to the last bit; else 1 - p is
 * rounded.
 */
function noneOf(n: number, p: number): number {
  const q = 1 - p;
  return 1 - q === p ? pow(q, n) : exp(n * log1p(-p));
}

/** P(Bin(n, p) = k), accurate to about 1e-13 relative for any n. */
export function binomialPmf(k: number, n: number, p: number): number {
  if (!(n >= 0 && p >= 0 && p <= 1)) return Number.NaN;
  if (k < 0 || k > n) return 0;
  if (k === n) return pow(p, n);
  if (k === 0) return noneOf(n, p);
  if (p === 0 || p === 1) return 0;
  return exp(logBetaPower(p, 1 - p, k + 1, n - k)) / (p * (n - k));
}

/** P(Bin(n, p) <= k), either tail accurate; 0 for k < 0, 1 for k >= n. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (!(n >= 0 && p >= 0 && p <= 1) || Number.isNaN(k)) return Number.NaN;
  if (k < 0) return 0;
  if (k >= n) return 1;
  if (k === 0) return noneOf(n, p);
  return betaSurvival(p, k + 1, n - k);
}

/**
 * The p-value of 'the risk is epsilon or more' when k of n rows were wrong: small means that the risk is below epsilon.
 *
 * @example
 * binomialPValue(0, 299, 0.01) <= 0.05; // true
 */
export function binomialPValue(k: number, n: number, epsilon: number): number {
  return binomialCdf(k, n, epsilon);
}

/**
 * The upper limit of the risk, at confidence 1 - delta, when k of n rows were wrong: BetaInv(1 - delta; k + 1, n - k)
 * (Clopper and Pearson 1934, one-sided). 1 for k = n.
 */
export function binomialUpper(k: number, n: number, delta: number): number {
  return k === n ? 1 : betaUpperQuantile(delta, k + 1, n - k);
}

/** The lower limit of the risk, at confidence 1 - delta: BetaInv(delta; k, n - k + 1). 0 for k = 0. */
export function binomialLower(k: number, n: number, delta: number): number {
  return k === 0 ? 0 : betaQuantile(delta, k, n - k + 1);
}

/**
 * The fewest rows with which no error at all certifies `risk <= epsilon` at confidence 1 - delta: the least n with
 * (1 - epsilon)^n <= delta, by the very comparison that {@link binomialPValue} is used in.
 *
 * @example
 * rowsNeeded(0.01, 0.05); // 299
 */
export function rowsNeeded(epsilon: number, delta: number): number {
  if (!(epsilon > 0 && epsilon < 1 && delta > 0 && delta < 1)) return Number.NaN;
  const first = Math.max(1, Math.floor(log(delta) / log1p(-epsilon)) - 1);
  return leastFrom(first, (n) => binomialPValue(0, n, epsilon) <= delta);
}

/** The most errors in n rows that still certify `risk <= epsilon` at confidence 1 - delta; -1 if none do. */
export function allowedErrors(n: number, epsilon: number, delta: number): number {
  let [allowed, refused] = [-1, n + 1];
  while (refused - allowed > 1) {
    // Not a shift: n may be above 2^31. Beyond 2^53 there may be no number between.
    const k = Math.floor(allowed + (refused - allowed) / 2);
    if (k <= allowed || k >= refused) break;
    if (binomialPValue(k, n, epsilon) <= delta) allowed = k;
    else refused = k;
  }
  return allowed;
}
