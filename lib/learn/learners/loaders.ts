import { gradientBoosting } from './boosting/index.js';
import { loadBoostedModel } from './boosting/model.js';
import type { Learner } from './learner.js';
import { loadLinearModel } from './linear.js';
import { logisticRegression } from './logistic.js';
import { loadRandomForest } from './randomForest/model.js';
import type { LearnerRecipe } from './recipe.js';
import { ridgeRegression } from './ridge.js';

/** Restores models that a learner of that name has fitted. */
export type Loader = Pick<Learner, 'name' | 'load'>;

/** Loaders of all models that our learners fit, without the fitting code: serving needs no more. */
export const loaders: readonly Loader[] = [
  { name: 'logistic-regression', load: (state) => loadLinearModel('logistic-regression', state) },
  { name: 'ridge-regression', load: (state) => loadLinearModel('ridge-regression', state) },
  { name: 'gradient-boosting', load: (state) => loadBoostedModel('gradient-boosting', state) },
  { name: 'random-forest', load: (state) => loadRandomForest('random-forest', state) },
];

/** The learner that a recipe stands for. */
export function learnerOf({ kind, options }: LearnerRecipe): Learner {
  switch (kind) {
    case 'logistic-regression':
      return logisticRegression(options);
    case 'ridge-regression':
      return ridgeRegression(options);
    case 'gradient-boosting':
      return gradientBoosting(options);
  }
}
