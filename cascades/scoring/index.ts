/** Features and models over rows, batch by batch, while a cascade is made. */

export { askAgain, PILOT, PROBED, rowsAskedAgain } from './askAgain.js';
export { blaming, scoring } from './asking.js';
export { blocksOf, blocksOfSets, eachBatch } from './batches.js';
export { fitFeatures, learns } from './fitFeatures.js';
export { readAhead } from './readAhead.js';
export { Refits } from './refits.js';
export {
  fullAnswers,
  type ModelReader,
  modelInputs,
  scoresOf,
  scoresOverBlocks,
  stageEvidence,
} from './scores.js';
export { scoreTwice } from './scoreTwice.js';
export { FirstRows, type SizeOf, type Timing, timedBlocks, timedScores } from './timing.js';
export type { PricedModel, PricedRequests, Tracker } from './tracker.js';
export { type AskingTurn, turnsOf } from './turns.js';
