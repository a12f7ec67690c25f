import { checkPositive, checkWhole, meant, show } from '../../check.js';
import { addProduct, type Block } from '../../data/blocks/index.js';
import { OptionError } from '../../errors.js';
import { log, pow } from '../../util/math/index.js';
import { chooseL2 } from './chooseL2.js';
import type { FitContext, FitShape, TrainingSet } from './learner.js';
import { type LinearModel, linearModel } from './linear.js';
import { LinearFit, type LinearTask } from './linearFit.js';
import { checkShapes, wrongNumber } from './targets.js';

export interface LinearOptions {
  /**
   * Strength of the penalty, above 0: scikit-learn's `C` is 1 / l2. `'auto'` takes the one, .001 to
   * 10,000, whose models lose least on held-out rows of the set, by rough fits to at most 4,000
   * rows. `tune` does so once, on rows of its own, for the full model's features; a fit by itself
   * does it each time. @defaultValue 'auto'
   */
  readonly l2?: number | 'auto';
  /** Newton steps at most; a fit takes about 5 to 15. Default 100. */
  readonly maxIterations?: number;
  /** By what share of itself the loss may exceed its minimum, above 0. Default 1e-8. */
  readonly tolerance?: number;
}

const LINEAR = ['l2', 'maxIterations', 'tolerance'];

/** @throws OptionError for an option that is unknown or out of range. */
export function checkLinearOptions(options: LinearOptions): Required<LinearOptions> {
  const { l2 = 'auto', maxIterations = 100, tolerance = 1e-8, ...unknown } = options;
  for (const name of Object.keys(unknown)) {
    throw new OptionError(name, `is unknown: expected ${LINEAR.join(', ')}${meant(name, LINEAR)}`);
  }
  if (typeof l2 === 'number') checkPositive('l2', l2);
  else if (l2 !== 'auto') {
    throw new OptionError('l2', `expected a finite number above 0, or 'auto', got ${show(l2)}`);
  }
  checkPositive('tolerance', tolerance);
  checkWhole('maxIterations', maxIterations, 1);
  return { l2, maxIterations, tolerance };
}

/**
 * The tolerance of models that are compared: scores are then off by some thousandths at most, which
 * is little beside what the rows of a fold change. It saves a third of the products.
 */
const ROUGH = 1e-4;

/** The options of models that are only compared. */
export function roughly(options: Required<LinearOptions>): LinearOptions {
  return { ...options, tolerance: Math.max(ROUGH, options.tolerance) };
}

/** The tolerance of trials that only rank subsets: of 19 classes of wide text, log loss on new rows is the same to .1 %. */
const LIGHT = 1e-2;

export function lightly(options: Required<LinearOptions>): LinearOptions {
  return { ...options, tolerance: Math.max(LIGHT, options.tolerance) };
}

/** Of a penalty that is yet to be chosen: what it is like, and the time of choosing and fitting over that of the fit. */
const CHOSEN = { l2: 0.1, times: 2.5 };
/** Multiplications in the unit of `work`, one of a boosted tree's, which takes as long as 4.5 of a product's. */
const UNIT = 1 / 4.5;

/**
 * The work of a fit: its products with the rows and what each of them does beside, by 58 fits that were timed
 * (`npm run -s bench -- tuning --cases work`). Small penalties leave the problem badly conditioned, and several outputs
 * don't settle at once; nor do dense columns beside sparse ones. A multiplication of dense columns, whose products are blocked, takes a tenth of a sparse one's;
 * many of them go together, which takes more products.
 *
 * @param outputs one a class; 1 for two classes and for regression
 */
export function linearWork(
  { rows, columns, entries, dense = 0 }: FitShape,
  outputs: number,
  { l2, tolerance }: Required<LinearOptions>,
): number {
  const isDense = entries >= rows * columns;
  const digits = -log(tolerance) / Math.LN10;
  const conditioned = pow(1 + rows / (l2 === 'auto' ? CHOSEN.l2 : l2), 0.26);
  const beside = dense > 0 ? 2 : 1;
  const together = isDense ? pow(columns / 12, 0.9) : beside;
  const products = 29 + 0.46 * pow(outputs, 0.6) * (0.4 + 0.15 * digits) * conditioned * together;
  const each = 2 * entries * (outputs === 1 ? 1.5 : outputs) * (isDense ? 0.1 : 1);
  const times = l2 === 'auto' ? CHOSEN.times : 1;
  return UNIT * times * products * (each + rows * (16 * outputs + 200));
}

/**
 * The linear model of least penalised loss, from intercepts that are best without weights and no weights on.
 *
 * @param set blocks that `checkBlocks` has passed
 */
export async function fitLinear(
  name: string,
  set: TrainingSet,
  task: LinearTask,
  { l2, ...options }: Required<LinearOptions>,
  { signal, onProgress }: FitContext,
): Promise<LinearModel> {
  signal?.throwIfAborted();
  const penalty = l2 === 'auto' ? await chooseL2(set, task, signal) : l2;
  const { blocks, classes } = set;
  const fit = new LinearFit(blocks, task.problem(task.targets));
  const gap = await fit.minimise({ ...options, l2: penalty, signal, onProgress });
  return linearModel(name, {
    classes,
    columns: blocks.map((block) => block.columns),
    ...fit.raw(),
    gap,
  });
}

/**
 * @throws DataError for no blocks or rows, and blocks of other lengths; FeatureError, or DataError where blocks have no
 * names, for values that aren't finite.
 */
export function checkBlocks(set: TrainingSet): void {
  checkShapes(set);
  set.blocks.forEach((block, b) => {
    const row = firstRowNotFinite(block);
    if (row === -1) return;
    throw wrongNumber(set, b, row, 'a value is NaN or infinite; linear models expect finite numbers');
  });
}

/** -1 if there is none. */
function firstRowNotFinite(block: Block): number {
  // 0 times anything finite is 0; times NaN or an infinity it is NaN.
  const sums = new Float64Array(block.rows);
  addProduct(block, new Float64Array(block.columns), 0, 1, sums);
  return sums.findIndex(Number.isNaN);
}
