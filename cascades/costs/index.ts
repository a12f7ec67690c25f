/** What plans and their stages are expected to cost, and what `tune` has measured for that. */

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
