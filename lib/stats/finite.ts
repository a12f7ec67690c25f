/**
 * Exact tests of one finite batch: of its `rows`, `sampled` were drawn at random without
 * replacement, and `k` of those were wrong. The more of the batch is sampled, the more they gain on
 * the binomial tests, which would hold for any batch. Counts are whole numbers. A result is NaN if
 * an argument is out of its range, so that no comparison with it can certify anything.
 */

/** Terms below this share of the sum no longer change it. */
const NEGLIGIBLE = 1e-18;

/**
 * The p-value of 'the batch has `wrong` wrong rows or more': P(Hypergeometric(rows, wrong, sampled) <= k).
 *
 * Terms are taken relative to the likeliest one, each from its neighbour, and divided by the sum of all: no ln Γ of the
 * batch's size, whose differences would lose its digits. Some ten thousand terms at ten million rows, and exact to
 * about 1e-14 relative in any tail.
 *
 * @returns in [0, 1]; 0 where k contradicts the hypothesis outright
 *
 * @example
 * finitePValue(0, 264, 1_814, 19) <= 0.05; // true, where 299 rows are needed if the batch is endless
 */
export function finitePValue(k: number, sampled: number, rows: number, wrong: number): number {
  if (!(isCount(rows) && isCount(sampled, rows) && isCount(k, sampled) && isCount(wrong, rows)))
    return Number.NaN;
  const right = rows - wrong;
  const [least, most] = [Math.max(0, sampled - right), Math.min(sampled, wrong)];
  if (k < least) return 0;
  if (k >= most) return 1;
  const mode = Math.floor(((sampled + 1) * (wrong + 1)) / (rows + 2));
  let [below, above] = [0, 0];
  for (let j = mode, term = 1; j <= most && term > NEGLIGIBLE * (below + above); j++) {
    if (j <= k) below += term;
    else above += term;
    term *= ((wrong - j) * (sampled - j)) / ((j + 1) * (right - sampled + j + 1));
  }
  for (let j = mode, term = 1; j > least && term > NEGLIGIBLE * below; j--) {
    term *= (j * (right - sampled + j)) / ((wrong - j + 1) * (sampled - j + 1));
    if (j <= k + 1) below += term;
    else above += term;
  }
  return below / (below + above);
}

function isCount(value: number, most = Infinity): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
