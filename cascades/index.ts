/** The steps of `tune`, and the cascade that it returns. */

export type { FeatureTerms, FileLoadOptions, LoadOptions, SaveOptions } from './artifact/index.js';
export type { BatchLoss, BatchOptions } from './batch/index.js';
export {
  type BatchAnswers,
  Cascade,
  type CascadeReportOptions,
  type CascadeThreadsOptions,
  type PredictOptions,
  ServedCascade,
  type ThreadedCascade,
} from './cascade/index.js';
export { forecast } from './forecast.js';
export { Inspection, inspect } from './inspect.js';
export { type Measurable, type MeasureOptions, measure } from './measure.js';
export type {
  Audit,
  AuditAlarm,
  AuditedAnswer,
  AuditedAnswers,
  AuditOptions,
  AuditPredictOptions,
  AuditState,
  CallOutcome,
  Consistency,
  ConsistencyAlarm,
  DrawnRow,
  DrawOutcome,
  ExitsAlarm,
  ExitsOptions,
  ExitsState,
  HeldCall,
  LateLabel,
  LossAlarm,
  MissedRows,
  PendingDraw,
  PendingRow,
} from './monitoring/index.js';
export type {
  Bound,
  BoundInUnits,
  BoundPart,
  FullOption,
  JointBound,
  Labels,
  Part,
  Progress,
  RegressionOptions,
  RowsOption,
  SingleBound,
  Split,
  TuneOptions,
} from './problem/index.js';
export { type ProfileOptions, profile } from './profile.js';
export type { FreshRows, RetuneOptions, WhatIf } from './recertify/index.js';
export type { HardestOptions, ReportOptions } from './reporting/index.js';
export { changedMore } from './reporting/index.js';
export { tune } from './tune.js';
export type {
  AbsoluteErrorLimit,
  AbsoluteErrorLoss,
  Advice,
  Answer,
  Answers,
  Baseline,
  BoundMethod,
  Certificate,
  CertificateVerdict,
  CertifiedTable,
  ChangedAnswer,
  Changes,
  Clause,
  CustomLoss,
  ExpectedCost,
  Flips,
  Forecast,
  FrontierPoint,
  Label,
  Loss,
  LossName,
  Made,
  Mode,
  Observed,
  Plan,
  PlanStage,
  PrecisionLoss,
  Prospect,
  RecallLoss,
  Repeating,
  RepeatingSplit,
  Repeats,
  RequestForecast,
  Shadow,
  SpeedupRange,
  Stability,
  StatedLoss,
  Step,
  Target,
  TriedExit,
  TriedFidelity,
  TriedSubset,
  TunedFit,
  Verdict,
} from './types/index.js';
export { absoluteError, precision, recall } from './types/index.js';
