import { normalQuantile } from '../../../lib/stats/index.js';
import type { ReadStep } from '../step.js';
import { ascends } from './bins.js';
import { sameColumns } from './columns.js';
import { mapped } from './math.js';

/** How near to the ends a number counts as one, for the normal distribution. */
const NEAR = 1e-7;
/** What scikit-learn cuts normal numbers to. */
const LOWEST = normalQuantile(NEAR - 2 ** -52);
const HIGHEST = normalQuantile(1 - (NEAR - 2 ** -52));

/**
 * Each number by its place among the column's `quantiles` (references x columns), from 0 to 1, or as the normal
 * distribution has it there.
 */
export const quantile: ReadStep = (node) => {
  const columns = sameColumns(node);
  const references = node.numbers('references');
  const count = references.length;
  if (count === 0) throw node.damaged('no quantiles');
  const all = node.tensor('quantiles', Float64Array, columns * count);
  const isNormal = node.flag('normal');
  const quantiles = Array.from({ length: columns }, (_, c) => all.subarray(c * count, (c + 1) * count));
  if (!quantiles.every(ascends)) throw node.damaged("quantiles that don't ascend");
  const uniform = (x: number, c: number) => placeOf(x, quantiles[c], references);
  const normal = (x: number, c: number) => {
    const own = quantiles[c];
    if (x - NEAR < own[0]) return LOWEST;
    if (x + NEAR > own[count - 1]) return HIGHEST;
    return Math.max(LOWEST, Math.min(HIGHEST, normalQuantile(placeOf(x, own, references))));
  };
  return { columns, run: ([given]) => mapped(given, isNormal ? normal : uniform) };
};

/**
 * Interpolated from below and from above, and the middle of both, as scikit-learn does: they differ by rounding, and
 * among quantiles that equal x they are the last's place and the first's.
 */
function placeOf(x: number, quantiles: Float64Array, references: Float64Array): number {
  if (Number.isNaN(x)) return x;
  const last = quantiles.length - 1;
  if (x === quantiles[0] || x < quantiles[0]) return x < quantiles[0] ? references[0] : 0;
  if (x >= quantiles[last]) return x > quantiles[last] ? references[last] : 1;
  const above = firstAbove(quantiles, x, false);
  const from = firstAbove(quantiles, x, true);
  const slope = (references[above] - references[above - 1]) / (quantiles[above] - quantiles[above - 1]);
  const up = slope * (x - quantiles[above - 1]) + references[above - 1];
  const down = from === above ? slope * (x - quantiles[above]) + references[above] : references[from];
  return 0.5 * (up + down);
}

/** The first quantile above x, or the first that isn't below. */
function firstAbove(quantiles: Float64Array, x: number, orEqual: boolean): number {
  let [low, high] = [0, quantiles.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (quantiles[middle] > x || (orEqual && quantiles[middle] === x)) high = middle;
    else low = middle + 1;
  }
  return low;
}
