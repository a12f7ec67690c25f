export type { Answer, Answers, BatchAnswers, PredictOptions } from './answers.js';
export { assemble } from './assemble.js';
export type { BatchOptions } from './batch.js';
export { Cascade } from './cascade.js';
export type { FreshRows } from './recertify.js';
export type { RetuneOptions } from './retune.js';
export type { LoadOptions, SaveOptions } from './saving.js';
export type { WhatIf } from './whatIf.js';
