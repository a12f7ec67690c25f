import { gradientBoosting } from './boosting/index.js';
import type { Learner } from './learner.js';
import { logisticRegression } from './logistic.js';
import type { LearnerRecipe } from './recipe.js';
import { ridgeRegression } from './ridge.js';

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
