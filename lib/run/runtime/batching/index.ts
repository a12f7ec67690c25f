/** `microBatch`: concurrent calls gathered into batches of a model. */

export { microBatch } from './microBatch.js';
export type { BatchingOptions } from './options.js';
export { firstPace, isReady, paceAfter } from './pace.js';
