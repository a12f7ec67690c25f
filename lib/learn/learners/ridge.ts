import { mean } from 'simple-statistics';
import { chooseL2 } from './chooseL2.js';
import type { MarginLoss } from './crossEntropy.js';
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
import { targetNumbers } from './targets.js';

/** Options of `ridgeRegression`. */
export type RidgeOptions = LinearOptions;

/** A ridge regression learner; its models are {@link LinearModel}s of one output. */
export interface RidgeLearner extends Learner {
  readonly task: 'regression';
  fit(set: TrainingSet, context: FitContext): Promise<LinearModel>;
  load(state: LinearModel['state']): LinearModel;
}

const NAME = 'ridge-regression';

/**
 * Ridge regression (Hoerl and Kennard, Technometrics 1970): linear least squares with an L2 penalty, on dense and
 * sparse blocks together.
 *
 * It minimises half the squared error summed over rows + l2 / 2 |weights|^2; the intercept is free.
 * Dense columns are scaled for the fit as those of `logisticRegression`, and the penalty applies on
 * that scale. It stops at a point proven close to the optimum, by the same bound as
 * `logisticRegression`. By default `l2` is chosen on rows held out of trial fits.
 *
 * `fit` throws a DataError for values that are missing or not finite, in blocks and in `values`.
 *
 * ```ts
 * const model = await ridgeRegression({ l2: 10 }).fit({ blocks, rows, classes: 1, labels, values }, { seed: 1 });
 * const answers = new Float64Array(rows);
 * model.score(blocks, answers);
 * ```
 *
 * @throws OptionError for options that are unknown or out of range
 */
export function ridgeRegression(options: RidgeOptions = {}): RidgeLearner {
  const checked = checkLinearOptions(options);
  const learner: RidgeLearner = withRecipe(
    {
      name: NAME,
      task: 'regression',
      work: (shape) => linearWork(shape, 1, checked),
      async fit(set, context) {
        return fitLinear(NAME, set, taskOf(set), checked, context);
      },
      async choose(set, { signal }, folds) {
        if (checked.l2 !== 'auto' || this.fit !== learner.fit) return this;
        const l2 = await chooseL2(set, taskOf(set), signal, folds);
        return fixedCopy(this, learner, ridgeRegression({ ...checked, l2 }));
      },
      lighter() {
        return fixedCopy(this, learner, ridgeRegression(lightly(checked)));
      },
      // Any model of these columns takes as long to run.
      probe() {
        return fixedCopy(this, learner, ridgeRegression({ ...checked, maxIterations: 1 }));
      },
      rough() {
        return fixedCopy(this, learner, ridgeRegression(roughly(checked)));
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
  return {
    targets: targetNumbers(set, 'regression needs values'),
    width: 1,
    problem: (values) => ({ loss: squaredLoss(values), start: [mean([...values])] }),
  };
}

/** Half the squared error of one margin a row. */
function squaredLoss(values: Float64Array): MarginLoss {
  return {
    outputs: 1,
    evaluate(margins, residual) {
      let loss = 0;
      for (let r = 0; r < values.length; r++) {
        residual[r] = margins[r] - values[r];
        loss += residual[r] * residual[r];
      }
      return loss / 2;
    },
    curve() {},
    curvature: () => 1,
    rowCurvature: () => 1,
  };
}
