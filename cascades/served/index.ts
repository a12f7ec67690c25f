export { assemble } from './assemble.js';
export { type Answer, type Answers, Cascade, type PredictOptions } from './cascade.js';
export type { LoadOptions } from './saving.js';
