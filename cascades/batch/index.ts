/** One finite batch, certified in place (`certifyBatch`). */

export { type BatchOptions, type BatchPlan, certifiedBatch } from './certifyBatch.js';
