export { cheapestWithin, frontierOf } from './frontier.js';
export type { CascadeParts, Evidence, FullModel, ServedStage, Tuning } from './parts.js';
export { type Planning, planOf, thresholdsOf, usesOf, withoutStages } from './plans.js';
export { type Trial, testPlans } from './trial.js';
export { both, refuseUsed } from './used.js';
