/** The search for the stages and cut-offs that cost least, and its costs. */

export { candidateBatches } from './candidateBatches.js';
export { neededOf } from './cutCandidates.js';
export { forecastRanker, forecastTopK } from './forecast.js';
export { type CostedRankStage, type QueryCosts, queryCosts } from './queryCosts.js';
export { cutsAt, outcomeAt, type RankChain, type Trial } from './rankChain.js';
export { headsOf, metricValue, replay, type ScoredStage } from './replay.js';
export { type JudgedQuery, judge, scoreQueryRows } from './scoreTable.js';
export type { TriedRankStage } from './stageCandidates.js';
export { type RankTraining, train } from './training.js';
export { type BandSearch, fullReader, type TunedBands, tuneBands } from './tuneBands.js';
