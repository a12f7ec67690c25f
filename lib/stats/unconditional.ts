import { binomialCdf, binomialLower, binomialPmf, binomialUpper } from './binomial.js';

/** The p-value may exceed the supremum by this share of itself or of delta; it never falls short of it. */
const TOLERANCE = 5e-4;

/** The share of delta that the interval for the nuisance parameter may fail with (Berger and Boos 1994). */
const NUISANCE_SHARE = 1e-3;

/**
 * The p-value of 'the accuracy lost, p_b - p_c, is epsilon or more', where of n rows b were right in the full model and
 * wrong in the cascade, and c the other way round: the exact unconditional test for paired binary outcomes (Hsueh, Liu
 * and Chen, Biometrics 57, 2001). Outcomes are ordered by Tango's score statistic (Statistics in Medicine 17, 1998);
 * the chance of outcomes at least as favourable is maximised over the nuisance p_c, within an interval that holds p_c
 * but for a thousandth of delta, which is added (Berger and Boos, JASA 89, 1994).
 *
 * The maximum is bounded from above, not searched on a grid, so the test is valid without an allowance.
 *
 * @param epsilon in (0, 1)
 * @param delta the level that the p-value will be compared with; it is valid at any other level too
 * @returns in (0, 1], above the exact supremum by at most 0.05 % of the larger of itself and delta; NaN for arguments
 *   out of their ranges
 */
export function pairedPValue(b: number, c: number, n: number, epsilon: number, delta: number): number {
  if (!(n > 0 && b >= 0 && c >= 0 && b + c <= n && epsilon > 0 && epsilon < 1 && delta > 0))
    return Number.NaN;
  const gamma = NUISANCE_SHARE * delta;
  const low = binomialLower(c, n, gamma / 2);
  // p_b = p_c + epsilon leaves no room for more.
  const high = Math.min(binomialUpper(c, n, gamma / 2), (1 - epsilon) / 2);
  // So many gains that no p_c of the hypothesis is left.
  if (low > high) return gamma;
  const region = favourable(b, c, n, epsilon);
  return Math.min(1, supremum(region, n, epsilon, low, high, TOLERANCE * delta) + gamma);
}

/**
 * The largest b with which c and n still certify `p_b - p_c <= epsilon` at confidence 1 - delta by
 * {@link pairedPValue}, whose p-values grow with b; -1 if not even b = 0 does.
 *
 * @example
 * pairedAllowed(20, 1_000, 0.01, 0.05); // 19
 */
export function pairedAllowed(c: number, n: number, epsilon: number, delta: number): number {
  let [allowed, refused] = [-1, n - c + 1];
  // Few outcomes beyond the null's own mean certify anything: look near it first.
  for (let guess = Math.ceil(c + n * epsilon); guess < refused; guess = 2 * guess + 1) {
    if (pairedPValue(guess, c, n, epsilon, delta) <= delta) allowed = guess;
    else refused = guess;
  }
  while (refused - allowed > 1) {
    const b = Math.floor(allowed + (refused - allowed) / 2);
    if (b <= allowed || b >= refused) break;
    if (pairedPValue(b, c, n, epsilon, delta) <= delta) allowed = b;
    else refused = b;
  }
  return allowed;
}

/**
 * Tango's score statistic for p_b - p_c = epsilon: how many standard deviations b - c lies above its mean, the spread
 * taken at the likeliest p_c under that hypothesis. Small favours the cascade.
 */
export function tangoScore(b: number, c: number, n: number, epsilon: number): number {
  const linear = (2 * n - b + c) * epsilon - b - c;
  const root = Math.sqrt(linear * linear + 8 * n * c * epsilon * (1 - epsilon));
  // The form of the root in which nothing cancels.
  const likeliest =
    linear > 0 ? (2 * c * epsilon * (1 - epsilon)) / (linear + root) : (root - linear) / (4 * n);
  return (b - c - n * epsilon) / Math.sqrt(n * (2 * likeliest + epsilon * (1 - epsilon)));
}

/** The most b, for each c, with which an outcome is at least as favourable as the one observed; -1 for none. */
type Region = (c: number) => number;

/**
 * The region, computed as far as needed. It is kept closed under exchanging a loss for a gain, and a neutral
 * row for a gain: the score is monotone in both, and the bounds below rest on it.
 */
function favourable(b: number, c: number, n: number, epsilon: number): Region {
  const observed = tangoScore(b, c, n, epsilon);
  const most: number[] = [];
  let edge = -1;
  return (count) => {
    for (let j = most.length; j <= count; j++) {
      while (edge < n - j && tangoScore(edge + 1, j, n, epsilon) <= observed) edge++;
      if (edge === n - j) edge = n;
      most.push(edge);
    }
    return most[count];
  };
}

/**
 * An upper bound of the region's probability over p_c in [low, high], p_b = p_c + epsilon, by bisection of the
 * interval.
 *
 * Between two points the probability f exceeds the larger end by at most (width²/8) · sup(-f''). From f'' = E[1_R (s²
 * + s')] with s the score of the trinomial likelihood, -f'' is at most g times the Fisher information; from f'' as a
 * second difference of the region over n - 2 rows, at most 3 n² g, which serves near p_c = 0. Here g is the
 * probability of the region given two rows that are gains, and no larger anywhere in the interval than at its most
 * favourable corner.
 */
function supremum(
  region: Region,
  n: number,
  epsilon: number,
  low: number,
  high: number,
  slack: number,
): number {
  let [found, bound] = [0, 0];
  const at = (pc: number): number => {
    const value = probability(region, n, pc + epsilon, pc, 0);
    found = Math.max(found, value);
    return value;
  };
  const visit = (left: number, atLeft: number, right: number, atRight: number): void => {
    const width = right - left;
    const information = n * (1 / left + 1 / (left + epsilon) + 4 / Math.max(0, 1 - 2 * right - epsilon));
    const given = n < 2 ? 1 : Math.min(1, probability(region, n - 2, left + epsilon, right, 2));
    const curvature = Math.min(information, 3 * n * n) * given;
    const within = Math.max(atLeft, atRight) + ((width * width) / 8) * curvature;
    if (within <= found + Math.max(slack, TOLERANCE * found)) {
      bound = Math.max(bound, within);
      return;
    }
    const middle = left + width / 2;
    const atMiddle = at(middle);
    visit(left, atLeft, middle, atMiddle);
    visit(middle, atMiddle, right, atRight);
  };
  visit(low, at(low), high, at(high));
  return bound;
}

/**
 * P(B <= region(C + gains)) for n rows, each of which is a loss with chance pb, a gain with chance
 * pc: a sum over the C that have mass. P(B <= most | C) is carried from one C to the next, where
 * the rest of the rows shrinks by one and `most` grows by one or two: additions only, so nothing
 * cancels.
 */
function probability(region: Region, n: number, pb: number, pc: number, gains: number): number {
  const lossShare = Math.min(1, pb / (1 - pc));
  let [first, mass] = [Math.floor((n + 1) * pc), 0];
  let weight = binomialPmf(first, n, pc);
  const peak = weight;
  while (first > 0 && weight > 1e-14 * peak) {
    weight *= (first * (1 - pc)) / ((n - first + 1) * pc);
    first--;
  }
  let [sum, most, below, edge] = [0, -1, 0, 0];
  for (let j = first; j <= n && (j < (n + 1) * pc || weight > 1e-14 * peak); j++) {
    const rest = n - j;
    const target = Math.min(rest, region(j + gains));
    if (target >= 0) {
      if (edge < 1e-290 || target === rest) {
        most = target;
        below = binomialCdf(most, rest, lossShare);
        edge = binomialPmf(most, rest, lossShare);
      } else {
        // From rest + 1 rows to rest: P(B <= most) gains lossShare · P(B = most), taken among the fewer.
        edge *= (rest + 1 - most) / ((rest + 1) * (1 - lossShare));
        below += lossShare * edge;
        for (; most < target; most++) {
          edge *= ((rest - most) * lossShare) / ((most + 1) * (1 - lossShare));
          below += edge;
        }
      }
    }
    sum += weight * Math.min(1, below);
    mass += weight;
    weight *= ((n - j) * pc) / ((j + 1) * (1 - pc));
  }
  // The truncated mass counts against the cascade.
  return sum + Math.max(0, 1 - mass);
}
