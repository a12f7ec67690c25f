export { askableOf, isAskedAgain } from './askable.js';
export { allotFits, BUDGET, mergeRounds, planSearch } from './budget.js';
export { tryCandidates } from './candidates.js';
export { contenders } from './contenders.js';
export {
  batchOverhead,
  type CostedStage,
  fullCost,
  planParts,
  stageCosts,
  stageParts,
  subsetCost,
} from './costs.js';
export {
  crossFit,
  type FittedRound,
  fitOn,
  fitRounds,
  type HeldOut,
  heldOutScores,
  shapeOf,
  type Targets,
} from './crossfit.js';
export { cutAt, cutsOf } from './cuts.js';
export { chooseExits } from './exits.js';
export { heldRounds } from './held.js';
export {
  blocksOf,
  eachBatch,
  fitFeatures,
  fullAnswers,
  type Requests,
  scoresOf,
  scoresOverBlocks,
  scoring,
  stageEvidence,
  type Tracker,
} from './pipeline.js';
export { profilePipeline, TRIED } from './profiling.js';
export { fullModel, type Reference } from './reference.js';
export { refineStages } from './refine.js';
export { affordableSubsets, keyOf, neighbours } from './subsets.js';
export { scaleOf, targetsOf } from './targets.js';
export { type SizeOf, type TimedFeatures, type Timing, timedBlocks, timedScores } from './timing.js';
export { fitProbe, fitStages, type Workshop } from './workshop.js';
