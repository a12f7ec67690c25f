/** Tables on their way through: batches of rows read from a stream or a file, and answers written beside them. */

export {
  type ArrowSource,
  descriptionOctets,
  END_MARK,
  framed,
  loadArrow,
  type MessageKind,
  messageOutline,
  PREFIX,
} from './arrow/index.js';
export type {
  AnswerColumns,
  AnswersWriter,
  FormatName,
  HandedOnType,
  RowBatch,
  WriterOptions,
} from './format.js';
export type { JsonlSource } from './jsonl/index.js';
export { openReader, openWriter } from './open.js';
