/**
 * The least whole number, from `first` on, for which a monotone condition holds: by growing steps,
 * then by bisection. Beyond 2^53, where doubles skip whole numbers, the result is exact to the last
 * digit.
 *
 * @param first where to begin; NaN counts as Infinity
 * @param holds the condition, evaluated some hundred times; once true, true for every larger number
 * @returns Infinity if it never holds
 *
 * @example
 * leastFrom(1, (n) => 0.9 ** n <= 0.5); // 7
 */
export function leastFrom(first: number, holds: (n: number) => boolean): number {
  let [refused, enough] = [first - 1, first];
  while (enough < Number.POSITIVE_INFINITY && !holds(enough)) {
    [refused, enough] = [enough, Math.ceil(enough * 1.2) + 1];
  }
  if (!(enough < Number.POSITIVE_INFINITY)) return Number.POSITIVE_INFINITY;
  while (enough - refused > 1) {
    const middle = Math.floor(refused + (enough - refused) / 2);
    if (middle <= refused || middle >= enough) break;
    if (holds(middle)) enough = middle;
    else refused = middle;
  }
  return enough;
}
