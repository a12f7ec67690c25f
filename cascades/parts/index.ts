export { cheapestWithin, frontierOf } from './frontier.js';
export { frozenParts } from './frozenParts.js';
export { rowIdentity } from './identity.js';
export { madeOf } from './made.js';
export {
  type CascadeParts,
  type Evidence,
  type FullModel,
  type ServedParts,
  type ServedStage,
  type StageTuning,
  servedPath,
  type TestedPath,
  type Tuning,
} from './parts.js';
export { type Planning, planOf, thresholdsOf, usesOf, withoutStages } from './plans.js';
export { drawReference, type FoundRows, findReference, type Reference, referenceOf } from './reference.js';
export { thrifty, thriftyPath } from './thrift.js';
export { planningOf, toldPlan, tunedStages } from './told.js';
export { type Trial, testPlans } from './trial.js';
export { refuseAlike } from './unused.js';
export { type Claim, Ledger, sumOf, type UsedState } from './used.js';
