import { loadBoostedModel } from './boosting/model.js';
import type { Learner } from './learner.js';
import { loadLinearModel } from './linear.js';
import { loadRandomForest } from './randomForest/model.js';

/** Restores models that a learner of that name has fitted. */
export type Loader = Pick<Learner, 'name' | 'load'>;

/** Loaders of all models that our learners fit, without the fitting code: serving needs no more. */
export const loaders: readonly Loader[] = [
  { name: 'logistic-regression', load: (state) => loadLinearModel('logistic-regression', state) },
  { name: 'ridge-regression', load: (state) => loadLinearModel('ridge-regression', state) },
  { name: 'gradient-boosting', load: (state) => loadBoostedModel('gradient-boosting', state) },
  { name: 'random-forest', load: (state) => loadRandomForest('random-forest', state) },
];
