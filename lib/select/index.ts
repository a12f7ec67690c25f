export { bestValues, kthBest } from './bestValues.js';
export type { Scored } from './partition.js';
export { TopK } from './stream.js';
export { topK } from './topK.js';
