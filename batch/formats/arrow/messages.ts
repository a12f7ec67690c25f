import { InputError } from '../../../lib/errors.js';
import { type MessageOutline, messageOutline } from './flat.js';

/** A message of a stream, as it was read. */
export interface RawMessage extends Pick<MessageOutline, 'kind'> {
  /** Its mark and the length of its description. */
  readonly prefix: Buffer;
  /** The flatbuffer that describes it. */
  readonly description: Buffer;
  readonly body: Buffer;
}

/** Octets of a mark and the length of a description, with which each message begins. */
export const PREFIX = 8;
const CONTINUATION = -1;
/** Octets of a description: a schema of 100,000 columns has some 20 MB. */
const LONGEST = 2 ** 28;
/** Octets of a body: what one piece of memory can hold. */
const LARGEST = 2 ** 31;

/** Ends a stream. */
export const END_MARK = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/**
 * Octets of the description that follows a prefix; 0: it is an end mark.
 *
 * @returns undefined where it begins no message
 * @throws RangeError for a length that none has
 */
export function descriptionOctets(prefix: Buffer): number | undefined {
  if (prefix.readInt32LE(0) !== CONTINUATION) return undefined;
  const length = prefix.readInt32LE(4);
  if (length >= 0 && length <= LONGEST) return length;
  throw new RangeError(`its description has ${length} octets`);
}

/** A message up to its body: mark, length and description, together a multiple of 8 octets. */
export function framed(description: Uint8Array): Uint8Array[] {
  const padding = -description.length & 7;
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeInt32LE(CONTINUATION, 0);
  prefix.writeInt32LE(description.length + padding, 4);
  return [prefix, description, new Uint8Array(padding)];
}

/**
 * The messages of an Arrow stream, one in memory at a time. The end mark is needed: a stream without it may have been
 * cut between two messages. Nothing may follow it.
 *
 * @throws InputError, naming the message, for what is no whole stream
 */
export async function* readMessages(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<RawMessage, void, void> {
  const octets = new Octets(stream);
  for (let count = 0; ; count++) {
    const where = count === 0 ? 'the schema' : `message ${count}`;
    const wrong = (what: string, options?: ErrorOptions) => new InputError(where, what, options);
    const prefix = await octets.take(PREFIX);
    if (prefix.length === 0 && count === 0)
      throw wrong('the stream is empty: an Arrow stream has a schema at least');
    if (prefix.length < PREFIX) {
      throw wrong(
        prefix.length === 0
          ? 'the stream ends without its end mark: it was cut, or its writer was not closed'
          : 'the stream ends in the middle of a message',
      );
    }
    const length = attempted(wrong, () => descriptionOctets(prefix));
    if (length === undefined) throw wrong(beginning(prefix));
    if (length === 0 && count === 0) throw wrong('the stream ends before it');
    if (length === 0) {
      if ((await octets.take(1)).length > 0)
        throw new InputError('the stream', 'it goes on after its end mark: one stream is read, not several');
      return;
    }
    const head = await octets.take(length);
    if (head.length < length) throw wrong('the stream ends in the middle of a message');
    const { kind, body } = attempted(wrong, () => messageOutline(head));
    if (body > LARGEST)
      throw wrong(`its body has ${body} octets, more than ${LARGEST}: write smaller batches`);
    const rest = await octets.take(body);
    if (rest.length < body) throw wrong(`the stream ends in the middle of a ${NAMES[kind]}`);
    yield { kind, prefix, description: head, body: rest };
  }
}

const NAMES = { schema: 'schema', dictionary: 'dictionary', batch: 'record batch' } as const;

function attempted<T>(wrong: (what: string, options?: ErrorOptions) => InputError, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw wrong(`it is damaged: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

function beginning(prefix: Buffer): string {
  if (prefix.toString('latin1', 0, 6) === 'ARROW1') return 'this is an Arrow file; expected a stream';
  if (prefix[0] === 0x7b) return 'this looks like JSON; expected an Arrow stream, or --format jsonl';
  return 'this is no Arrow stream of version 0.15 or later';
}

/** Octets of a stream, some at a time. No more memory is taken than has been read. */
class Octets {
  private readonly reading: AsyncIterator<Uint8Array>;
  private pieces: Uint8Array[] = [];
  private length = 0;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.reading = stream[Symbol.asyncIterator]();
  }

  /** So many octets; fewer where the stream ends before. */
  async take(count: number): Promise<Buffer> {
    while (this.length < count) {
      const { done, value } = await this.reading.next();
      if (done) break;
      this.pieces.push(value);
      this.length += value.length;
    }
    const taken: Uint8Array[] = [];
    let left = Math.min(count, this.length);
    this.length -= left;
    let used = 0;
    for (; left > 0; used++) {
      const piece = this.pieces[used];
      if (piece.length > left) {
        taken.push(piece.subarray(0, left));
        this.pieces[used] = piece.subarray(left);
        break;
      }
      taken.push(piece);
      left -= piece.length;
    }
    this.pieces = this.pieces.slice(used);
    return taken.length === 1
      ? Buffer.from(taken[0].buffer, taken[0].byteOffset, taken[0].length)
      : Buffer.concat(taken);
  }
}
