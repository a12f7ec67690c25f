/** Bounds on what boosted trees can still add, which drop candidates of a query early. */

export type { Additive, PartialSums } from './additive.js';
export { type PruningPlan, planPruning } from './plan.js';
export { type PrunedAnswer, prunedTopK } from './run.js';
export { type TreeModel, trees } from './trees.js';
