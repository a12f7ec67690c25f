/** Features and models over rows, batch by batch, while a cascade is made. */

export { blocksOf, blocksOfSets, eachBatch } from './batches.js';
export { fitFeatures, learns } from './fitFeatures.js';
export { Refits } from './refits.js';
export {
  blaming,
  fullAnswers,
  modelInputs,
  scoresOf,
  scoresOverBlocks,
  scoring,
  stageEvidence,
} from './scores.js';
export { FirstRows, type SizeOf, type Timing, timedBlocks, timedScores } from './timing.js';
export type { PricedRequests, Tracker } from './tracker.js';
