/** What a cost is: a fixed part, a part a row, and waiting; how features, models and the engine are measured. */

export { batchTimes, mostTimed, warmUp } from './batchTimes.js';
export { type Clock, microseconds, systemClock, timed } from './clock.js';
export {
  type BatchTime,
  batchCost,
  type Cost,
  costOf,
  FREE,
  type Objective,
  risenCost,
  rowCost,
  scaledCost,
} from './cost.js';
export { evenWeights, growthOf, halfSubjects, halve, type SizeWeights, sizeWeights } from './growth.js';
export { IMPORTANCE_REPEATS, type Importance, importances } from './importance.js';
export { measureCosts, mostMeasured } from './measureCosts.js';
export { byName, type Measured, measureProfile, sampledProfile } from './measureProfile.js';
export { HALVES_SIZES, measureServing, SERVED_SIZES, type ServedPipeline } from './measureServing.js';
export {
  type EngineCost,
  type ExitCosts,
  entriesOf,
  exitCost,
  type FeatureProfile,
  featureCosts,
  type InferenceCost,
  marginsOf,
  measuredSizes,
  modelCost,
  type Profile,
  transformsOf,
  withAncestors,
} from './profile.js';
export { isRepeatable, repeatableOf } from './repeatable.js';
export { type Subject, shareWithin, timeRounds } from './rounds.js';
export { cutSamples, isDear, sampledCost, type TimedBatch, type TimedFeatures } from './samples.js';
export { type Batches, featureSubject, inTurn, modelSubject, transformSubjects } from './subjects.js';
