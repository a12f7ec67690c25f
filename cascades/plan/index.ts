/** Plans as plain data, and the parts that a cascade is made of. */

export {
  type CascadeParts,
  type Evidence,
  type FurtherMode,
  featuresOf,
  type ModeSet,
  type ServedFeature,
  type ServedParts,
  type StageTuning,
  servedPath,
  servedSet,
  type TestedPath,
  type Tuning,
} from './cascadeParts.js';
export { costingOf, expectedOnPath } from './expectation.js';
export { cheapestWithin, frontierOf } from './frontier.js';
export { frozenParts, frozenReference } from './frozenParts.js';
export { rowIdentity } from './identity.js';
export { filesRead, madeOf } from './made.js';
export {
  evenCosts,
  meanCosts,
  type Planning,
  planningOver,
  planOf,
  thresholdsOf,
  usesOf,
  withoutStages,
} from './plans.js';
export { drawReference, findReference, type Reference, referenceOf } from './reference.js';
export { expectedPlans, planningOf, replan, tunedStages } from './replan.js';
export { readFidelities, servedIn } from './servedFidelities.js';
export { speculation } from './speculation.js';
export { thrifty, thriftyPath } from './thrift.js';
export { refuseAlike } from './unused.js';
