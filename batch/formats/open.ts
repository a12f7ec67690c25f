import type { Writable } from 'node:stream';
import { readArrow, writeArrow } from './arrow/index.js';
import type { AnswersWriter, FormatName, ReaderOptions, RowBatch, WriterOptions } from './format.js';
import { readJsonl, writeJsonl } from './jsonl/index.js';

/**
 * Reads rows of a stream, batch by batch, each when it is asked for. An Arrow stream gives its schema first, as a batch
 * without rows, so that a writer of the same format has it where no batch follows.
 *
 * @throws while it is read, InputError for what isn't of the format, and MissingPackage for an Arrow stream without the
 *   package
 * @example
 * for await (const batch of openReader('jsonl', process.stdin))
 *   await writer.write(batch, await answerBatch(model, batch));
 */
export function openReader(
  format: FormatName,
  stream: AsyncIterable<Uint8Array>,
  { encoding, from }: ReaderOptions = {},
): AsyncIterable<RowBatch> {
  return format === 'arrow' ? readArrow(stream) : readJsonl(stream, encoding, from);
}

/**
 * Writes batches with their answers, each at once: JSON lines of any batches, Arrow of those that were read as Arrow, or
 * whose columns are given.
 *
 * @throws OptionError for names that clash
 */
export function openWriter(format: FormatName, stream: Writable, options: WriterOptions = {}): AnswersWriter {
  return format === 'arrow' ? writeArrow(stream, options) : writeJsonl(stream, options);
}
