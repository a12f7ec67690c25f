/** Random forests grown by `ml-random-forest`, their votes recalibrated. */

export { flatForest, largestBelow } from './flat.js';
export type { RandomForestModel, RandomForestParameters } from './model.js';
export type { RandomForestOptions } from './options.js';
export type { ForestPlan } from './plan.js';
export { type RandomForestLearner, randomForest } from './randomForest.js';
export { readTrees, type SourceForest } from './source.js';
export { countVotes, voteLayout } from './votes.js';
