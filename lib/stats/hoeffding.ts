import { exp, log, log1p } from '../util/math/index.js';
import { binomialCdf } from './binomial.js';

/**
 * The mean k / n may be rounded to slightly more: Bentkus' own bound hardly changes by this little.
 */
const ROUNDING = 1 - 2 * Number.EPSILON;

/**
 * The p-value of 'the mean loss is epsilon or more' for independent losses in [0, 1] of which only the mean is known:
 * the smaller of Hoeffding's and Bentkus' tail bounds,
 *
 *     exp(-n KL(min(mean, epsilon) || epsilon))   and   e · P(Bin(n, epsilon) <= ⌈n mean⌉)
 *
 * (Hoeffding 1963, Bentkus 2004; together in Bates et al., "Distribution-free, risk-controlling prediction sets", JACM
 * 2021, section 3.1, and Angelopoulos et al., "Learn then Test", 2021). It doesn't depend on the order of the losses,
 * and is looser than {@link bettingPValue} where they spread little, than {@link binomialPValue} where they are 0 or
 * 1.
 *
 * @param mean of the n losses, in [0, 1]
 * @param n losses, a whole number, at least 1
 * @param epsilon in (0, 1)
 * @returns in [0, 1]; NaN for arguments out of their ranges
 *
 * @example
 * hoeffdingBentkusPValue(0.005, 4_000, 0.01); // 0.00095
 */
export function hoeffdingBentkusPValue(mean: number, n: number, epsilon: number): number {
  if (!(mean >= 0 && mean <= 1 && Number.isInteger(n) && n > 0 && epsilon > 0 && epsilon < 1))
    return Number.NaN;
  if (mean >= epsilon) return 1;
  const hoeffding = exp(-n * divergence(mean, epsilon));
  const bentkus = Math.E * binomialCdf(Math.ceil(n * mean * ROUNDING), n, epsilon);
  return Math.min(hoeffding, bentkus, 1);
}

/** KL(a || b) of two coins, 0 <= a < b < 1. */
function divergence(a: number, b: number): number {
  const heads = a === 0 ? 0 : a * log(a / b);
  return Math.max(0, heads + (1 - a) * (log1p(-a) - log1p(-b)));
}
