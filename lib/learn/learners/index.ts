/** The `Learner` and `Model` interfaces and the built-in learners. */

export {
  type BoostedModel,
  type BoostedParameters,
  type BoostingLearner,
  type BoostingLossName,
  type BoostingOptions,
  type EarlyStopping,
  gradientBoosting,
  type MonotoneDirection,
  smaller,
} from './boosting/index.js';
export { type Ensemble, type EnsemblePrefix, isEnsemble, isPrefix, prefixOf } from './ensemble.js';
export type {
  FitContext,
  FitShape,
  FittedOn,
  Learner,
  Model,
  ModelScores,
  OwnMoney,
  ScoreContext,
  TrainingSet,
  WriteScores,
} from './learner.js';
export { isLinear, type LinearModel, type LinearParameters } from './linear.js';
export { type Loader, learnerOf, loaders } from './list.js';
export { type LogisticLearner, type LogisticOptions, logisticRegression } from './logistic.js';
export {
  type ForestPlan,
  type RandomForestLearner,
  type RandomForestModel,
  type RandomForestOptions,
  type RandomForestParameters,
  randomForest,
} from './randomForest/index.js';
export { type LearnerRecipe, recipeOf } from './recipe.js';
export { type RidgeLearner, type RidgeOptions, ridgeRegression } from './ridge.js';
export { scoreInto } from './scoreInto.js';
export { checkShapes, targetDistributions, targetNumbers } from './targets.js';
