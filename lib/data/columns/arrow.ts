import { TableError } from '../../errors.js';
import { member } from '../../util/member.js';
import { isNumberArray } from './arrays.js';
import { type Chunk, type ChunkPlace, EmptyChunk, TABLE, Validity } from './chunk.js';
import { ChunkedColumn } from './column.js';
import { DecimalChunk } from './decimals.js';
import { DictionaryChunk, DictionaryEntries } from './dictionary.js';
import { InstantChunk, ofDays, ofWide } from './instants.js';
import { BoolChunk, HalfChunk, NumberChunk, WideChunk } from './numbers.js';
import { TextChunk, TextViewChunk } from './texts.js';
import { type ArrowType, arrowType, isNumeric, isRead, Kind } from './types.js';
import { unreadType } from './unread.js';

/** Of seconds, milliseconds, microseconds and nanoseconds. */
const PER_MILLISECOND = [0.001, 1, 1_000, 1_000_000];

/**
 * A column of an Arrow table, by its structure: apache-arrow's `Vector`, or flechette's `Column`.
 *
 * @param length that of its table
 * @throws TableError for a type that isn't read, and for memory that holds less than it should
 */
export function arrowColumn(name: string, vector: unknown, length: number): ChunkedColumn {
  const column = chunked(name, vector, true);
  if (column.length === length) return column;
  throw damaged(name, `${column.length} values in a table of ${length} rows`);
}

/** @param isTable whether the values are those of rows; else they are entries of a dictionary */
function chunked(name: string, vector: unknown, isTable: boolean): ChunkedColumn {
  const type = arrowType(member(vector, 'type'));
  if (!isRead(type)) throw unreadType(name, type.name);
  const all = member(vector, 'data');
  if (!Array.isArray(all)) throw damaged(name, 'no chunks of values');
  const dictionaries = new Map<unknown, DictionaryEntries>();
  const entriesOf = (dictionary: unknown) => {
    const entries = dictionaries.get(dictionary) ?? new DictionaryEntries(chunked(name, dictionary, false));
    dictionaries.set(dictionary, entries);
    return entries;
  };
  let first = 0;
  const chunks = all.map((data: unknown) => {
    const memory = new Memory(name, data);
    const chunk = chunkOf(type, memory, { column: name, first: isTable ? first : undefined }, entriesOf);
    first += memory.length;
    return chunk;
  });
  return new ChunkedColumn(name, type.name, chunks);
}

function chunkOf(
  type: ArrowType,
  memory: Memory,
  place: ChunkPlace,
  entriesOf: (dictionary: unknown) => DictionaryEntries,
): Chunk {
  const { length, validity, offset } = memory;
  switch (type.kind) {
    case Kind.Null:
      return new EmptyChunk(length, place);
    case Kind.Int:
      if (type.bitWidth === 64) return new WideChunk(length, place, validity, memory.wide());
      return new NumberChunk(length, place, validity, memory.numbers());
    case Kind.Float:
      if (type.bitWidth === 16) return new HalfChunk(length, place, validity, memory.numbers());
      return new NumberChunk(length, place, validity, memory.numbers());
    case Kind.Bool:
      return new BoolChunk(length, place, validity, memory.bytes(Math.ceil((offset + length) / 8)), offset);
    case Kind.Decimal: {
      const values = memory.words(type.bitWidth / 32);
      return new DecimalChunk(length, place, validity, values, type.bitWidth, type.scale);
    }
    case Kind.Date: {
      const of = type.unit === 0 ? ofDays(memory.numbers()) : ofWide(memory.wide(), 1);
      return new InstantChunk(length, place, validity, of);
    }
    case Kind.Timestamp:
      return new InstantChunk(length, place, validity, ofWide(memory.wide(), PER_MILLISECOND[type.unit]));
    case Kind.Utf8:
    case Kind.LargeUtf8:
      return new TextChunk(length, place, validity, memory.bytes(0), memory.offsets());
    case Kind.Utf8View:
      return new TextViewChunk(length, place, validity, memory.bytes(16 * length), memory.buffers());
    case Kind.Dictionary: {
      const missing = isNumeric(type) ? Number.NaN : null;
      const entries = entriesOf(member(memory.data, 'dictionary'));
      return new DictionaryChunk(length, place, validity, missing, memory.indices(), entries);
    }
    default:
      throw damaged(place.column, `the type ${type.name}`);
  }
}

/** What one chunk lies in: apache-arrow's `Data`, or flechette's `Batch`. What is too short for its values is refused. */
class Memory {
  readonly length: number;
  /** Bits of bitmaps before those of the first value. Other memory begins with it. */
  readonly offset: number;
  private readonly values: unknown;

  constructor(
    private readonly name: string,
    readonly data: unknown,
  ) {
    this.length = Number(member(data, 'length'));
    this.offset = Number(member(data, 'offset') ?? 0);
    this.values = member(data, 'values');
    if (!Number.isSafeInteger(this.length) || this.length < 0) throw damaged(name, 'no length');
  }

  get validity(): Validity | undefined {
    const { data, length, offset } = this;
    const bitmap = member(data, 'nullBitmap') ?? member(data, 'validity');
    if (member(data, 'nullCount') === 0 || !(bitmap instanceof Uint8Array) || bitmap.length === 0)
      return undefined;
    return new Validity(this.atLeast(bitmap, Math.ceil((offset + length) / 8)), offset);
  }

  numbers() {
    const { values } = this;
    if (isNumberArray(values)) return this.atLeast(values, this.length);
    throw this.lacks('numbers');
  }

  wide() {
    const { values } = this;
    if (values instanceof BigInt64Array || values instanceof BigUint64Array)
      return this.atLeast(values, this.length);
    throw this.lacks('numbers of 64 bits');
  }

  /** Numbers of so many words of 32 bits. */
  words(width: number): ArrayBufferView {
    const { values } = this;
    if (ArrayBuffer.isView(values) && values.byteLength >= 4 * width * this.length) return values;
    throw this.lacks('decimals');
  }

  bytes(least: number) {
    const { values } = this;
    if (values instanceof Uint8Array) return this.atLeast(values, least);
    // What holds no byte may have been left out.
    if (least === 0 && (values === undefined || values === null)) return new Uint8Array(0);
    throw this.lacks('bytes');
  }

  offsets() {
    const offsets = member(this.data, 'valueOffsets') ?? member(this.data, 'offsets');
    if (
      offsets instanceof Int32Array ||
      offsets instanceof Float64Array ||
      offsets instanceof BigInt64Array ||
      offsets instanceof BigUint64Array
    )
      return this.atLeast(offsets, this.length === 0 ? 0 : this.length + 1);
    throw this.lacks('offsets');
  }

  /** Those that views of long texts point into. */
  buffers(): readonly Uint8Array[] {
    const buffers = member(this.data, 'variadicBuffers') ?? member(this.data, 'data');
    return Array.isArray(buffers) ? buffers.filter((buffer) => buffer instanceof Uint8Array) : [];
  }

  indices() {
    return isNumberArray(this.values) ? this.numbers() : this.wide();
  }

  private atLeast<Values extends ArrayLike<unknown>>(values: Values, least: number): Values {
    if (values.length >= least) return values;
    throw damaged(this.name, `${values.length} elements in memory where ${least} are needed`);
  }

  private lacks(what: string): TableError {
    return damaged(this.name, `no ${what} in memory`);
  }
}

function damaged(name: string, what: string): TableError {
  return new TableError(TABLE, name, undefined, `is damaged: it has ${what}`);
}
