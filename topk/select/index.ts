/** The K best of many scores, or of a stream of them. */

export { bestValues, kthBest } from './bestValues.js';
export { TopK } from './stream.js';
export { topK } from './topK.js';
