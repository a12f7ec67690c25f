import { gradientBoosting } from './boosting/index.js';
import { loadBoostedModel, SMALL_BOOSTING } from './boosting/model.js';
import type { Learner } from './learner.js';
import { loadLinearModel } from './linear.js';
import { logisticRegression } from './logistic.js';
import { loadRandomForest } from './randomForest/model.js';
import type { LearnerRecipe, RecipeOptions } from './recipe.js';
import { ridgeRegression } from './ridge.js';

/** Restores models that a learner of that name has fitted. */
export type Loader = Pick<Learner, 'name' | 'load'>;

/** Loaders of all models that our learners fit, without the fitting code: serving needs no more. */
export const loaders: readonly Loader[] = [
  { name: 'logistic-regression', load: (state) => loadLinearModel('logistic-regression', state) },
  { name: 'ridge-regression', load: (state) => loadLinearModel('ridge-regression', state) },
  { name: 'gradient-boosting', load: (state) => loadBoostedModel('gradient-boosting', state) },
  { name: SMALL_BOOSTING, load: (state) => loadBoostedModel('gradient-boosting', state) },
  { name: 'random-forest', load: (state) => loadRandomForest('random-forest', state) },
];

/**
 * What makes learners again on another thread, by their names. Random forests aren't among them: their package and
 * warnings belong to the caller's thread.
 */
const MADE = {
  'logistic-regression': logisticRegression,
  'ridge-regression': ridgeRegression,
  'gradient-boosting': gradientBoosting,
};
export type MadeLearners = typeof MADE;

/** The learner that a recipe stands for. */
export function learnerOf<Name extends keyof MadeLearners>({ kind, options }: LearnerRecipe<Name>): Learner {
  const made: { readonly [N in keyof MadeLearners]: (options: RecipeOptions[N]) => Learner } = MADE;
  return made[kind](options);
}
