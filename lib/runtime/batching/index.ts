export { microBatch } from './microBatch.js';
export type { BatchingOptions } from './options.js';
