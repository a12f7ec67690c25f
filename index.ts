/**
 * Exports for the main job: features, learners, `tune`, `tuneTopK`, `profile`, `measure`,
 * `Cascade`, losses, errors.
 */
export { type Answer, type Answers, type Audit, type AuditAlarm, type AuditedAnswers, type AuditOptions, absoluteError, type BatchAnswers, type BatchOptions, type Bound, Cascade, type CascadeReportOptions, type Certificate, type CertificateVerdict, type CustomLoss, type Forecast, type FreshRows, type FrontierPoint, type FullOption, forecast, type HardestOptions, Inspection, inspect, type JointBound, type Label, type LoadOptions, type Loss, type LossName, type MeasureOptions, measure, type Plan, type PlanStage, type PredictOptions, type ProfileOptions, type Progress, precision, profile, type RegressionOptions, type ReportOptions, type RetuneOptions, recall, type SaveOptions, type SingleBound, type TuneOptions, tune, type Verdict, type WhatIf } from './cascades/index.js';
export { forecastTopK, type LoadRankerOptions, type Query, type QueryOptions, type QueryPool, Ranker, type RankerPlan, type TopKAnswer, type TopKBound, type TopKCertificate, type TopKOptions, tuneTopK } from './topk/index.js';
export {
  type EmbeddingFeature,
  type EmbeddingOptions,
  type Encode,
  type EncodeContext,
  type EncoderCounts,
  type EncodeTokens,
  embedding,
  type FeatureExtraction,
  type Pooling,
  type PoolingOptions,
  type TextEmbeddingOptions,
  type TextOptions,
  type TokenEmbeddingOptions,
  type Tokens,
  type TokensOptions,
  tokens,
  type Vectors,
} from './lib/features/embedding/index.js';
export * from './lib/errors.js';
export {
  counts,
  type DenseOptions,
  define,
  dense,
  type Feature,
  type FeatureSet,
  type LookupOptions,
  lookup,
  type OneHotOptions,
  oneHot,
  perRow,
  type Source,
  type TermOptions,
  type TfidfOptions,
  type Transform,
  tfidf,
  transform,
} from './lib/features/define/index.js';
export {
  type BoostingOptions,
  gradientBoosting,
  type Learner,
  type LogisticOptions,
  logisticRegression,
  type Model,
  type RandomForestOptions,
  type RidgeOptions,
  randomForest,
  ridgeRegression,
} from './lib/learn/learners/index.js';
export type { Clock, Cost, FeatureProfile, Importance, Objective, Profile } from './lib/costs/index.js';
