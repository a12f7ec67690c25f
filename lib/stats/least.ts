/**
 * The least whole number, from `first` on, for which something holds that holds for every larger one: in steps that grow,
 * then by bisection. Beyond 2^53, where whole numbers are no longer told apart, the least to the last digit.
 *
 * @param first where to begin
 * @param holds asked about some hundred numbers, whatever the answer
 * @returns Infinity where it never holds
 *
 * @example
 * leastFrom(1, (n) => 0.9 ** n <= 0.5); // 7
 */
export function leastFrom(first: number, holds: (n: number) => boolean): number {
  let [refused, enough] = [first - 1, first];
  while (!holds(enough)) {
    if (enough === Number.POSITIVE_INFINITY) return enough;
    [refused, enough] = [enough, Math.ceil(enough * 1.2) + 1];
  }
  while (enough - refused > 1) {
    const middle = Math.floor(refused + (enough - refused) / 2);
    if (middle <= refused || middle >= enough) break;
    if (holds(middle)) enough = middle;
    else refused = middle;
  }
  return enough;
}
