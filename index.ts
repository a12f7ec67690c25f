/** The public face of spillway: everything that users import, and nothing else. */
export * from './cascades/index.js';
export type { Block, DenseBlock, SparseBlock } from './lib/blocks/index.js';
export { denseBlock } from './lib/blocks/index.js';
export {
  type CachedOptions,
  type CacheKey,
  cached,
  type FeatureCache,
  type FeatureCacheOptions,
  featureCache,
  type RedisTierOptions,
  redisTier,
  type Tier,
  type TierClient,
} from './lib/cache/index.js';
export * from './lib/errors.js';
export * from './lib/exchange/index.js';
export type { CalibratorKind, Decision, ExitKind, ExitScoreKind } from './lib/exits/index.js';
export * from './lib/features/index.js';
export * from './lib/full/index.js';
export { type Forest, type Remaining, remaining } from './lib/kernels/index.js';
export {
  type BoostedModel,
  type BoostedParameters,
  type BoostingLearner,
  type BoostingLossName,
  type BoostingOptions,
  type EarlyStopping,
  type Ensemble,
  type EnsemblePrefix,
  type FitContext,
  type FitShape,
  type ForestPlan,
  gradientBoosting,
  isEnsemble,
  isPrefix,
  type Learner,
  type LinearModel,
  type LinearParameters,
  type LogisticLearner,
  type LogisticOptions,
  logisticRegression,
  type Model,
  type MonotoneDirection,
  prefixOf,
  type RandomForestLearner,
  type RandomForestModel,
  type RandomForestOptions,
  type RandomForestParameters,
  type RidgeLearner,
  type RidgeOptions,
  randomForest,
  ridgeRegression,
  type ScoreContext,
  type TrainingSet,
} from './lib/learners/index.js';
export type {
  Clock,
  Cost,
  FeatureProfile,
  Importance,
  InferenceCost,
  Objective,
  Profile,
} from './lib/profile/index.js';
export {
  type BreakerOptions,
  type ClosableSqlSource,
  type DuckdbConnection,
  duckdbSource,
  type Fetch,
  type FetchedValue,
  type FetchedValues,
  type Fetcher,
  fetcher,
  type HttpSourceOptions,
  httpSource,
  type Key,
  type PostgresClient,
  postgresSource,
  type RedisClient,
  type RedisPipeline,
  type RedisSource,
  redisSource,
  type SourceCounts,
  type SourceOptions,
  type SqlSource,
  type TableReading,
} from './lib/remote/index.js';
export type {
  ReportData,
  ReportMeasured,
  RowView as ReportRowView,
  TerminalOptions,
} from './lib/report/index.js';
export { type BatchingOptions, type Fault, microBatch, type Timer } from './lib/runtime/index.js';
export type { JsonValue, State, Tensor } from './lib/state.js';
export {
  type CallMessage,
  type Counted,
  type FeatureStatistics,
  type HealthStatistics,
  openTelemetrySpans,
  type PrometheusOptions,
  prometheusMetrics,
  type StageStatistics,
  type Statistics,
  type WorkMessage,
  type WorkStatistics,
} from './lib/telemetry/index.js';
export {
  type OnThreadsOptions,
  onThreads,
  type ThreadPool,
  type ThreadPoolOptions,
  threadPool,
} from './lib/threads/index.js';
