import { log } from '../../util/math/index.js';
import { chooseL2 } from './chooseL2.js';
import { type MarginLoss, sigmoidMarginLoss, softmaxMarginLoss } from './crossEntropy.js';
import {
  checkBlocks,
  checkLinearOptions,
  fitLinear,
  type LinearOptions,
  lightly,
  linearWork,
  roughly,
} from './fitLinear.js';
import type { FitContext, Learner, TrainingSet } from './learner.js';
import { type LinearModel, loadLinearModel } from './linear.js';
import type { LinearTask } from './linearFit.js';
import { fixedCopy, withRecipe } from './recipe.js';
import { classMass, targetDistributions } from './targets.js';

/** Options of `logisticRegression`. */
export type LogisticOptions = LinearOptions;

/** A logistic regression learner; its models are {@link LinearModel}s. */
export interface LogisticLearner extends Learner {
  fit(set: TrainingSet, context: FitContext): Promise<LinearModel>;
  load(state: LinearModel['state']): LinearModel;
}

const NAME = 'logistic-regression';

/**
 * Logistic regression with an L2 penalty: of two classes (one weight vector) or more (softmax), on dense and sparse
 * blocks together.
 *
 * It minimises the cross-entropy summed over rows + l2 / 2 |weights|^2; intercepts are free. Dense
 * columns are scaled for the fit, and the penalty applies on that scale: each is standardised (mean
 * 0, variance 1 on the training rows), or a block whose `scaling` is 'block', an embedding, is
 * centred and divided by one number (variances that sum to 1). Constant dense columns get weight 0.
 * Sparse columns aren't scaled. The scaling is folded into the weights afterwards: the model is
 * linear in the original columns. A class without rows gets probability 0.
 *
 * By default `l2` is chosen on rows held out of trial fits.
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
 *
 * @throws OptionError for options that are unknown or out of range
 */
export function logisticRegression(options: LogisticOptions = {}): LogisticLearner {
  const checked = checkLinearOptions(options);
  const learner: LogisticLearner = withRecipe(
    {
      name: NAME,
      work: (shape) => linearWork(shape, shape.classes === 2 ? 1 : shape.classes, checked),
      async fit(set, context) {
        return fitLinear(NAME, set, taskOf(set), checked, context);
      },
      async choose(set, { signal }, folds) {
        if (checked.l2 !== 'auto' || this.fit !== learner.fit) return this;
        const l2 = await chooseL2(set, taskOf(set), signal, folds);
        return fixedCopy(this, learner, logisticRegression({ ...checked, l2 }));
      },
      lighter() {
        return fixedCopy(this, learner, logisticRegression(lightly(checked)));
      },
      // Any model of these columns takes as long to run.
      probe() {
        return fixedCopy(this, learner, logisticRegression({ ...checked, maxIterations: 1 }));
      },
      rough() {
        return fixedCopy(this, learner, logisticRegression(roughly(checked)));
      },
      load: (state) => loadLinearModel(NAME, state),
    },
    { kind: NAME, options, rounds: 0 },
  );
  return learner;
}

/** @throws DataError, FeatureError for rows that can't be fitted */
function taskOf(set: TrainingSet): LinearTask {
  checkBlocks(set);
  const { classes } = set;
  return {
    targets: targetDistributions(set),
    width: classes,
    problem: (targets) => ({ loss: marginLoss(targets, classes), start: baseMargins(targets, classes) }),
  };
}

function marginLoss(targets: Float64Array, classes: number): MarginLoss {
  return classes === 2
    ? sigmoidMarginLoss(targets.filter((_, i) => i % 2 === 1))
    : softmaxMarginLoss(targets, classes);
}

/** The intercepts that are best where all weights are 0. */
function baseMargins(targets: Float64Array, classes: number): Float64Array {
  const logs = classMass(targets, classes).map(log);
  if (classes === 2) return Float64Array.of(logs[1] - logs[0]);
  const seen = logs.filter(Number.isFinite);
  const mean = seen.reduce((sum, log) => sum + log, 0) / seen.length;
  return logs.map((log) => log - mean);
}
