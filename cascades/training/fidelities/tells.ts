import {
  type Block,
  consecutive,
  gather,
  type StoredColumn,
  storedColumns,
} from '../../../lib/data/blocks/index.js';
import { type Random, sample } from '../../../lib/stats/index.js';

/** What rows are told by: a class each, or a number. */
export interface Told {
  readonly values: Float64Array;
  /** 0 for numbers. */
  readonly classes: number;
}

/** Rows that are looked at, and groups of classes: a feature that tells anything tells it of some thousand rows. */
const MOST_ROWS = 2_000;
const MOST_GROUPS = 32;
/** Of so many random orders none may look as telling as the true one. */
const ORDERS = 19;

/**
 * Whether some column of a block tells its rows' classes or numbers: by the share of a column's variance that these
 * explain. What chance alone explains, of the best column and of all together, is seen where rows are told by others'
 * values (a permutation test; Westfall and Young, "Resampling-Based Multiple Testing", 1993): rare columns and many
 * of them need no other care.
 */
export function tellsAnything(block: Block, { values, classes }: Told, random: Random): boolean {
  const rows =
    block.rows <= MOST_ROWS ? consecutive(0, block.rows) : sample(block.rows, MOST_ROWS, random.fork('rows'));
  const columns = storedColumns(gather(block, rows));
  const groups = Math.min(classes, MOST_GROUPS);
  const told = Float64Array.from(rows, (row) => (classes === 0 ? values[row] : values[row] % MOST_GROUPS));
  const variances = columns.map((column) => varianceOf(column, rows.length));
  const order = consecutive(0, rows.length);
  const explained = (): Explained => {
    const own = Float64Array.from(order, (i) => told[i]);
    return groups === 0 ? byNumbers(columns, variances, own) : byGroups(columns, variances, own, groups);
  };
  const found = explained();
  const draw = random.fork('orders');
  let [best, sum] = [true, true];
  for (let i = 0; i < ORDERS && (best || sum); i++) {
    draw.shuffle(order);
    const chance = explained();
    best &&= found.best > chance.best;
    sum &&= found.sum > chance.sum;
  }
  return best || sum;
}

/** The share of variance that is explained: of the column with most of it, and the sum of all. */
interface Explained {
  readonly best: number;
  readonly sum: number;
}

/** Sum of the values, and of their squared differences from the mean, times the number of rows. */
interface Variance {
  readonly sum: number;
  readonly spread: number;
}

/** Missing values count as 0. */
function varianceOf({ count, values, start, step }: StoredColumn, rows: number): Variance {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < count; i++) {
    const value = values[start + i * step] || 0;
    sum += value;
    squares += value * value;
  }
  return { sum, spread: squares - (sum * sum) / rows };
}

function byGroups(
  columns: readonly StoredColumn[],
  variances: readonly Variance[],
  told: Float64Array,
  groups: number,
): Explained {
  const counts = new Float64Array(groups);
  for (const group of told) counts[group]++;
  const sums = new Float64Array(groups);
  return over(columns, variances, ({ count, values, start, step, rows }, { sum }) => {
    sums.fill(0);
    for (let i = 0; i < count; i++) {
      sums[told[rows ? rows[start + i] : i]] += values[start + i * step] || 0;
    }
    let between = -(sum * sum) / told.length;
    for (let g = 0; g < groups; g++) if (counts[g] > 0) between += (sums[g] * sums[g]) / counts[g];
    return between;
  });
}

function byNumbers(
  columns: readonly StoredColumn[],
  variances: readonly Variance[],
  told: Float64Array,
): Explained {
  const mean = told.reduce((sum, value) => sum + value, 0) / told.length;
  const spread = told.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  if (spread === 0) return { best: 0, sum: 0 };
  return over(columns, variances, ({ count, values, start, step, rows }) => {
    let product = 0;
    for (let i = 0; i < count; i++) {
      product += (values[start + i * step] || 0) * (told[rows ? rows[start + i] : i] - mean);
    }
    return (product * product) / spread;
  });
}

function over(
  columns: readonly StoredColumn[],
  variances: readonly Variance[],
  betweenOf: (column: StoredColumn, variance: Variance) => number,
): Explained {
  let [best, sum] = [0, 0];
  for (let c = 0; c < columns.length; c++) {
    const { spread } = variances[c];
    if (!(spread > 0)) continue;
    const share = betweenOf(columns[c], variances[c]) / spread;
    best = Math.max(best, share);
    sum += share;
  }
  return { best, sum };
}
