import { exp, log, log1p } from '../util/math/index.js';

/**
 * The regularised incomplete beta function and its inverse. Everything is kept in logarithms and either tail is
 * computed by itself, so that a tail of 1e-300 is as accurate as one of 0.1.
 */

const HALF_LOG_TWO_PI = 0.9189385332046727;

/**
 * ln Γ(x) for x > 0, to about 2e-15 (absolute where |ln Γ| < 1, near its zeros at 1 and 2; relative elsewhere).
 * NaN for x <= 0.
 *
 * @example
 * logGamma(6); // ln 120 = 4.787491742782046
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  let product = 1;
  while (x < 10) product *= x++;
  return (x - 0.5) * log(x) - x + HALF_LOG_TWO_PI + stirlingError(x) - log(product);
}

/** ln Γ(x) less Stirling's (x - 1/2) ln x - x + ln √2π. */
function stirlingError(x: number): number {
  let sum = 0;
  for (; x < 10; x++) sum += (x + 0.5) * log1p(1 / x) - 1;
  const r = 1 / (x * x);
  const series =
    1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - r * (691 / 360360 - r / 156)))));
  return sum + series / x;
}

/** x ln(x/m) + m - x, without the cancellation where x is near m. */
function deviance(x: number, m: number): number {
  const d = x - m;
  if (Math.abs(d) >= 0.1 * (x + m)) return x * log(x / m) - d;
  const v = d / (x + m);
  let sum = d * v;
  let term = 2 * x * v;
  for (let j = 3; ; j += 2) {
    term *= v * v;
    const next = sum + term / j;
    if (next === sum) return sum;
    sum = next;
  }
}

/**
 * ln of x^a y^b / B(a, b), where y = 1 - x: the beta density times x·y. Loader's saddle-point form ("Fast and accurate
 * computation of binomial probabilities", 2000), since differences of ln Γ lose eight digits at a + b = 1e7.
 */
export function logBetaPower(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  const scale = 0.5 * log((a / n) * b) - HALF_LOG_TWO_PI;
  return (
    scale +
    (stirlingError(n) - stirlingError(a) - stirlingError(b)) -
    (deviance(a, n * x) + deviance(b, n * y))
  );
}

/**
 * x^a y^b / B(a, b) / I_x(a, b) as a continued fraction (DiDonato and Morris, ACM TOMS 708, equation 9), by Lentz's
 * method; it converges fast for x below the mean. DLMF 8.17.22 is better known, but cancels where x is near 1.
 */
function continuedFraction(x: number, y: number, a: number, b: number): number {
  let value = (a * (a * y - b * x + 1)) / (a + 1);
  let c = value;
  let d = 0;
  for (let m = 1; m < 1_000_000; m++) {
    const odd = a + 2 * m - 1;
    const numerator = ((a + m - 1) / odd) * ((a + b + m - 1) / odd) * (m * x) * ((b - m) * x);
    const denominator =
      m + (m * (b - m) * x) / odd + ((a + m) * (a * y - b * x + 1 + m * (1 + y))) / (a + 2 * m + 1);
    d = 1 / (denominator + numerator * d);
    c = denominator + numerator / c;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < 3e-16) break;
  }
  return value;
}

/** ln I_x(a, b), where y = 1 - x is given too because the caller may know it better than the subtraction does. */
function logLower(x: number, y: number, a: number, b: number): number {
  const power = logBetaPower(x, y, a, b);
  if (x < (a + 1) / (a + b + 2)) return power - log(continuedFraction(x, y, a, b));
  return log1p(-exp(power - log(continuedFraction(y, x, b, a))));
}

/**
 * P(X <= x) for X ~ Beta(a, b), a > 0 and b > 0: the regularised incomplete beta function I_x(a, b).
 * x outside [0, 1] counts as 0 or 1; NaN for other arguments.
 *
 * @example
 * betaCdf(0.5, 2, 1); // 0.25
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (!(a > 0 && b > 0) || Number.isNaN(x)) return Number.NaN;
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return exp(logLower(x, 1 - x, a, b));
}

/** P(X > x), {@link betaCdf}'s other tail, accurate where it is tiny. */
export function betaSurvival(x: number, a: number, b: number): number {
  if (!(a > 0 && b > 0) || Number.isNaN(x)) return Number.NaN;
  if (x <= 0) return 1;
  if (x >= 1) return 0;
  return exp(logLower(1 - x, x, b, a));
}

/** A standard normal's quantile, to 5e-4 (Abramowitz and Stegun 26.2.23): only to start from. */
function roughNormalQuantile(logP: number): number {
  const t = Math.sqrt(-2 * logP);
  return (
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
  );
}

/** A starting point for the search for a quantile, as ln(x/y) (Abramowitz and Stegun 26.5.22). */
function roughLogit(logP: number, a: number, b: number): number {
  const mean = log(a / b);
  if (a < 1 || b < 1) return mean;
  const z = roughNormalQuantile(logP);
  const [u, v] = [1 / (2 * a - 1), 1 / (2 * b - 1)];
  const h = 2 / (u + v);
  const lambda = (z * z - 3) / 6;
  const w = (-z * Math.sqrt(h + lambda)) / h - (v - u) * (lambda + 5 / 6 - 2 / (3 * h));
  return mean - 2 * w;
}

/**
 * ln(x/y) at which I_x(a, b) has the logarithm `logP`, at most ln 1/2. The density in ln(x/y) is x^a y^b / B(a, b),
 * which is log-concave, so ln I is concave there: Newton's method comes from the left after one step and never leaves.
 */
function lowerLogit(logP: number, a: number, b: number): number {
  let t = roughLogit(logP, a, b);
  for (let i = 0; i < 200; i++) {
    const [x, y] = [1 / (1 + exp(-t)), 1 / (1 + exp(t))];
    const log = logLower(x, y, a, b);
    const step = (logP - log) * exp(log - logBetaPower(x, y, a, b));
    const next = Math.max(-700, Math.min(700, t + step));
    if (i > 0 && next - t <= 1e-15 * Math.abs(t)) return next;
    t = next;
  }
  return t;
}

/**
 * The x in [0, 1] with P(X <= x) = p, for X ~ Beta(a, b). NaN for p outside [0, 1], or a or b not positive.
 *
 * @example
 * betaQuantile(0.25, 2, 1); // 0.5
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(a > 0 && b > 0 && p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0 || p === 1) return p;
  const t = p <= 0.5 ? lowerLogit(log(p), a, b) : -lowerLogit(log1p(-p), b, a);
  return 1 / (1 + exp(-t));
}

/** The x with P(X > x) = q: `betaQuantile(1 - q, a, b)` without the digits that 1 - q loses. */
export function betaUpperQuantile(q: number, a: number, b: number): number {
  if (!(a > 0 && b > 0 && q >= 0 && q <= 1)) return Number.NaN;
  if (q === 0 || q === 1) return 1 - q;
  const t = q <= 0.5 ? -lowerLogit(log(q), b, a) : lowerLogit(log1p(-q), a, b);
  return 1 / (1 + exp(-t));
}
