/** The largest share of units that may be drawn where some are equal: with more, chances would be below 0. */
export const MOST_DRAWN = 0.45;

/** An original with more copies left is popular, and never held back: tuning without it would be another tuning. */
const POPULAR = 50;

/**
 * The most copies left with which an original is held back; with more it counts as lost. It is odd where the form of the
 * chances ends below {@link POPULAR}: what is left out of the sums is then above 0, so that no original is tested, other
 * than as lost, oftener than others are.
 *
 * @param drawn units that were drawn, at most half of all
 */
export function mostHeld(drawn: number, of: number): number {
  const most = of - 2 * drawn;
  return Math.max(0, Math.min(POPULAR, most - 1 + (most % 2)));
}

/**
 * The chance with which an original is held back from tuning, by the number of its copies that weren't drawn. Then the
 * chance that nothing of it is tuned on is the share drawn, however many of up to N - 2 n copies it has.
 *
 * Of N units n are drawn, without replacement, and u = N - n are left. An original with m <= u copies has j of them left
 * with chance C(m, j) (n)_(m - j) (u)_j / (N)_m, with falling factorials (x)_k. So it takes
 * h_j = n / N + u / N g_j with g_0 = 1 (nothing is left: nothing was tuned on) and, for every m >= 1,
 * sum over j of C(m, j) (n)_(m - j) (u)_j g_j = 0. These sums are the coefficients of (1 + x)^n A(x), where A has the
 * coefficients (u)_j g_j / j!. So A(x) = (1 + x)^-n, and g_j = (-1)^j n (n + 1) ... (n + j - 1) / (u)_j. It depends on
 * what is left alone: what is drawn must not choose what is tuned on.
 *
 * |g_j| <= n / u for 1 <= j <= u - n, since factors above 1 come last and mirror those below. So h_j is in [0, 1] there.
 * Beyond it is 1, for units that count as lost: that is no less than the share.
 *
 * @param left copies that weren't drawn
 * @param drawn units that were drawn, at most half of all
 * @param of all units
 * @returns 1 for 0 copies left, 0 for one, and from 3 or so on about the share drawn
 */
export function chanceHeld(left: number, drawn: number, of: number): number {
  const rest = of - drawn;
  if (left > rest - drawn) return 1;
  let g = 1;
  for (let i = 0; i < left; i++) g *= -(drawn + i) / (rest - i);
  return (drawn + rest * g) / of;
}

/** Equal units divided for two tests: that of all units drawn, and that of originals. */
export interface ByCopies {
  /** Originals of which nothing is tuned on: with chance drawn / all, however many copies they have, and never more. */
  readonly unseen: readonly number[];
  /** Popular ones, drawn by the same chance or always, which count as lost; and whether there are any popular ones. */
  readonly lost: readonly number[];
  readonly hasPopular: boolean;
  /** 1 for each unit that takes no part in tuning: drawn or held back. */
  readonly apart: Uint8Array;
}

/**
 * Holds originals back, all copies at once, by coins that depend on nothing that was drawn (docs/decisions/171).
 *
 * @param first for each unit the first that it equals
 * @param isDrawn 1 for units of the first test: at most {@link MOST_DRAWN} of all, a simple random sample
 * @param coin a number in [0, 1) for an original, uniform and independent of what was drawn
 */
export function heldByCopies(
  first: Int32Array,
  isDrawn: Uint8Array,
  coin: (original: number) => number,
): ByCopies {
  const left = new Int32Array(first.length);
  let drawn = 0;
  first.forEach((original, unit) => {
    if (isDrawn[unit] === 1) drawn++;
    else left[original]++;
  });
  const limit = mostHeld(drawn, first.length);
  const [unseen, lost]: [number[], number[]] = [[], []];
  const isHeld = new Uint8Array(first.length);
  first.forEach((original, unit) => {
    if (original !== unit) return;
    if (coin(unit) >= chanceHeld(left[unit], drawn, first.length)) return;
    if (left[unit] > limit) lost.push(unit);
    else {
      unseen.push(unit);
      isHeld[unit] = 1;
    }
  });
  return {
    unseen,
    lost,
    hasPopular: left.some((copies) => copies > limit),
    apart: isDrawn.map((is, unit) => (is === 1 || isHeld[first[unit]] === 1 ? 1 : 0)),
  };
}
