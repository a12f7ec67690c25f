import { checkKeys, checkOneOf, checkWhole, show } from '../../../check.js';
import { OptionError } from '../../../errors.js';
import { MOST_BINS } from './edges.js';

/** A loss of boosted trees; `auto` is `logistic` or `softmax`, by the number of classes. */
export type BoostingLossName =
  | 'auto'
  | 'logistic'
  | 'softmax'
  | 'squared'
  | 'absolute'
  | 'quantile'
  | 'pairwise'
  | 'listwise';

/** When boosting stops before its last round: rows held out decide. */
export interface EarlyStopping {
  /** Share of the rows (of the queries, where there are groups) that trees aren't grown to. Default 0.1. */
  readonly heldOut?: number;
  /** Rounds without a smaller loss on these rows before it stops. Default 10. */
  readonly patience?: number;
}

/** Options of `gradientBoosting`. */
export interface BoostingOptions {
  /**
   * `auto`: `logistic` for two classes, `softmax` for more. `squared`, `absolute` and `quantile` are for numbers,
   * `pairwise` and `listwise` rank the rows of each query. Default auto.
   */
  readonly loss?: BoostingLossName;
  /** Which quantile the loss `quantile` aims at, above 0 and below 1. Default 0.5. */
  readonly quantile?: number;
  /** Trees for each output. Default 100. */
  readonly rounds?: number;
  /** The factor on each tree's step, above 0, at most 1. Default 0.1. */
  readonly learningRate?: number;
  /**
   * Which leaf is divided next: the one that gains most (`leaf`), or the one nearest to the root (`depth`). Default
   * leaf.
   */
  readonly growth?: 'leaf' | 'depth';
  /** Default 31. */
  readonly maxLeaves?: number;
  /** Divisions from the root to a leaf, at most; Infinity for any number. Default Infinity. */
  readonly maxDepth?: number;
  /** Training rows that a leaf has at least. Default 20. */
  readonly minRows?: number;
  /** Sum of second derivatives that a leaf has at least, above 0. Default 0.001. */
  readonly minHessian?: number;
  /** Penalty on the squared values of leaves, 0 or more. Default 1. */
  readonly l2?: number;
  /** The least gain of a division, 0 or more: G^2 / (H + l2) of both sides, less that of the node. Default 0. */
  readonly minGain?: number;
  /**
   * The most bins of a column, 2 to 255; at most four for each `minRows` of its values other
   * than 0. Default 255.
   */
  readonly maxBins?: number;
  /**
   * Share of the rows that each round is grown to, redrawn each round, above 0, at most 1. Default
   * 1.
   */
  readonly rowSample?: number;
  /**
   * Share of the columns that each tree may use, redrawn for each tree, above 0, at most 1. Default
   * 1.
   */
  readonly columnSample?: number;
  /** Stops once rows that were held out gain no more, and keeps the rounds up to the best. Default false. */
  readonly earlyStopping?: false | EarlyStopping;
  /** Features whose values are categories 0 … 254: `true`, or which of their columns. */
  readonly categorical?: Readonly<Record<string, true | readonly number[]>>;
  /**
   * Features with which predictions may only rise (1) or only fall (-1); one direction, or one a
   * column.
   */
  readonly monotone?: Readonly<Record<string, MonotoneDirection | readonly MonotoneDirection[]>>;
}

/** Whether a prediction may only rise (1) or only fall (-1) with a column. */
export type MonotoneDirection = -1 | 0 | 1;

export interface CheckedBoostingOptions extends Required<Omit<BoostingOptions, 'earlyStopping'>> {
  readonly earlyStopping: false | Required<EarlyStopping>;
}

const LOSSES = ['auto', 'logistic', 'softmax', 'squared', 'absolute', 'quantile', 'pairwise', 'listwise'];

const DEFAULTS: CheckedBoostingOptions = {
  loss: 'auto',
  quantile: 0.5,
  rounds: 100,
  learningRate: 0.1,
  growth: 'leaf',
  maxLeaves: 31,
  maxDepth: Number.POSITIVE_INFINITY,
  minRows: 20,
  minHessian: 1e-3,
  l2: 1,
  minGain: 0,
  maxBins: MOST_BINS,
  rowSample: 1,
  columnSample: 1,
  earlyStopping: false,
  categorical: {},
  monotone: {},
};

/** @throws OptionError */
export function checkedBoostingOptions(given: BoostingOptions): CheckedBoostingOptions {
  checkKeys(given, Object.keys(DEFAULTS));
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const options: CheckedBoostingOptions = {
    ...DEFAULTS,
    ...Object.fromEntries(set),
    earlyStopping: checkedStopping(given.earlyStopping),
  };
  checkOneOf('loss', options.loss, LOSSES);
  checkOneOf('growth', options.growth, ['leaf', 'depth']);
  checkNumber('quantile', options.quantile, 'above 0 and below 1', (x) => x > 0 && x < 1);
  for (const name of ['rounds', 'minRows'] as const) checkWhole(name, options[name], 1);
  checkWhole('maxLeaves', options.maxLeaves, 2);
  if (options.maxDepth !== Number.POSITIVE_INFINITY) checkWhole('maxDepth', options.maxDepth, 1);
  checkWhole('maxBins', options.maxBins, 2, MOST_BINS);
  for (const name of ['learningRate', 'rowSample', 'columnSample'] as const) {
    checkNumber(name, options[name], 'above 0, at most 1', (x) => x > 0 && x <= 1);
  }
  checkNumber('minHessian', options.minHessian, 'above 0', (x) => x > 0);
  for (const name of ['l2', 'minGain'] as const) checkNumber(name, options[name], '0 or more', (x) => x >= 0);
  checkRoles(options);
  return options;
}

function checkedStopping(stopping: false | EarlyStopping = false): false | Required<EarlyStopping> {
  if (stopping === false) return false;
  checkKeys(stopping, ['heldOut', 'patience'], 'earlyStopping.');
  const { heldOut = 0.1, patience = 10 } = stopping;
  checkNumber('earlyStopping.heldOut', heldOut, 'above 0 and below 1', (x) => x > 0 && x < 1);
  checkWhole('earlyStopping.patience', patience, 1);
  return { heldOut, patience };
}

function checkRoles({ categorical, monotone, loss }: CheckedBoostingOptions): void {
  for (const [name, columns] of Object.entries(categorical)) {
    if (columns === true || (Array.isArray(columns) && columns.every((c) => Number.isInteger(c) && c >= 0)))
      continue;
    throw new OptionError(
      `categorical.${name}`,
      `expected true or positions of columns, got ${show(columns)}`,
    );
  }
  for (const [name, ways] of Object.entries(monotone)) {
    if ([ways].flat().every((way) => way === -1 || way === 0 || way === 1)) continue;
    throw new OptionError(
      `monotone.${name}`,
      `expected 1, -1 or 0, or one of these a column, got ${show(ways)}`,
    );
  }
  if (
    Object.keys(monotone).length > 0 &&
    (loss === 'absolute' || loss === 'quantile' || loss === 'softmax')
  ) {
    throw new OptionError(
      'monotone',
      `not with loss '${loss}': expected one that has one output and Newton steps`,
    );
  }
}

function checkNumber(name: string, value: unknown, expected: string, holds: (x: number) => boolean): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || !holds(value)) {
    throw new OptionError(name, `expected a number ${expected}, got ${show(value)}`);
  }
}
