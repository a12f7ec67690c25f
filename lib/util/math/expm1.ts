import { exp } from './exp.js';
import { log } from './log.js';

/**
 * e^x - 1, within a few units in the last place, also where x is near 0 and e^x - 1 would lose its digits.
 *
 * The error that rounding e^x to u makes is undone by log u, which is exactly as far from x.
 *
 * @see Kahan; Higham, "Accuracy and Stability of Numerical Algorithms", section 1.14.1
 */
export function expm1(x: number): number {
  const u = exp(x);
  if (u === 1) return x;
  const less = u - 1;
  return less === -1 || !Number.isFinite(u) ? less : (less * x) / log(u);
}
