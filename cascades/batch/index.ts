/** One finite batch, certified in place (`certifyBatch`). */

export { type BatchOptions, certifiedBatch } from './certifyBatch.js';
