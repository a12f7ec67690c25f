import { count } from '../../../util/count.js';
import type { FitShape } from '../learner.js';
import type { CheckedForestOptions } from './options.js';

/** The size of a fit, known before it starts. */
export interface ForestPlan {
  /**
   * Rows that trees are grown to. For classification, votes are calibrated on the others, a fifth
   * at least.
   */
  readonly rows: number;
  /** The number of trees, 1 or more. */
  readonly trees: number;
  /** In multiplications, roughly, as in `work`. */
  readonly work: number;
  /** Reductions that the budget forced, in words. */
  readonly reductions: readonly string[];
}

const FEWEST_TREES = 10;
const FEWEST_ROWS = 100;
/**
 * Cost of trying one cut of one column for one row: measured, the nodes below the root included. Of
 * classes, both the places between rows that differ and the time of each grow with their number.
 */
const STEP = { classification: 60, regression: 10 };
/** Share of the rows that calibrates and grows no tree, at least. */
const HELD = 0.2;

/**
 * The part of the requested fit that will be done. At every node ml-cart tries all cuts in all
 * columns between rows that differ, and reads all rows for each: the root alone takes columns x
 * rows², as much as all nodes below it.
 */
export function planForest(
  { rows: all, columns, classes }: Pick<FitShape, 'rows' | 'columns' | 'classes'>,
  { task, trees: wanted, columnSample, maxRows, maxWork }: CheckedForestOptions,
): ForestPlan {
  const differing = task === 'regression' ? 1 : 1 - 1 / Math.max(2, classes);
  const given = all - (task === 'regression' ? 0 : Math.ceil(HELD * all));
  const step = STEP[task] * differing * differing * sampledColumns(columns, columnSample);
  let rows = Math.min(given, maxRows);
  const trees = Math.min(wanted, Math.max(FEWEST_TREES, Math.floor(maxWork / (step * rows * rows))));
  if (trees * step * rows * rows > maxWork) {
    rows = Math.min(rows, Math.max(FEWEST_ROWS, Math.floor(Math.sqrt(maxWork / (trees * step)))));
  }
  const reductions: string[] = [];
  if (rows < given) reductions.push(`${count(rows)} of ${count(given)} rows`);
  if (trees < wanted) reductions.push(`${count(trees)} of ${count(wanted)} trees`);
  return { rows, trees, work: trees * step * rows * rows, reductions };
}

/** The number of columns that a tree may use. */
export function sampledColumns(columns: number, columnSample: number): number {
  return Math.max(1, Math.floor(columnSample * columns));
}
