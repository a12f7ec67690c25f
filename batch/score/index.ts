/** The filter (`spillway score`): rows in, the same with answers out. */

export { type AnswerOptions, answerBatch, PoisonRow } from './answerBatch.js';
