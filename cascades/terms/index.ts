export type { Certificate, FrontierPoint, LossName, Observed, Verdict } from './certificate.js';
export type { Label, Plan, PlanStage, Target, TriedSubset } from './plan.js';
