/** Options of `tuneTopK` checked: queries, bands of K, the score that ranks, the bound. */

export { type Band, bandAt, bandPromise, fewestTests, isInside, shortageOf } from './bands.js';
export {
  countUnder,
  promisePValue,
  queriesNeeded,
  type TopKBound,
  type TopKQuestion,
  wouldPass,
} from './bound.js';
export { checkMetric, ndcgAtK, recallAtK } from './metrics.js';
export type { Query, QueryPool, SettledTopKOptions, TopKOptions } from './options.js';
export { type TopKProblem, topKProblem } from './problem.js';
export { type CheckedQuery, type FoundRepeats, ownQueries, type QuerySet } from './queries.js';
export {
  codeOf,
  hasMargins,
  outputModel,
  type RankBy,
  type Ranking,
  rankNumbers,
  stageNumbers,
} from './ranking.js';
