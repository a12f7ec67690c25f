/** Gradient boosting of trees on binned columns. */

export { type BoostingLearner, gradientBoosting, smaller } from './gradientBoosting.js';
export type { BoostedModel, BoostedParameters } from './model.js';
export type { BoostingLossName, BoostingOptions, EarlyStopping, MonotoneDirection } from './options.js';
