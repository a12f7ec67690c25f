/** Kinds of messages, as their header says. */
export type MessageKind = 'schema' | 'dictionary' | 'batch';

/** What a message's description says of it. */
export interface MessageOutline {
  readonly kind: MessageKind;
  /** Of a record batch. */
  readonly rows: number;
  /** Octets of the body. */
  readonly body: number;
}

const KINDS: Readonly<Record<number, MessageKind>> = { 1: 'schema', 2: 'dictionary', 3: 'batch' };
/** Fields of a schema, with those within fields; and how deep they may be. */
const MOST_FIELDS = 100_000;
const DEEPEST = 64;
/** Types that have one field: List, FixedSizeList, Map and LargeList. */
const LISTS: ReadonlySet<number> = new Set([12, 16, 17, 21]);

/**
 * Reads the outline of a message's description, a flatbuffer, and proves that its vectors lie in it: a reader that
 * believes a count of 2^32 would fill all memory.
 * Format: https://github.com/apache/arrow/blob/main/format/Message.fbs
 *
 * @throws RangeError for what is none
 */
export function messageOutline(bytes: Buffer): MessageOutline {
  const flat = new Flat(bytes);
  const message = flat.root();
  const kind = KINDS[flat.octet(message, 1)];
  if (kind === undefined) throw new RangeError('a message of no known kind');
  const body = flat.long(message, 3);
  const header = flat.table(message, 2);
  if (header === undefined) throw new RangeError('a message without a header');
  let rows = 0;
  if (kind === 'schema') {
    if (flat.octet(header, 0) !== 0)
      throw new RangeError('numbers are big-endian, which no machine here reads');
    flat.vector(header, 2, 4);
    flat.fields(header, 1);
  } else {
    const batch = kind === 'batch' ? header : flat.table(header, 1);
    if (batch === undefined) throw new RangeError('a dictionary without values');
    const length = flat.long(batch, 0);
    if (kind === 'batch') rows = length;
    flat.vector(batch, 1, 16);
    flat.vector(batch, 2, 16);
    flat.vector(batch, 4, 8);
  }
  flat.vector(message, 4, 4);
  return { kind, rows, body };
}

/** Tables, vectors and numbers of a flatbuffer. Reading outside it is a RangeError of Node's. */
class Flat {
  private seen = 0;

  constructor(private readonly bytes: Buffer) {}

  root(): number {
    return this.bytes.readUInt32LE(0);
  }

  octet(table: number, slot: number): number {
    const at = this.slot(table, slot);
    return at === undefined ? 0 : this.bytes.readUInt8(at);
  }

  /** A length of 64 bits. */
  long(table: number, slot: number): number {
    const at = this.slot(table, slot);
    const value = at === undefined ? 0 : Number(this.bytes.readBigInt64LE(at));
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new RangeError(`a length of ${value}`);
  }

  table(table: number, slot: number): number | undefined {
    const at = this.slot(table, slot);
    return at === undefined ? undefined : at + this.bytes.readUInt32LE(at);
  }

  /** @returns where the elements begin, and how many they are */
  vector(table: number, slot: number, size: number): { readonly start: number; readonly length: number } {
    const at = this.table(table, slot);
    if (at === undefined) return { start: 0, length: 0 };
    const length = this.bytes.readUInt32LE(at);
    const start = at + 4;
    if (start + length * size > this.bytes.length)
      throw new RangeError(`${length} elements, more than there are`);
    return { start, length };
  }

  /**
   * Fields, and those within them: each vector is short enough, and all together are; each has a type.
   *
   * @returns how many they are, without those within
   */
  fields(table: number, slot: number, depth = 0): number {
    const { start, length } = this.vector(table, slot, 4);
    this.seen += length;
    if (this.seen > MOST_FIELDS || depth > DEEPEST)
      throw new RangeError('more fields than a schema can have');
    for (let i = 0; i < length; i++) {
      const at = start + 4 * i;
      const field = at + this.bytes.readUInt32LE(at);
      const type = this.octet(field, 2);
      if (type === 0 || this.table(field, 3) === undefined) throw new RangeError('a field without a type');
      this.vector(field, 6, 4);
      const within = this.fields(field, 5, depth + 1);
      if (LISTS.has(type) && within !== 1) throw new RangeError('a list whose items have no type');
    }
    return length;
  }

  private slot(table: number, slot: number): number | undefined {
    const vtable = table - this.bytes.readInt32LE(table);
    const entry = 4 + 2 * slot;
    const offset = entry < this.bytes.readUInt16LE(vtable) ? this.bytes.readUInt16LE(vtable + entry) : 0;
    return offset === 0 ? undefined : table + offset;
  }
}
