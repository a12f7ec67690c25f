/** Queries answered: candidates streamed through the stages, files of rankers. */

export { engineOf } from './bandEngine.js';
export { BATCH, type Candidates } from './candidateStream.js';
export { type RankEngine, type Ranked, rank } from './engine.js';
export { type LoadRankerOptions, loadRanker, rankerOf, saveRanker } from './rankerFile.js';
export type { FullRanker, RankerParts } from './rankerParts.js';
export { checkQuery, type Page } from './request.js';
