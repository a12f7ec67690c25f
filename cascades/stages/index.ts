export { BUDGET, mergeRounds, planSearch } from './budget.js';
export { tryCandidates } from './candidates.js';
export { contenders } from './contenders.js';
export { batchOverhead, fullCost, stageCosts, subsetCost } from './costs.js';
export { fitOn, fitRounds, shapeOf } from './crossfit.js';
export { cutAt } from './cuts.js';
export { chooseExits } from './exits.js';
export { heldRounds } from './held.js';
export {
  blocksOf,
  fitFeatures,
  fullAnswers,
  scoresOf,
  stageEvidence,
  type Tracker,
} from './pipeline.js';
export { profilePipeline } from './profiling.js';
export { fullModel, type Reference } from './reference.js';
export { refineStages } from './refine.js';
export { keyOf } from './subsets.js';
export { scaleOf, targetsOf } from './targets.js';
export { fitProbe, fitStages, type Workshop } from './workshop.js';
