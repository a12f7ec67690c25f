import { normalQuantile } from '../../lib/stats/index.js';
import { exp, log, square } from '../../lib/util/math/index.js';
import type { SpeedupRange } from '../types/index.js';

/** Of the log-normal law: where two or three rows of some hundred go on, nine tenths of new rows are in it. */
const HELD = 0.92;
/** Of Jeffreys's prior: that none of some rows went on to a dear stage doesn't mean that none will. */
const PRIOR = 0.5;
/**
 * Standard deviation, in logs, of what is measured over what the same rows were expected to cost: profiles of one
 * machine differ from hour to hour, and batches from samples. Set by hand (docs/decisions/194-a-range-beside-the-speedup.md).
 */
const OF_COSTS = 0.15;

/** What rows of each kind cost, by where they leave, and how many did; the full model last. */
export interface RowsByExit {
  readonly rows: number;
  /** Of a row that leaves there, with all that it paid before. */
  readonly cost: number;
  /** Standard deviation of that from row to row, as a share of it: large rows cost more. @defaultValue 0 */
  readonly deviation?: number;
}

/**
 * Where the speedup of as many new rows is in nine of ten cases: how many of them go on to dear stages is drawn anew,
 * as is how large they are, and the costs are measured. Shares of rows have their posterior by Jeffreys's prior, and
 * the mean cost of new rows is taken as log-normal, with the mean and the variance that they have by it (Gelman et
 * al., "Bayesian Data Analysis", 3rd ed., sections 2.4 and 3.4).
 *
 * @param fullCost of a row through the full model alone
 * @param isPrice whether costs are prices, which are known
 */
export function speedupRange(
  leaving: readonly RowsByExit[],
  fullCost: number,
  isPrice: boolean,
): SpeedupRange {
  const rows = leaving.reduce((sum, each) => sum + each.rows, 0);
  const all = rows + PRIOR * leaving.length;
  const mean = (of: (each: RowsByExit) => number) =>
    leaving.reduce((sum, each) => sum + (each.rows + PRIOR) * of(each), 0) / all;
  const cost = mean((each) => each.cost);
  const spread = mean((each) => square(each.cost - cost) + square((each.deviation ?? 0) * each.cost));
  // Of the unknown mean, and of as many new rows about it.
  const variance = (spread / (all + 1)) * ((all + rows) / rows);
  const ofRows = log(1 + variance / square(cost));
  const middle = log(fullCost / cost) + ofRows / 2;
  const half = normalQuantile((1 + HELD) / 2) * Math.sqrt(ofRows + (isPrice ? 0 : square(OF_COSTS)));
  return { least: exp(middle - half), most: exp(middle + half) };
}
