export type { FitContext, FitShape, Learner, Model, TrainingSet } from './learner.js';
export type { LinearModel, LinearParameters } from './linear.js';
export { type LogisticLearner, type LogisticOptions, logisticRegression } from './logistic.js';
export { type RidgeLearner, type RidgeOptions, ridgeRegression } from './ridge.js';
