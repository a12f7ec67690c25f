/** What stages, exit scores and the full model cost as they are served, measured. */

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
export { expectedCost } from './expectedCost.js';
export { profileCosts, profiledRows, profilePipeline, TRIED, unseenRows } from './profiling.js';
export { isRepeatable, repeatableOf } from './repeatable.js';
export { HALVES_SIZES, SERVED_SIZES } from './serving.js';
