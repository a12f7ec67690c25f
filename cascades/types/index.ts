/** Plain data that users read or pass: plan, certificate, forecast, losses. */

export type {
  Baseline,
  Certificate,
  CertificateVerdict,
  Clause,
  FrontierPoint,
  Made,
  Observed,
  Prospect,
  Repeating,
  RepeatingSplit,
  Repeats,
  Stability,
  Verdict,
} from './certificate.js';
export type { Forecast, RequestForecast, Step, StepTime } from './forecast.js';
export { jointDelta } from './jointDelta.js';
export {
  type AbsoluteErrorLoss,
  absoluteError,
  type BoundMethod,
  type CustomLoss,
  type Loss,
  type LossName,
  type LossSpec,
  type PrecisionLoss,
  precision,
  type RecallLoss,
  recall,
  type StatedLoss,
} from './losses.js';
export type { ExpectedCost, Mode } from './mode.js';
export { type Label, type Plan, type TriedExit, type TriedSubset, widthOf } from './plan.js';
export type { Spelt } from './spelt.js';
export type { PlanStage, Prefix, ServedStage, StageSpec, Target } from './stage.js';
