/** Rounds of questions sent by a batch API: submitted, looked at, resumed, and what they left sent again. */

export {
  type BatchApi,
  type BatchEndpoint,
  type OpenAiBatchOptions,
  openAiBatches,
  type ServerBatch,
} from './batchApi.js';
export { type LineOutcome, lineOutcomes } from './batchLines.js';
export type { BatchRecords, OpenBatch } from './batchRecords.js';
export { type BatchSenderOptions, batchSender } from './batchSender.js';
