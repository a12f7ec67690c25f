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

/**
 * The upper limit, at confidence 1 - delta, of the number of wrong rows in the whole batch, those found included: the
 * largest that {@link finitePValue} doesn't reject.
 *
 * @param delta in (0, 1)
 * @returns k to rows - sampled + k
 *
 * @example
 * finiteUpper(0, 264, 1_814, 0.05); // 18: less than 1 % of the batch
 */
export function finiteUpper(k: number, sampled: number, rows: number, delta: number): number {
  if (!(delta > 0 && delta < 1 && isCount(rows) && isCount(sampled, rows) && isCount(k, sampled)))
    return Number.NaN;
  let [standing, rejected] = [k, rows - sampled + k + 1];
  while (rejected - standing > 1) {
    const wrong = Math.floor((standing + rejected) / 2);
    if (finitePValue(k, sampled, rows, wrong) <= delta) rejected = wrong;
    else standing = wrong;
  }
  return standing;
}

/**
 * The fewest rows to sample with which no error at all rejects 'the batch has `wrong` wrong rows or more' at level
 * delta.
 *
 * @param wrong at least 1: to ask for none is to ask for all rows
 * @param delta in (0, 1)
 * @returns 1 to rows - wrong + 1
 *
 * @example
 * finiteRowsNeeded(1_814, 19, 0.05); // 264
 */
export function finiteRowsNeeded(rows: number, wrong: number, delta: number): number {
  if (!(delta > 0 && delta < 1 && isCount(rows) && isCount(wrong, rows) && wrong > 0)) return Number.NaN;
  let [few, enough] = [0, rows - wrong + 1];
  while (enough - few > 1) {
    const sampled = Math.floor((few + enough) / 2);
    if (finitePValue(0, sampled, rows, wrong) <= delta) enough = sampled;
    else few = sampled;
  }
  return enough;
}

function isCount(value: number, most = Infinity): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
