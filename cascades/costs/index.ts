export { askableOf, isAskedAgain } from './askable.js';
export {
  batchOverhead,
  type CostedStage,
  fullCost,
  planParts,
  stageCosts,
  stageParts,
  subsetCost,
} from './costs.js';
export { profilePipeline, TRIED } from './profiling.js';
