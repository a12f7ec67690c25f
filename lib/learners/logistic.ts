import { addProduct, type Block } from '../blocks/index.js';
import { DataError, OptionError } from '../errors.js';
import { type MarginLoss, sigmoidLoss, softmaxLoss } from './crossEntropy.js';
import { Design } from './design.js';
import type { FitContext, Learner, TrainingSet } from './learner.js';
import { type LinearModel, linearModel, loadLinearModel } from './linear.js';
import { minimise } from './newton.js';
import { classMass, targetDistributions } from './targets.js';

export interface LogisticOptions {
  /** Strength of the penalty, above 0. scikit-learn's `C` is 1 / l2. Default 1. */
  readonly l2?: number;
  /** Newton steps at most; a fit takes about 5 to 15. Default 100. */
  readonly maxIterations?: number;
  /** By what share of itself the loss may exceed its minimum, above 0. Default 1e-8. */
  readonly tolerance?: number;
}

/** A logistic regression learner; its models are {@link LinearModel}s. */
export interface LogisticLearner extends Learner {
  fit(set: TrainingSet, context: FitContext): Promise<LinearModel>;
  load(state: LinearModel['state']): LinearModel;
}

const NAME = 'logistic-regression';
/** Products with the blocks and their transposes that one fit takes, roughly, for l2 = 1. */
const PRODUCTS = 60;

/**
 * Logistic regression with an L2 penalty: of two classes (one weight vector) or more (softmax), on dense and sparse
 * blocks together.
 *
 * It minimises the cross-entropy summed over rows + l2 / 2 |weights|^2; intercepts are free. Dense columns are
 * standardised for the fit (mean 0, variance 1 on the training rows), and the penalty applies on that scale; constant
 * dense columns get weight 0. Sparse columns are taken as they are. The scaling is folded into the weights
 * afterwards: the model is linear in the columns as they come. A class that no row has gets probability 0.
 *
 * The fit is deterministic and stops at a point proven close to the optimum: the loss is l2-strongly convex in the
 * weights, so that it exceeds its minimum by at most |gradient|^2 / (2 l2), and `tolerance` bounds that as a share
 * of the loss (the gradient by the intercepts counts in the same norm). The model carries the share reached as `gap`.
 * It is above `tolerance` only when `maxIterations` came first, or rounding leaves nothing to gain.
 *
 * `fit` throws a DataError for rows of a single class, labels or soft targets that aren't any, and values that
 * aren't finite.
 *
 * ```ts
 * const model = await logisticRegression({ l2: 0.1 }).fit({ blocks, rows, classes: 2, labels }, { seed: 1 });
 * const scores = new Float64Array(rows * 2);
 * model.score(blocks, scores);
 * ```
 */
export function logisticRegression(options: LogisticOptions = {}): LogisticLearner {
  const { l2 = 1, maxIterations = 100, tolerance = 1e-8, ...unknown } = options;
  for (const name of Object.keys(unknown)) {
    throw new OptionError(name, 'is unknown: expected l2, maxIterations or tolerance');
  }
  checkPositive('l2', l2);
  checkPositive('tolerance', tolerance);
  if (!Number.isInteger(maxIterations) || maxIterations < 1) {
    throw new OptionError('maxIterations', `is ${maxIterations}: expected a whole number, 1 or more`);
  }
  return {
    name: NAME,
    work: ({ entries, classes }) => PRODUCTS * entries * (classes === 2 ? 1 : classes),
    async fit(set, { signal, onProgress }) {
      signal?.throwIfAborted();
      checkBlocks(set);
      const { blocks, classes } = set;
      const targets = targetDistributions(set);
      const loss = marginLoss(targets, classes);
      const design = new Design(blocks, loss.outputs);
      const parameters = new Float64Array(design.length);
      const weights = design.columns * loss.outputs;
      parameters.set(baseMargins(targets, classes), weights);
      const { gap } = await minimise(design, loss, parameters, {
        l2,
        maxIterations,
        tolerance,
        signal,
        onProgress,
      });
      const raw = new Float64Array(design.length);
      design.raw(parameters, raw);
      return linearModel(NAME, {
        classes,
        columns: blocks.map((block) => block.columns),
        weights: raw.slice(0, weights),
        intercepts: raw.slice(weights),
        gap,
      });
    },
    load: (state) => loadLinearModel(NAME, state),
  };
}

function marginLoss(targets: Float64Array, classes: number): MarginLoss {
  return classes === 2 ? sigmoidLoss(targets.filter((_, i) => i % 2 === 1)) : softmaxLoss(targets, classes);
}

/** The intercepts that are best where all weights are 0. */
function baseMargins(targets: Float64Array, classes: number): Float64Array {
  const logs = classMass(targets, classes).map(Math.log);
  if (classes === 2) return Float64Array.of(logs[1] - logs[0]);
  const seen = logs.filter(Number.isFinite);
  const mean = seen.reduce((sum, log) => sum + log, 0) / seen.length;
  return logs.map((log) => log - mean);
}

function checkPositive(option: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new OptionError(option, `is ${value}: expected a finite number above 0`);
  }
}

function checkBlocks({ blocks, rows }: TrainingSet): void {
  if (blocks.length === 0 || rows === 0) {
    throw new DataError(`${blocks.length} blocks of ${rows} rows: give at least one of each`);
  }
  blocks.forEach((block, b) => {
    if (block.rows !== rows) throw new DataError(`block ${b} has ${block.rows} rows, expected ${rows}`);
    const row = firstRowNotFinite(block);
    if (row !== -1)
      throw new DataError(`block ${b}, row ${row}: a value is NaN or infinite, expected finite numbers`);
  });
}

/** -1 where there is none. */
function firstRowNotFinite(block: Block): number {
  // 0 times anything finite is 0; times NaN or an infinity it is NaN.
  const sums = new Float64Array(block.rows);
  addProduct(block, new Float64Array(block.columns), 0, 1, sums);
  return sums.findIndex(Number.isNaN);
}
