/**
 * Fixed-sequence testing: hypotheses are tested in an order fixed without the data, each at the full level delta, until
 * the first that can't be rejected. The chance that any true hypothesis is rejected is at most delta, however many
 * there are (Maurer, Hothorn and Lehmacher 1995; for risk control, Angelopoulos et al., "Learn then Test", 2021).
 *
 * @param pValues the p-values in that order, or a function that returns them one by one, called no
 * further than needed
 * @param count the number of hypotheses
 * @returns index of the last one rejected, -1 if the first isn't rejected. NaN isn't rejected.
 *
 * @example
 * fixedSequence([0.001, 0.04, 0.2, 0.001], 4, 0.05); // 1
 */
export function fixedSequence(
  pValues: ArrayLike<number> | ((index: number) => number),
  count: number,
  delta: number,
): number {
  const at = typeof pValues === 'function' ? pValues : (index: number) => pValues[index];
  let rejected = 0;
  while (rejected < count && at(rejected) <= delta) rejected++;
  return rejected - 1;
}
