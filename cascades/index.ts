export type { FreshRows, RetuneOptions, WhatIf } from './again/index.js';
export type {
  Audit,
  AuditAlarm,
  AuditedAnswer,
  AuditedAnswers,
  AuditOptions,
  AuditPredictOptions,
  AuditState,
  CallOutcome,
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
} from './audit/index.js';
export type { BatchOptions } from './batch/index.js';
export type { FeatureTerms, LoadOptions, SaveOptions } from './file/index.js';
export { Inspection, inspect } from './inspect.js';
export { type Measurable, type MeasureOptions, measure } from './measure.js';
export type {
  Bound,
  BoundPart,
  FullOption,
  JointBound,
  Part,
  Progress,
  RegressionOptions,
  SingleBound,
  Split,
  TuneOptions,
} from './problem/index.js';
export { type ProfileOptions, profile } from './profile.js';
export {
  type Answer,
  type Answers,
  type BatchAnswers,
  Cascade,
  type CascadeReportOptions,
  type PredictOptions,
  ServedCascade,
  type Shadow,
} from './served/index.js';
export type {
  AbsoluteErrorLoss,
  BoundMethod,
  Certificate,
  CertificateVerdict,
  Clause,
  CustomLoss,
  FrontierPoint,
  Label,
  Loss,
  LossName,
  Observed,
  Plan,
  PlanStage,
  PrecisionLoss,
  RecallLoss,
  StatedLoss,
  Target,
  TriedExit,
  TriedSubset,
  Verdict,
} from './terms/index.js';
export { absoluteError, precision, recall } from './terms/index.js';
export type {
  AddingOrder,
  BandCertificate,
  BandCurve,
  BandPlan,
  Candidates,
  CurvePoint,
  JudgedAnswer,
  LoadRankerOptions,
  OutsideWarning,
  Population,
  PruningPlan,
  Query,
  QueryDiagnosis,
  QueryOptions,
  QueryPool,
  RankBy,
  RankerPlan,
  RankerStage,
  StoppingRule,
  TopKAnswer,
  TopKBound,
  TopKCertificate,
  TopKCut,
  TopKMetric,
  TopKOptions,
  TopKPromise,
  TriedStage,
} from './topk/index.js';
export { Ranker, tuneTopK } from './topk/index.js';
export { tune } from './tune.js';
export type { HardestOptions, ReportOptions } from './view/index.js';
