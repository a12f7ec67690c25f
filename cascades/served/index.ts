export { assemble } from './assemble.js';
export type { BatchOptions } from './batch.js';
export { type Answer, type Answers, type BatchAnswers, Cascade, type PredictOptions } from './cascade.js';
export type { FreshRows } from './recertify.js';
export type { RetuneOptions } from './retune.js';
export type { LoadOptions, SaveOptions } from './saving.js';
