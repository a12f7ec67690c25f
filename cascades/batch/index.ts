export { type BatchOptions, type BatchPlan, certifiedBatch } from './certifyBatch.js';
