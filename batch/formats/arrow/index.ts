/** Arrow IPC streams. */

import type { Writable } from 'node:stream';
import { InputError } from '../../../lib/errors.js';
import type { AnswersWriter, RowBatch, WriterOptions } from '../format.js';

export interface ArrowSource {
  readonly format: 'arrow';
}
export interface ArrowLimits {
  readonly batchRows?: number;
}
export async function* readArrow(
  _stream: AsyncIterable<Uint8Array>,
  _limits: ArrowLimits,
): AsyncGenerator<RowBatch> {
  throw new InputError('the stream', 'not yet');
}
export function writeArrow(_stream: Writable, _options: WriterOptions): AnswersWriter {
  throw new InputError('the stream', 'not yet');
}
