/** Plain data that users read or pass: plan, certificate, forecast, losses. */

export {
  type AbsoluteErrorLimit,
  type AbsoluteErrorLoss,
  absoluteError,
  type BoundMethod,
  type CustomLoss,
  type Label,
  type Loss,
  type LossName,
  type LossSpec,
  type PrecisionLoss,
  precision,
  type RecallLoss,
  recall,
  type StatedLoss,
} from '../losses/index.js';
export type { Answer, Answers, Shadow } from './answers.js';
export type {
  Baseline,
  Certificate,
  CertificateVerdict,
  CertifiedTable,
  ChangedAnswer,
  Changes,
  Clause,
  Flips,
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
export type { TriedFidelity } from './fidelity.js';
export type { Forecast, RequestForecast, Step, StepTime, TunedFit } from './forecast.js';
export { jointDelta } from './jointDelta.js';
export type { ExpectedCost, Mode } from './mode.js';
export {
  type Advice,
  type Plan,
  type SpeedupRange,
  type TriedExit,
  type TriedSubset,
  widthOf,
} from './plan.js';
export type { Spelt } from './spelt.js';
export type { PlanStage, Prefix, ServedStage, StageSpec, Target } from './stage.js';
