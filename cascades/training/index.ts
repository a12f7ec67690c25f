/** Features, full model and stage models fitted and cross-fitted. */

export {
  blocksOf,
  eachBatch,
  entriesPerRow,
  fitFeatures,
  fullAnswers,
  type Requests,
  scoresOf,
  scoresOverBlocks,
  scoring,
  stageEvidence,
  type Tracker,
} from './batchScoring.js';
export {
  crossFit,
  fitOn,
  fitRounds,
  type HeldOut,
  heldOutScores,
  shapeOf,
  type Targets,
} from './crossfit.js';
export { fullModel, type Reference } from './fullModel.js';
export { foldsOf, heldRounds } from './holdoutFolds.js';
export { prefixAt, prefixesOf } from './prefixes.js';
export {
  fitProbe,
  fitStages,
  heldScores,
  recipesOf,
  type StageTrainer,
  tryFullPrefixes,
  tryRecipe,
  tryWithPrefixes,
} from './stageTrainer.js';
export { scaleOf, targetsOf } from './targets.js';
export { type SizeOf, type TimedFeatures, type Timing, timedBlocks, timedScores } from './timing.js';
