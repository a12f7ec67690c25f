/** The filter (`spillway score`): rows in, the same with answers out. */

export { PoisonRow } from '../../lib/errors.js';
export { type AnswerOptions, answerBatch } from './answerBatch.js';
export { type Filtered, type FilterOptions, filter } from './filter.js';
