import { exp } from './exp.js';
import { expm1 } from './expm1.js';

/** Within a few units in the last place, also near 0. */
export function tanh(x: number): number {
  if (Math.abs(x) > 1) return Math.sign(x) * (1 - 2 / (exp(2 * Math.abs(x)) + 1));
  const grown = expm1(2 * x);
  return grown / (grown + 2);
}
