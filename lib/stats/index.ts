/** Bounds, tests, bands, splits and random numbers, as pure functions. */

export { bandFailure, bandLevel, bandLimits } from './band.js';
export { betaCdf, betaQuantile, betaSurvival, betaUpperQuantile, logGamma } from './beta.js';
export { bettingPValue, bettingRunPValue } from './betting.js';
export {
  allowedErrors,
  binomialCdf,
  binomialLower,
  binomialPmf,
  binomialPValue,
  binomialUpper,
  rowsNeeded,
} from './binomial.js';
export { cutLeaving } from './cutLeaving.js';
export {
  type DriftLosses,
  type DriftState,
  driftRestart,
  driftRun,
  driftStart,
  driftStep,
  leastLoss,
} from './drift.js';
export { finitePValue } from './finite.js';
export { finiteBettingPValue } from './finiteBetting.js';
export { restErrors, restPValue, restRowsNeeded } from './finiteRest.js';
export { hoeffdingBentkusPValue } from './hoeffding.js';
export { KeyedNumbers } from './keyedNumbers.js';
export { leastFrom } from './least.js';
export { normalQuantile } from './normal.js';
export { pairedTable } from './pairedTable.js';
export { freshSeed, type Random, random } from './random.js';
export { type Clusters, ratioClustersNeeded, ratioPValue, ratioUpper } from './ratio.js';
export { fixedSequence } from './sequence.js';
export { groupFolds, sample, sampleGroups, stratifiedFolds } from './splits.js';
export { pairedAllowed, pairedPValue, tangoScore } from './unconditional.js';
