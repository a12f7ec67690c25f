import { pow } from '../math/index.js';

/** What computing something costs. Microseconds, but for the price. Plain data. */
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
  /** Money a row, as declared by the feature. */
  readonly price: number;
}

export const FREE: Cost = { fixed: 0, perRow: 0, growth: 0, wait: 0, spread: 0, price: 0 };

/** What a plan's cost is counted in. */
export type Objective = 'throughput' | 'latency' | 'price';

/** Rows a batch that an objective speaks of. */
const BATCH: Readonly<Record<Objective, number>> = { throughput: 1024, latency: 1, price: 1024 };

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
  const whole = (cost: Cost) => batches * cost.fixed + reach * cost.perRow;
  const work = (cost: Cost) => whole(cost) * (1 - cost.wait);
  const waits = costs.map((cost) => whole(cost) * cost.wait);
  return sum(costs, work) + (objective === 'latency' ? Math.max(0, ...waits) : 0);
}

/** Of batches of the objective's size: one of which no row gets here doesn't count. */
function batchesARow(objective: Objective, reach: number): number {
  const batch = BATCH[objective];
  return (1 - pow(1 - reach, batch)) / batch;
}

function sum(costs: readonly Cost[], of: (cost: Cost) => number): number {
  return costs.reduce((total, cost) => total + of(cost), 0);
}
