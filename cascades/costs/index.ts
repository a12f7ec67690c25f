/** The costs of stages, exit rules and the full model as they are served. */

export {
  type CostedStage,
  costedStages,
  fullCost,
  planParts,
  smallBatchCosts,
  stageCosts,
  stageParts,
  subsetCost,
} from './costs.js';
export { profileCosts, profilePipeline, TRIED } from './profiling.js';
export { isRepeatable, repeatableOf } from './repeatable.js';
export { HALVES_SIZES, SERVED_SIZES } from './serving.js';
