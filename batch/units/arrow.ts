import type { FileHandle } from 'node:fs/promises';
import { unreadable } from '../../lib/data/tables/index.js';
import { TableError } from '../../lib/errors.js';
import { optionalPackage } from '../../lib/util/packages.js';
import { bytesAt } from './bytes.js';

/** A message of an Arrow stream or file: where it is, and what it holds. */
export interface ArrowMessage {
  readonly from: number;
  readonly to: number;
  readonly kind: 'schema' | 'dictionary' | 'batch';
  /** Of a record batch. */
  readonly rows: number;
}

export interface ArrowMessages {
  /** In a stream the first one is the schema; in a file it may be missing, since the footer has it. */
  readonly messages: readonly ArrowMessage[];
  readonly isFile: boolean;
}

const KINDS: Readonly<Record<number, ArrowMessage['kind']>> = { 1: 'schema', 2: 'dictionary', 3: 'batch' };
const CONTINUATION = 0xffff_ffff;
/** What ends a stream. */
export const STREAM_END: Uint8Array = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);
/** Description of one message: a schema of 100,000 columns has some 20 MB. */
const MOST = 1 << 28;

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
    if (at + 8 > size) throw wrong(`ends in the middle of a message, after ${size} bytes`);
    const prefix = await bytesAt(file, path, at, at + 8);
    if (prefix.readUInt32LE(0) !== CONTINUATION)
      throw wrong(`is no Arrow stream: byte ${at} begins no message`);
    const length = prefix.readInt32LE(4);
    if (length === 0) {
      isEnded = true;
      break;
    }
    if (length < 0 || length > MOST || at + 8 + length > size)
      throw wrong(`ends in the middle of a message, after ${size} bytes, or is damaged at byte ${at}`);
    const { kind, rows, body } = described(await bytesAt(file, path, at + 8, at + 8 + length), wrong);
    const to = at + 8 + length + body;
    if (to > size) throw wrong(`ends in the middle of a ${kind}, after ${size} bytes`);
    messages.push({ from: at, to, kind, rows });
    at = to;
  }
  if (messages[0]?.kind !== 'schema' && !isFile) throw wrong('is no Arrow stream: it has no schema');
  if (!isEnded) throw wrong('ends without its end mark: it was cut, or its writer was not closed');
  return { messages, isFile };
}

/** Reads three fields of a flatbuffer `Message`, and one of its `RecordBatch`. */
function described(
  bytes: Buffer,
  wrong: (why: string) => TableError,
): { readonly kind: ArrowMessage['kind']; readonly rows: number; readonly body: number } {
  try {
    const field = (table: number, slot: number): number | undefined => {
      const vtable = table - bytes.readInt32LE(table);
      const entry = 4 + 2 * slot;
      const offset = entry < bytes.readUInt16LE(vtable) ? bytes.readUInt16LE(vtable + entry) : 0;
      return offset === 0 ? undefined : table + offset;
    };
    const long = (at: number | undefined) => (at === undefined ? 0 : Number(bytes.readBigInt64LE(at)));
    const message = bytes.readUInt32LE(0);
    const type = field(message, 1);
    const header = field(message, 2);
    const kind = KINDS[type === undefined ? 0 : bytes[type]];
    if (kind === undefined || header === undefined) throw new RangeError('a message of no known kind');
    const content = header + bytes.readUInt32LE(header);
    const rows = kind === 'batch' ? long(field(content, 0)) : 0;
    const body = long(field(message, 3));
    if (!Number.isSafeInteger(body) || body < 0 || !Number.isSafeInteger(rows) || rows < 0)
      throw new RangeError('a length that is none');
    return { kind, rows, body };
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
  const { Message, RecordBatchReader } = await optionalPackage(
    'apache-arrow',
    'rows of Arrow files',
    () => import('apache-arrow'),
  );
  try {
    const isThere = first?.kind === 'schema';
    const message = isThere ? await bytesAt(file, path, first.from, first.to) : undefined;
    const reader = message ? RecordBatchReader.from(message) : await RecordBatchReader.from(file);
    const { schema } = await reader.open({ autoDestroy: false });
    return {
      types: new Map(schema.fields.map(({ name, type }) => [name, String(type)])),
      message: message ?? framed(Message.encode(Message.from(schema))),
    };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** A message as it stands in a stream, its length a multiple of 8. */
function framed(content: Uint8Array): Uint8Array {
  const length = Math.ceil(content.length / 8) * 8;
  const bytes = Buffer.alloc(8 + length);
  bytes.writeUInt32LE(CONTINUATION, 0);
  bytes.writeUInt32LE(length, 4);
  bytes.set(content, 8);
  return bytes;
}
