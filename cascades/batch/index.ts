/** One finite batch, certified in place (`certifyBatch`), and the steps of one that is in partitions. */

export { type BatchOptions, certifiedBatch } from './certifyBatch.js';
export type { CodedRows, CodedStage } from './coding.js';
export { type PartitionCounts, totalCounts } from './counts.js';
export { rowsForBet } from './excessDesign.js';
export { drawKeyed, type KeyedRow, lowest } from './keyedSample.js';
export { type AskedRow, BatchSteps, type SketchedRow } from './partitioned.js';
export { countUpTo, type PathRows } from './pathRows.js';
export { designFor, errorsDue, type SampleDesign } from './sampleDesign.js';
export { type StageTest, testOfStage } from './stageTest.js';
export { BATCH_LOSSES, type BatchClaim, type BatchLoss, type BatchOutcome, designOf } from './steps.js';
