export type { Bound, Part, Progress, Split, TuneOptions } from './problem/index.js';
export { type ProfileOptions, profile } from './profile.js';
export type { LoadOptions } from './served/index.js';
export { type Answer, type Answers, Cascade, type PredictOptions } from './served/index.js';
export type {
  Certificate,
  FrontierPoint,
  Label,
  LossName,
  Observed,
  Plan,
  PlanStage,
  Target,
  TriedSubset,
  Verdict,
} from './terms/index.js';
export { tune } from './tune.js';
