/** Features, full model and stage models fitted and cross-fitted. */

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
  type StageTrainer,
  specsOf,
  tryFullPrefixes,
  tryStage,
  tryWithPrefixes,
} from './stageTrainer.js';
export { scaleOf, targetsOf } from './targets.js';
