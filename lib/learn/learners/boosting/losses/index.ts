/** Losses of boosting: derivatives and starting values. */

export { logisticLoss, softmaxLoss } from './classification.js';
export type { BoostingLoss } from './loss.js';
export { listwiseLoss, pairwiseLoss } from './ranking.js';
export { quantileLoss, squaredLoss } from './regression.js';
