/** Types of what plans, certificates, profiles, audits and reports are made of. */
export type { AbsoluteErrorLoss, AuditedAnswer, AuditPredictOptions, AuditState, Baseline, BoundMethod, BoundPart, CallOutcome, Clause, Consistency, ConsistencyAlarm, DrawnRow, DrawOutcome, ExitsAlarm, ExitsOptions, ExitsState, ExpectedCost, FeatureTerms, HeldCall, LateLabel, LossAlarm, Made, Measurable, MissedRows, Mode, Observed, Part, PendingDraw, PendingRow, PrecisionLoss, Prospect, RecallLoss, Repeating, RepeatingSplit, Repeats, RequestForecast, ServedCascade, Shadow, Split, Stability, StatedLoss, Step, Target, TriedExit, TriedSubset } from '../cascades/index.js';
export type { BandCertificate, BandCurve, BandPlan, Candidates, CurvePoint, JudgedAnswer, ObservedMetric, OutsideWarning, Population, PruningPlan, QueryDiagnosis, RankBy, RankerStage, StoppingRule, TopKCut, TopKMetric, TopKPromise, TriedStage } from '../topk/index.js';
export type { CalibratorKind } from '../lib/learn/calibration/index.js';
export type { Decision, ExitKind, ExitScoreKind } from '../lib/learn/exits/index.js';
export type { BatchTime, EngineCost, ExitCosts, InferenceCost } from '../lib/costs/index.js';
export type {
  ReportData,
  ReportMeasured,
  ReportMeasurement,
  RowView as ReportRowView,
  TerminalOptions,
} from '../lib/report/index.js';
export type { Fault } from '../lib/run/runtime/index.js';
