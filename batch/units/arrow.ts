import type { FileHandle } from 'node:fs/promises';
import { unreadable } from '../../lib/data/tables/index.js';
import { TableError } from '../../lib/errors.js';
import {
  descriptionOctets,
  framed,
  loadArrow,
  type MessageKind,
  messageOutline,
  PREFIX,
} from '../formats/index.js';
import { bytesAt } from './bytes.js';

/** A message of an Arrow stream or file: where it is, and what it holds. */
export interface ArrowMessage {
  readonly from: number;
  readonly to: number;
  readonly kind: MessageKind;
  /** Of a record batch. */
  readonly rows: number;
}

export interface ArrowMessages {
  /** In a stream the first one is the schema; in a file it may be missing, since the footer has it. */
  readonly messages: readonly ArrowMessage[];
  readonly isFile: boolean;
}

/**
 * The messages of an Arrow stream, or of a file, which holds a stream between its beginning and its footer. Their
 * bodies aren't read. Format: https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
 *
 * @throws TableError for what is none, or ends in the middle
 */
export async function arrowMessages(file: FileHandle, path: string, size: number): Promise<ArrowMessages> {
  const wrong = (why: string) => new TableError(path, undefined, undefined, why);
  const start = await bytesAt(file, path, 0, Math.min(size, 8));
  const isFile = start.toString('latin1', 0, 6) === 'ARROW1';
  let at = isFile ? 8 : 0;
  const messages: ArrowMessage[] = [];
  let isEnded = false;
  while (at < size) {
    const begin = at + PREFIX;
    if (begin > size) throw wrong(`ends in the middle of a message, after ${size} bytes`);
    const prefix = await bytesAt(file, path, at, begin);
    const length = attempted(wrong, () => descriptionOctets(prefix));
    if (length === undefined) throw wrong(`is no Arrow stream: byte ${at} begins no message`);
    if (length === 0) {
      isEnded = true;
      // A file has its footer there.
      if (!isFile && begin < size)
        throw wrong(`goes on for ${size - begin} bytes after its end mark: expected one Arrow stream a file`);
      break;
    }
    if (begin + length > size)
      throw wrong(`ends in the middle of a message, after ${size} bytes, or is damaged at byte ${at}`);
    const description = await bytesAt(file, path, begin, begin + length);
    const { kind, rows, body } = attempted(wrong, () => messageOutline(description));
    const to = begin + length + body;
    if (to > size) throw wrong(`ends in the middle of a ${kind}, after ${size} bytes`);
    messages.push({ from: at, to, kind, rows });
    at = to;
  }
  if (messages[0]?.kind !== 'schema' && !isFile) throw wrong('is no Arrow stream: it has no schema');
  if (!isEnded) throw wrong('ends without its end mark: it was cut, or its writer was not closed');
  return { messages, isFile };
}

function attempted<T>(wrong: (why: string) => TableError, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw wrong(`has a damaged message: ${error instanceof Error ? error.message : error}`);
  }
}

/** What a reader of some record batches needs beside the schema: dictionaries, and the batches themselves. */
export function messagesFor(
  { messages, isFile }: ArrowMessages,
  from: number,
  to: number,
): readonly ArrowMessage[] {
  const needed: ArrowMessage[] = [];
  let batch = 0;
  for (const message of messages) {
    // Dictionaries of a file hold for all its batches; those of a stream for the batches that follow them.
    if (message.kind === 'dictionary') {
      if (batch < to || isFile) needed.push(message);
    } else if (message.kind === 'batch') {
      if (batch >= from && batch < to) needed.push(message);
      batch++;
    }
  }
  // In a file, dictionaries may come after batches that use them.
  if (isFile) needed.sort((a, b) => Number(a.kind === 'batch') - Number(b.kind === 'batch'));
  return needed;
}

/** The schema of a stream or a file: types by names of columns, and the message that begins a stream. */
export async function arrowSchema(
  file: FileHandle,
  path: string,
  { messages: [first] }: ArrowMessages,
): Promise<{ readonly types: ReadonlyMap<string, string>; readonly message: Uint8Array }> {
  const { Message, RecordBatchReader } = await loadArrow();
  try {
    const isThere = first?.kind === 'schema';
    const message = isThere ? await bytesAt(file, path, first.from, first.to) : undefined;
    const reader = message ? RecordBatchReader.from(message) : await RecordBatchReader.from(file);
    const { schema } = await reader.open({ autoDestroy: false });
    return {
      types: new Map(schema.fields.map(({ name, type }) => [name, String(type)])),
      message: message ?? Buffer.concat(framed(Message.encode(Message.from(schema)))),
    };
  } catch (error) {
    throw unreadable(path, error);
  }
}
