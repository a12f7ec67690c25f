/** `tuneTopK` and the `Ranker`: queries, cut-offs, streams of candidates, their certificate. */

export type { PruningPlan } from '../../lib/pruning/index.js';
export type { OutsideWarning, QueryOptions, TopKAnswer } from './answers.js';
export type { TopKBound } from './bound.js';
export { type CostedRankStage, queryCosts } from './costs.js';
export type { Cut as TopKCut } from './cut.js';
export type { QueryDiagnosis } from './diagnosis.js';
export { forecastTopK } from './forecast.js';
export type { Query, QueryPool, TopKOptions } from './options.js';
export { Ranker } from './ranker.js';
export type { RankBy } from './ranking.js';
export type { LoadRankerOptions } from './saving.js';
export type { Candidates } from './sections.js';
export type { StoppingRule } from './stopping.js';
export type {
  BandCertificate,
  BandCurve,
  BandPlan,
  CurvePoint,
  JudgedAnswer,
  Population,
  Range,
  RankerPlan,
  RankerStage,
  TopKCertificate,
  TopKMetric,
  TopKPromise,
  TriedStage,
} from './terms.js';
export { tuneTopK } from './tuneTopK.js';
