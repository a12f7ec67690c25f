export type { Adding, Additive, Candidates } from './additive.js';
export { candidatesOf } from './candidates.js';
export { linear } from './linear.js';
export { type Bounds, type Pruning, planPruning, quantileBounds, sureBounds } from './plan.js';
export type { Range } from './ranges.js';
export { type PrunedAnswer, prunedTopK } from './run.js';
export { sortedTrees, type TreeModel, trees } from './trees.js';
export { type TunedTrees, type TuningOptions, tuneTrees } from './tuned.js';
