import { pow } from '../util/math/index.js';

/** The cost of computing something. Microseconds, except for the price. Plain data. */
export interface Cost {
  /** Paid once a batch. */
  readonly fixed: number;
  /** Paid for each row, on average. */
  readonly perRow: number;
  /**
   * How `perRow` grows with a row's size, as an exponent: a row with twice as many numbers costs 2^growth times as
   * much. 0 where rows of all sizes cost alike.
   */
  readonly growth: number;
  /** The part of `perRow` that is spent waiting (a lookup, a device) and not on this processor, 0 … 1. */
  readonly wait: number;
  /** Interquartile range of the measurements, as a share of their median. */
  readonly spread: number;
  /**
   * Three of four batches take this many times their size's median or less, and that part of it or more: 1 or above.
   * @defaultValue unknown
   */
  readonly swing?: number;
  /** Money a row, as declared by the feature. */
  readonly price: number;
  /**
   * Measured times of whole batches, by their rows, ascending: if given, the cost of a batch of
   * more than one row is read off here and not off the line. Caches are cold for a few rows and
   * warm for many.
   */
  readonly batches?: readonly BatchTime[];
  /**
   * How the cost of a candidate rises as only the best of a query are left, as an exponent: of those that are a share
   * r of all each costs r^-rise times the mean. @defaultValue 0
   */
  readonly rise?: number;
}

/** The time of a batch of this many rows, in microseconds. */
export interface BatchTime {
  /** Rows of the batch, 1 or more. */
  readonly rows: number;
  /** Microseconds that all of it takes. */
  readonly time: number;
}

export const FREE: Cost = { fixed: 0, perRow: 0, growth: 0, wait: 0, spread: 0, price: 0 };

/** The cost that a plan minimizes. */
export type Objective = 'throughput' | 'latency' | 'price';

/** Rows a batch that an objective speaks of. */
const BATCH: Readonly<Record<Objective, number>> = { throughput: 1024, latency: 1, price: 1024 };

/**
 * The cost of a batch, in microseconds: linear from each measured size to the next, and beyond the
 * last as before it; the line if no sizes were measured.
 *
 * @param rows at least 1; a mean may be fractional
 */
export function batchCost({ fixed, perRow, batches = [] }: Cost, rows: number): number {
  if (batches.length === 0) return fixed + rows * perRow;
  const points = batches[0].rows > 1 ? [{ rows: 1, time: fixed + perRow }, ...batches] : batches;
  if (points.length === 1) return (points[0].time * rows) / points[0].rows;
  const next = points.findIndex((point, i) => i > 0 && rows <= point.rows);
  const to = next < 0 ? points.length - 1 : next;
  const [a, b] = [points[to - 1], points[to]];
  return a.time + ((rows - a.rows) * (b.time - a.time)) / (b.rows - a.rows);
}

/** The cost of one row more in batches of the objective's size: the part that may grow with a row's size. */
export function rowCost(cost: Cost, objective: Objective): number {
  const { fixed, perRow, batches = [] } = cost;
  if (batches.length === 0 || objective === 'latency') return perRow;
  return Math.max(0, (batchCost(cost, BATCH[objective]) - fixed) / BATCH[objective]);
}

/** The cost for the best candidates of a query. @param share their share of all candidates, above 0 */
export function risenCost(cost: Cost, share: number): Cost {
  const { rise = 0 } = cost;
  return rise === 0 || share >= 1 ? cost : scaledCost(cost, pow(share, -rise));
}

/**
 * A share of a cost, or a multiple: for example fewer rounds of an ensemble. Costs paid once a
 * batch stay.
 */
export function scaledCost(cost: Cost, share: number): Cost {
  const { fixed, perRow, batches } = cost;
  const part = (time: number) => {
    const once = Math.min(fixed, time);
    return once + share * (time - once);
  };
  return {
    ...cost,
    perRow: share * perRow,
    ...(batches && { batches: batches.map(({ rows, time }) => ({ rows, time: part(time) })) }),
  };
}

/**
 * The cost of computing several things for the rows that reach a stage, spread over a batch.
 *
 * `throughput` counts processor time, a batch's fixed part shared by its rows; `latency` counts a single row's way,
 * on which waits run side by side; `price` counts money.
 *
 * @param reach the share of a batch's rows that get here
 * @param batches how many batches get here for each row of the whole: the fixed part is paid so often
 * @returns cost a row *of the whole*, not of those that reach
 */
export function costOf(
  costs: readonly Cost[],
  objective: Objective,
  reach = 1,
  batches = batchesARow(objective, reach),
): number {
  if (reach === 0) return 0;
  if (objective === 'price') return reach * sum(costs, (cost) => cost.price);
  // At least one row a batch: the rarest rows come one at a time.
  const rows = batches > 0 ? Math.max(1, reach / batches) : 1;
  const whole = (cost: Cost) =>
    cost.batches === undefined
      ? batches * cost.fixed + reach * cost.perRow
      : (reach * batchCost(cost, rows)) / rows;
  const work = (cost: Cost) => whole(cost) * (1 - cost.wait);
  const waits = costs.map((cost) => whole(cost) * cost.wait);
  return sum(costs, work) + (objective === 'latency' ? Math.max(0, ...waits) : 0);
}

/** Batches of the objective's size, per row; a batch without a row that gets here doesn't count. */
function batchesARow(objective: Objective, reach: number): number {
  const batch = BATCH[objective];
  return (1 - pow(1 - reach, batch)) / batch;
}

function sum(costs: readonly Cost[], of: (cost: Cost) => number): number {
  return costs.reduce((total, cost) => total + of(cost), 0);
}
