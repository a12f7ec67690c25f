import { checkPositive, checkWhole, meant, show } from '../../check.js';
import { addProduct, type Block } from '../../data/blocks/index.js';
import { OptionError } from '../../errors.js';
import { chooseL2 } from './chooseL2.js';
import type { FitContext, TrainingSet } from './learner.js';
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
