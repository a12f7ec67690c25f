/** `tuneTopK` and the `Ranker`: queries, cut-offs, streams of candidates, their certificate. */

export type { StoppingRule, TopKCut } from './cuts/index.js';
export type { Query, QueryPool, RankBy, TopKBound, TopKOptions } from './problem/index.js';
export { Ranker } from './ranker.js';
export type { QueryDiagnosis } from './reporting/index.js';
export { restoreRanker } from './restoring.js';
export { type CostedRankStage, forecastTopK, queryCosts } from './search/index.js';
export type { Candidates, LoadRankerOptions } from './serve/index.js';
export { tuneTopK } from './tuneTopK.js';
export type {
  BandCertificate,
  BandCurve,
  BandPlan,
  CurvePoint,
  JudgedAnswer,
  ObservedMetric,
  OutsideWarning,
  Population,
  QueryOptions,
  RankerPlan,
  RankerStage,
  TopKAnswer,
  TopKCertificate,
  TopKMetric,
  TopKPromise,
  TriedStage,
} from './types.js';
