import { exp, log, log1p } from '../util/math/index.js';
import { logGamma } from './beta.js';
import { binomialPmf, binomialUpper } from './binomial.js';

/**
 * One band of upper limits that holds for all numbers of errors together. If a path's plans count a
 * row wrong from the first plan on that got it wrong, the true risks of the rows' first wrong plans
 * behave like n independent uniforms. So the limits u_0 < u_1 < … all hold unless some order
 * statistic U_(k+1) is above u_k, for any path. The most aggressive plan with u_k <= epsilon may
 * then be served for any epsilon, chosen later.
 */

/**
 * The relative distance of the targeted failure probability below delta: rounding inside it is a
 * millionth of that.
 */
const SLACK = 1e-4;

/** 5 % of the rows; the work grows with the square of the count, to a second or two at 5,000. */
function defaultMost(n: number): number {
  return Math.min(Math.floor(0.05 * n), 5_000);
}

/**
 * The largest eta with which the limits BetaInv(1 - eta; k + 1, n - k) for all k <= most hold together with probability
 * at least 1 - delta: computed exactly, not simulated, and rounded so that they fail with .9998 delta to delta.
 *
 * @param n rows, at least 1
 * @param delta in (0, 1)
 * @param most the largest k, below n; by default 5 % of n, at most 5,000
 *
 * @example
 * binomialUpper(7, 2_000, bandLevel(2_000, 0.05)); // holds for this k and all others at once
 */
export function bandLevel(n: number, delta: number, most: number = defaultMost(n)): number {
  if (most === 0) return delta;
  const target = log(delta) - SLACK;
  const excess = (logEta: number) => log(bandFailure(n, exp(logEta), most)) - target;
  // Bonferroni's level can't fail, and the level of a single limit must.
  let [safe, broken] = [log(delta / (most + 1)), log(delta)];
  let [below, above] = [excess(safe), excess(broken)];
  // False position, since the two logarithms are nearly proportional; an end that stays twice is weighed down (Illinois).
  let last = 0;
  while (broken - safe > 1e-9) {
    const middle = safe + (below / (below - above)) * (broken - safe);
    const value = excess(middle);
    if (Math.abs(value) < 0.99 * SLACK) return exp(middle);
    if (value < 0) {
      if (last < 0) above /= 2;
      [safe, below] = [middle, value];
    } else {
      if (last > 0) below /= 2;
      [broken, above] = [middle, value];
    }
    last = value;
  }
  return exp(safe);
}

/**
 * The simultaneous upper limits of the risk after k = 0 … most errors in n rows: with probability at least 1 - delta
 * all of them hold, for every plan of a path at once.
 *
 * @returns `most + 1` limits, ascending
 *
 * @example
 * const limits = bandLimits(2_000, 0.05);
 * const allowed = limits.findLastIndex((limit) => limit <= epsilon); // -1: nothing certifies epsilon
 */
export function bandLimits(n: number, delta: number, most: number = defaultMost(n)): Float64Array {
  return limitsAt(n, bandLevel(n, delta, most), most);
}

function limitsAt(n: number, eta: number, most: number): Float64Array {
  return Float64Array.from({ length: most + 1 }, (_, k) => binomialUpper(k, n, eta));
}

/**
 * The probability that some limit BetaInv(1 - eta; k + 1, n - k), k <= most, fails: that U_(k+1) > u_k for one k at
 * least, by first passage. The counts N(u_k) of uniforms below the limits are a Markov chain, and the band fails for
 * the first time at k only with exactly k below u_k, so with f_j for the chance of that
 *
 *     P(N(u_k) = k) = f_k + Σ_{j<k} f_j P(N(u_k) = k | N(u_j) = j),
 *
 * solved from k = 0 on. Rounding errors aren't amplified: each is passed on with the chances of a first return, which
 * sum to at most 1.
 */
export function bandFailure(n: number, eta: number, most: number): number {
  const limits = limitsAt(n, eta, most);
  // ln P(N(u_k) = k | N(u_j) = j) = start[j] - start[k] + (k - j) ln(n (u_k - u_j)) - ln (k - j)!
  const start = new Float64Array(most + 1);
  const logFactorial = new Float64Array(most + 1);
  for (let k = 0, falling = 0; k <= most; k++) {
    start[k] = -falling - (n - k) * log1p(-limits[k]);
    falling += log1p(-k / n);
    logFactorial[k] = logGamma(k + 1);
  }
  const first = new Float64Array(most + 1);
  let total = 0;
  for (let k = 0; k <= most; k++) {
    let before = 0;
    for (let j = 0; j < k; j++) {
      const steps = k - j;
      const reach = steps * log(n * (limits[k] - limits[j])) - logFactorial[steps];
      before += first[j] * exp(start[j] - start[k] + reach);
    }
    first[k] = Math.max(0, binomialPmf(k, n, limits[k]) - before);
    total += first[k];
  }
  return total;
}
