export { type Answer, type Answers, Cascade, type PredictOptions } from './cascade.js';
export type { Certificate, FrontierPoint, LossName, Observed, Verdict } from './certificate.js';
export type { Bound, Progress, TuneOptions } from './options.js';
export type { Label, Plan, PlanStage, Target, TriedSubset } from './plan.js';
export { type ProfileOptions, profile } from './profile.js';
export type { LoadOptions } from './saving.js';
export type { Part, Split } from './split.js';
export { tune } from './tune.js';
