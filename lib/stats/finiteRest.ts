import { finitePValue } from './finite.js';

/**
 * Exact tests of the rest of one finite batch: of its `rows`, `sampled` were drawn at random
 * without replacement, and the wrong ones among those are corrected. Are at most `allowed` of the
 * others wrong? Counts are whole numbers.
 */

/**
 * The chance that `errors` wrong rows or fewer are drawn though more than `allowed` aren't, at worst. With e +
 * allowed + 1 wrong rows in the batch, both need the draw to hold e or fewer: P(Hypergeometric(rows, allowed + 1 + e,
 * sampled) <= e).
 *
 * The same value holds for a whole path of plans if each plan makes all errors of those before it,
 * and the most aggressive with `errors` or fewer among the drawn rows is served: no correction for
 * multiple tests is needed. Put the errors into the order in which plans make them. A plan that is
 * served but makes too many errors makes the first allowed + 1 that weren't drawn, with at most
 * `errors` drawn ones before them. So these are among the first allowed + 1 + errors, which hold
 * `errors` drawn ones or fewer.
 *
 * @returns in [0, 1], NaN for arguments out of range
 *
 * @example
 * restPValue(0, 264, 1_814, 18) <= 0.05; // true
 * restPValue(1, 391, 1_814, 18) <= 0.05; // true
 */
export function restPValue(errors: number, sampled: number, rows: number, allowed: number): number {
  const counts = [errors, sampled, rows, allowed];
  if (!counts.every((count) => Number.isInteger(count) && count >= 0) || sampled > rows) return Number.NaN;
  if (rows - sampled <= allowed) return 0;
  const wrong = allowed + 1 + errors;
  return wrong > rows || errors >= sampled ? 1 : finitePValue(errors, sampled, rows, wrong);
}

/**
 * The fewest rows to draw with which `errors` wrong ones among them rule out, at level delta, that more than
 * `allowed` are left.
 *
 * @param delta in (0, 1)
 * @returns 0 to rows
 *
 * @example
 * restRowsNeeded(0, 1_814, 18, 0.05); // 264
 * restRowsNeeded(1, 1_814, 18, 0.05); // 391
 */
export function restRowsNeeded(errors: number, rows: number, allowed: number, delta: number): number {
  if (Number.isNaN(restPValue(errors, 0, rows, allowed)) || !(delta > 0 && delta < 1)) return Number.NaN;
  return leastTrue(rows, (sampled) => restPValue(errors, sampled, rows, allowed) <= delta);
}

/**
 * The most wrong rows among `sampled` drawn ones that rule out, at level delta, that more than
 * `allowed` are left; -1 if not even none does.
 *
 * @param delta in (0, 1)
 * @returns -1 to sampled
 */
export function restErrors(sampled: number, rows: number, allowed: number, delta: number): number {
  if (Number.isNaN(restPValue(0, sampled, rows, allowed)) || !(delta > 0 && delta < 1)) return Number.NaN;
  return leastTrue(sampled + 1, (errors) => !(restPValue(errors, sampled, rows, allowed) <= delta)) - 1;
}

/**
 * The least whole number from 0 on at which a condition becomes true; `most` if it never does
 * before.
 */
function leastTrue(most: number, holds: (value: number) => boolean): number {
  let [fails, found] = [-1, most];
  while (found - fails > 1) {
    const value = Math.floor((fails + found) / 2);
    if (holds(value)) found = value;
    else fails = value;
  }
  return found;
}
