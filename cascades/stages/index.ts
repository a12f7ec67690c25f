export { allot, BUDGET, mergeRounds } from './budget.js';
export { tryCandidates } from './candidates.js';
export { batchOverhead, fullCost, stageCosts, subsetCost } from './costs.js';
export { fitOn, fitRounds, pick, shapeOf, type Targets } from './crossfit.js';
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
export { EXHAUSTIVE, keyOf } from './subsets.js';
export { fitCandidate, fitProbe, type Workshop } from './workshop.js';
