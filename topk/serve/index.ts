/** Queries answered: candidates streamed through the stages, files of rankers. */

export { bandEngine } from './bandEngine.js';
export { type Candidates, STREAM_BATCH } from './candidateStream.js';
export { type RankEngine, type Ranked, rank } from './engine.js';
export { type LoadRankerOptions, loadRanker, rankerOf, saveRanker } from './rankerFile.js';
export type { FullRanker, RankerParts } from './rankerParts.js';
export { checkQuery, type RequestedPage } from './request.js';
