/** Tables on their way through: batches of rows read from a stream or a file, and answers written beside them. */

export type { AnswerColumns, AnswersWriter, FormatName, RowBatch, WriterOptions } from './format.js';
