import { checkPositive, checkWhole, meant, show } from '../../check.js';
import { addProduct, type Block } from '../../data/blocks/index.js';
import { OptionError } from '../../errors.js';
import { log, pow } from '../../util/math/index.js';
import { chooseL2 } from './chooseL2.js';
import type { FitContext, FitShape, TrainingSet } from './learner.js';
import { type LinearModel, linearModel } from './linear.js';
import { LinearFit, type LinearTask } from './linearFit.js';
import { jointRows } from './preconditioner.js';
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

/** Of a penalty that is yet to be chosen: what it is like; the walk's fits as so many to the rows that take part. */
const CHOSEN = { l2: 0.3, fits: 2, rows: 4_000 };

/**
 * The work of a fit, in the unit of a boosted tree's: its products with the rows and what each of them does beside, by
 * 186 fits that were timed (`npm run -s bench -- tuning --cases work`).
 *
 * @param outputs one a class; 1 for two classes and for regression
 */
export function linearWork(
  shape: FitShape,
  outputs: number,
  { l2, tolerance }: Required<LinearOptions>,
): number {
  const digits = -log(tolerance) / Math.LN10;
  if (l2 !== 'auto') return fitWork(shape, outputs, l2, digits);
  const rows = Math.min(shape.rows, CHOSEN.rows);
  const some = { ...shape, rows, entries: (shape.entries * rows) / Math.max(1, shape.rows) };
  const walk = CHOSEN.fits * fitWork(some, outputs, CHOSEN.l2, digits);
  return fitWork(shape, outputs, CHOSEN.l2, digits) + walk;
}

function fitWork(shape: FitShape, outputs: number, l2: number, digits: number): number {
  const { rows, columns, entries } = shape;
  const { dense = entries >= rows * columns ? columns : 0 } = shape;
  const numbers = rows * dense;
  const stored = Math.max(0, entries - numbers);
  const each = outputs * (stored + 2.7 * numbers + 200 * rows + 0.2 * columns);
  const gram = 0.04 * (outputs === 1 ? rows + 10 * dense : Math.min(rows, 8 * dense)) * dense * dense;
  const size = (dense + (dense < columns ? 0 : 1)) * outputs;
  const sampled = outputs > 1 && dense > 0 ? jointRows(rows, size, entries * outputs) : undefined;
  const joint = sampled === undefined ? 0 : 0.2 * sampled * size * size + 1.6 * size * size * size;
  return productsOf(shape, dense, outputs, 1 + rows / l2, digits) * each + gram + joint + 14 * entries;
}

/**
 * Products of sparse columns grow with the condition number, about 1 + rows / l2, and with the digits asked for; numbers
 * beside them are what they can't see, and squared errors bend most. Dense columns by themselves are solved by their
 * Gram matrix. Of several classes it isn't the Hessian: the more parameters a row, the less it helps.
 */
function productsOf(
  { rows, columns, classes }: FitShape,
  dense: number,
  outputs: number,
  conditioned: number,
  digits: number,
): number {
  const isRegression = classes === 1;
  if (dense >= columns) {
    if (outputs === 1) return isRegression ? 0.2 : 2;
    const parameters = Math.min(1, (dense * outputs) / Math.max(1, rows));
    return 2 + 0.0172 * (4.5 + digits) * pow(parameters, 1.15) * pow(conditioned, 0.464);
  }
  const [each, first] = dense > 0 ? [0.15, 0.3] : [0.063, 0.068];
  const sparse = each * digits * pow(conditioned, 0.278) + first * pow(conditioned, 0.35);
  // Two classes have one vector of weights, whose products cost more each than those of several together.
  const ofOne = isRegression ? 2.7 : classes === 2 && dense === 0 ? 1.35 : 1;
  return ofOne * (0.3 + sparse);
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
