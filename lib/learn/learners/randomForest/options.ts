import { checkKeys, checkOneOf, checkWhole, show } from '../../../check.js';
import { OptionError } from '../../../errors.js';

/** Options of `randomForest`. */
export interface RandomForestOptions {
  /** The task. Default classification. */
  readonly task?: 'classification' | 'regression';
  /** Default 50; fewer where {@link maxWork} doesn't allow them. */
  readonly trees?: number;
  /** Divisions from the root to a leaf, at most. Default 8. */
  readonly maxDepth?: number;
  /** Nodes of at most this many rows aren't divided. Default 3. */
  readonly minRows?: number;
  /** Share of the columns that a tree may use, drawn for each tree, above 0, at most 1. Default 0.7. */
  readonly columnSample?: number;
  /**
   * Trees are grown to a random sample of at most this many rows: time grows with the square of the
   * rows. Default 2,000.
   */
  readonly maxRows?: number;
  /**
   * The limit of a fit, in the unit of `work`, of which a core does about 1e9 in one to two
   * seconds. A fit that would exceed it grows fewer trees, down to 10, then uses fewer rows, down
   * to 100. Default 5e10.
   */
  readonly maxWork?: number;
}

export type CheckedForestOptions = Required<RandomForestOptions>;

const DEFAULTS: CheckedForestOptions = {
  task: 'classification',
  trees: 50,
  maxDepth: 8,
  minRows: 3,
  columnSample: 0.7,
  maxRows: 2000,
  maxWork: 5e10,
};

/** @throws OptionError */
export function checkedForestOptions(given: RandomForestOptions): CheckedForestOptions {
  checkKeys(given, Object.keys(DEFAULTS));
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const options: CheckedForestOptions = { ...DEFAULTS, ...Object.fromEntries(set) };
  checkOneOf('task', options.task, ['classification', 'regression']);
  for (const name of ['trees', 'maxDepth', 'minRows'] as const) checkWhole(name, options[name], 1);
  checkWhole('maxRows', options.maxRows, 2);
  checkNumber('columnSample', options.columnSample, 'above 0, at most 1', (x) => x > 0 && x <= 1);
  checkNumber('maxWork', options.maxWork, 'above 0', (x) => x > 0);
  return options;
}

function checkNumber(name: string, value: unknown, expected: string, holds: (x: number) => boolean): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || !holds(value)) {
    throw new OptionError(name, `expected a number ${expected}, got ${show(value)}`);
  }
}
