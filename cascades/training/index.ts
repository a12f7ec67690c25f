/** Features, full model and stage models fitted and cross-fitted. */

export { ableLearners, chooseOptions, chooser } from './chooseOptions.js';
export {
  crossFit,
  fitOn,
  fitShape,
  type HeldOut,
  heldOutScores,
  type Targets,
} from './crossfit.js';
export { type FeatureBlocks, fitFeatureBlocks, OF_FITS } from './featureBlocks.js';
export { nestedRows, tellsAnything, triedVersions, versionsOf, wholeName } from './fidelities/index.js';
export { type FittedRound, fitRounds } from './fitRounds.js';
export {
  type CrossFittedModel,
  crossFitFullModel,
  type ScoredFullModel,
  wholeFullModel,
} from './fullModel.js';
export { givenModel } from './givenModel.js';
export { foldsOf, heldRounds } from './holdoutFolds.js';
export { type Judge, type Judging, judgingOf } from './judging.js';
export { fitting, type Material, materialOf } from './material.js';
export { type AskedOnce, askingAgain, withPilot } from './pilot.js';
export { FEW_PARTS, prefixAt, prefixesOf } from './prefixes.js';
export { checkServedVersions } from './servedVersions.js';
export { joined, onSome } from './someRounds.js';
export { sameAmong, silentAmong, versionsBut } from './tellingVersions.js';
export {
  fitProbe,
  fitStages,
  heldScores,
  specsOf,
  tryFullPrefixes,
  tryStage,
  tryWithPrefixes,
} from './tryStages.js';
