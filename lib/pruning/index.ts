/** Exact and quantile bounds on additive scores, which drop candidates of a top-K query early. */

export type { Adding, Additive, Candidates } from './additive.js';
export { candidatesOf } from './candidates.js';
export {
  type AddingOrder,
  cheapestWay,
  linearWays,
  type PlannedWay,
  treeWays,
  type Way,
} from './evaluationOrders.js';
export { linear } from './linear.js';
export {
  type Bounds,
  type PlanOptions,
  type Pruning,
  type PruningPlanner,
  planPruning,
  pruningPlanner,
  quantileBounds,
  sureBounds,
} from './plan.js';
export type { Range } from './ranges.js';
export { type PrunedAnswer, prunedTopK } from './run.js';
export { fitScout, scouted } from './surrogate.js';
export { sortedTrees, type TreeModel, trees } from './trees.js';
