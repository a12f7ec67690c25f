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
export { isRepeatable, repeatableOf } from './repeatable.js';
