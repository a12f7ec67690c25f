import { addProduct, type Block } from '../blocks/index.js';
import { checkPositive, checkWhole, meant } from '../check.js';
import { OptionError } from '../errors.js';
import type { MarginLoss } from './crossEntropy.js';
import { Design } from './design.js';
import type { TrainingSet } from './learner.js';
import { type LinearModel, linearModel } from './linear.js';
import { minimise, type NewtonOptions } from './newton.js';
import { checkShapes } from './targets.js';
import { wrongNumber } from './wrongNumber.js';

export interface LinearOptions {
  /** Strength of the penalty, above 0. scikit-learn's `C` is 1 / l2. Default 1. */
  readonly l2?: number;
  /** Newton steps at most; a fit takes about 5 to 15. Default 100. */
  readonly maxIterations?: number;
  /** By what share of itself the loss may exceed its minimum, above 0. Default 1e-8. */
  readonly tolerance?: number;
}

const LINEAR = ['l2', 'maxIterations', 'tolerance'];

/** @throws OptionError for an option that is unknown or out of range. */
export function checkLinearOptions(options: LinearOptions): Required<LinearOptions> {
  const { l2 = 1, maxIterations = 100, tolerance = 1e-8, ...unknown } = options;
  for (const name of Object.keys(unknown)) {
    throw new OptionError(name, `is unknown: expected ${LINEAR.join(', ')}${meant(name, LINEAR)}`);
  }
  checkPositive('l2', l2);
  checkPositive('tolerance', tolerance);
  checkWhole('maxIterations', maxIterations, 1);
  return { l2, maxIterations, tolerance };
}

/**
 * The linear model of least penalised loss, from intercepts `start` and no weights on.
 *
 * @param set blocks that `checkBlocks` has passed
 */
export async function fitLinear(
  name: string,
  { blocks, classes }: TrainingSet,
  loss: MarginLoss,
  start: ArrayLike<number>,
  options: NewtonOptions,
): Promise<LinearModel> {
  options.signal?.throwIfAborted();
  const design = new Design(blocks, loss.outputs);
  const parameters = new Float64Array(design.length);
  const weights = design.columns * loss.outputs;
  parameters.set(start, weights);
  const { gap } = await minimise(design, loss, parameters, options);
  const raw = new Float64Array(design.length);
  design.raw(parameters, raw);
  return linearModel(name, {
    classes,
    columns: blocks.map((block) => block.columns),
    weights: raw.slice(0, weights),
    intercepts: raw.slice(weights),
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
