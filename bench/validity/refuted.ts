import { binomialCdf } from '../../lib/stats/index.js';

/** The level at which a promise counts as refuted. */
export const LEVEL = 0.001;

/** P(at least `violations` of the trials), if each is a violation with probability `most`. */
export function chanceOfMore(violations: number, trials: number, most: number): number {
  return violations === 0 ? 1 : 1 - binomialCdf(violations - 1, trials, most);
}

/** The same two-sidedly, were the probability exactly `expected`: twice the smaller tail. */
export function chanceOfSuch(violations: number, trials: number, expected: number): number {
  const fewer = binomialCdf(violations, trials, expected);
  return Math.min(1, 2 * Math.min(fewer, chanceOfMore(violations, trials, expected)));
}
