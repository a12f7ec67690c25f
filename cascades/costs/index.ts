/** What plans and their stages are expected to cost, and what `tune` has measured for that. */

export { expectedCost } from './expectedCost.js';
export { withGoingOn } from './goingOn.js';
export { type NoisyCost, noisyCosts, noisyNotes, quiet } from './noisyCosts.js';
export {
  firstProfile,
  profileCosts,
  profiledRows,
  profilePipeline,
  secondsARow,
  TRIED,
  unseenRows,
} from './profiling.js';
export {
  type CostedStage,
  costedStages,
  fullCost,
  planParts,
  smallBatchCosts,
  stageCosts,
  stageParts,
  subsetCost,
} from './stageCosts.js';
