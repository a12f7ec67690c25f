import { ColumnRow, recordOf, type TableColumn, viewsOf } from '../columns/index.js';

/** Keys of rows, the same for equal ones. */
export interface RowKeys {
  /** Whole numbers below 2^53. */
  readonly keys: Float64Array;
  /** 1 where part of the row is compared by identity instead of content: such keys last as long as the process. */
  readonly opaque: Uint8Array;
}

/** Values of one row that are read; later ones are compared by identity. */
const VALUES = 2 ** 18;
/**
 * Words of a string or of bytes, and elements of an array, up to which all are read; of longer ones, that many are
 * read.
 */
const WHOLE = 2 ** 18;
/** Objects within objects. */
const DEPTH = 100;
/**
 * Values with at least this many values inside are remembered while a set of rows is read: rows may
 * share them.
 */
const WORTH = 64;
/** Names of properties whose hashes are kept: rows that have others each are no tables. */
const NAMES = 4_096;

/**
 * Texts and comments in a source, where a '#' is no private name: `'#fff'`. If this matches too
 * much, rows count as equal.
 */
const TEXTS = /\/\/.*|\/\*[\s\S]*?\*\/|(["'])(?:\\[\s\S]|(?!\1)[^\\\n])*\1|`(?:\\[\s\S]|[^\\`])*`/g;

enum Tag {
  String = 1,
  Number,
  BigInt,
  True,
  False,
  Undefined,
  Null,
  Opaque,
  Above,
  Array,
  Bytes,
  Date,
  Map,
  Set,
  RegExp,
  Json,
  Object,
}

/**
 * Gives rows keys by their content, so that equal rows are found before anything is computed for
 * them: text, numbers (NaN equals itself, and -0 equals 0), dates, typed arrays, arrays, maps, sets
 * and objects in one another, in any order of entries, members and properties; a property that is
 * undefined counts as absent. Objects of classes are read by their own properties, or by the result
 * of `toJSON`. Rows of `tableRows` are read as plain objects with their columns, column by column.
 *
 * Values that can't be read are compared by identity: functions, symbols, objects that have no
 * properties or hide state in private fields, and values deeper than 100 levels or beyond 262,144
 * values of a row. Of longer texts and arrays 262,144 places are read, spread evenly: rows that
 * differ nowhere there count as equal. Reading a row costs about as much as a feature that reads
 * all of it once.
 *
 * Keys are hashes: of a million different rows, two get the same one with a chance of about 1 in 20,000.
 *
 * @example
 * const { keys } = new RowReader().keysOf([{ text: 'a' }, { text: 'a' }]); // keys[0] === keys[1]
 */
export class RowReader {
  private readonly identities = new WeakMap<WeakKey, number>();
  private readonly symbols = new Map<symbol, number>();
  private readonly classes = new WeakMap<object, boolean>();
  private named = 0;

  keysOf(rows: readonly unknown[]): RowKeys {
    const keys = new Float64Array(rows.length);
    const opaque = new Uint8Array(rows.length);
    const reading = new Reading(
      (value) => this.identityOf(value),
      (prototype) => this.hides(prototype),
    );
    const views = viewsOf(rows);
    if (views) reading.keysOfViews(views.table.readable(), views.positions.rows, keys, opaque);
    else {
      for (let row = 0; row < rows.length; row++) {
        keys[row] = reading.keyOf(rows[row]);
        opaque[row] = Number(reading.opaque);
      }
    }
    return { keys, opaque };
  }

  private identityOf(value: unknown): number {
    if (typeof value === 'symbol') {
      const known = this.symbols.get(value) ?? ++this.named;
      this.symbols.set(value, known);
      return known;
    }
    if (typeof value !== 'object' && typeof value !== 'function') return 0;
    if (value === null) return 0;
    const known = this.identities.get(value) ?? ++this.named;
    this.identities.set(value, known);
    return known;
  }

  /** Whether objects of a class have state that only the class can read, as far as its source shows. */
  private hides(prototype: object | null): boolean {
    if (prototype === null || prototype === Object.prototype) return false;
    const known = this.classes.get(prototype);
    if (known !== undefined) return known;
    const { constructor: made } = prototype;
    const source = typeof made === 'function' ? Function.prototype.toString.call(made) : '';
    const hidden =
      /#[\p{ID_Start}$_]/u.test(source.replace(TEXTS, '')) || this.hides(Object.getPrototypeOf(prototype));
    this.classes.set(prototype, hidden);
    return hidden;
  }
}

/** Two words of a running hash. */
interface Hash {
  readonly low: number;
  readonly high: number;
}

interface Remembered extends Hash {
  readonly values: number;
  readonly opaque: boolean;
}

/**
 * The reading of one set of rows. It keeps a running hash of two words; an object's content is
 * hashed separately and added.
 */
class Reading {
  opaque = false;
  private readonly float = new DataView(new ArrayBuffer(8));
  private low = 0;
  private high = 0;
  private values = 0;
  /** Objects that are being read, outermost first, and the outermost of them that something inside refers back to. */
  private readonly above: object[] = [];
  private back = 0;
  private readonly remembered = new Map<object, Remembered>();
  private readonly names = new Map<string, Hash>();

  constructor(
    private readonly identityOf: (value: unknown) => number,
    private readonly hides: (prototype: object | null) => boolean,
  ) {}

  keyOf(row: unknown): number {
    this.opaque = false;
    this.values = 0;
    this.begin();
    this.read(row);
    return this.key();
  }

  private key(): number {
    return (finish(this.high ^ this.low) >>> 11) * 2 ** 32 + (finish(this.low + this.high) >>> 0);
  }

  /** What {@link keyOf} gives for plain objects with these columns: sums over columns, which are read one by one. */
  keysOfViews(
    columns: readonly TableColumn[],
    rows: Int32Array,
    keys: Float64Array,
    opaque: Uint8Array,
  ): void {
    const lows = new Int32Array(rows.length);
    const highs = new Int32Array(rows.length);
    for (const column of columns) {
      const named = this.named(column.name);
      for (let i = 0; i < rows.length; i++) {
        this.opaque = false;
        this.values = 0;
        this.low = named.low;
        this.high = named.high;
        this.read(column.content(rows[i]));
        lows[i] += finish(this.low);
        highs[i] += finish(this.high);
        if (this.opaque) opaque[i] = 1;
      }
    }
    for (let i = 0; i < rows.length; i++) {
      this.begin();
      this.add(Tag.Object);
      this.add(lows[i]);
      this.add(highs[i]);
      const [low, high] = [finish(this.low), finish(this.high)];
      this.begin();
      this.add(low);
      this.add(high);
      keys[i] = this.key();
    }
  }

  private begin(): void {
    this.low = 0x811c9dc5 | 0;
    this.high = 0x9e3779b9 | 0;
  }

  private add(word: number): void {
    this.low = Math.imul(this.low ^ word, 0x01000193);
    this.low ^= this.low >>> 15;
    this.high = Math.imul(this.high ^ word, 0x85ebca6b);
    this.high ^= this.high >>> 13;
  }

  private read(value: unknown): void {
    this.values++;
    if (typeof value === 'string') {
      this.add(Tag.String);
      this.text(value);
    } else if (typeof value === 'number') {
      this.add(Tag.Number);
      this.number(value);
    } else if (typeof value === 'bigint') {
      this.add(Tag.BigInt);
      this.text(value.toString(36));
    } else if (typeof value === 'boolean') this.add(value ? Tag.True : Tag.False);
    else if (value === undefined) this.add(Tag.Undefined);
    else if (value === null) this.add(Tag.Null);
    else if (typeof value === 'object') this.object(value);
    else this.identity(value);
  }

  private text(value: string): void {
    this.add(value.length);
    places(value.length / 2, (i) => {
      this.add(value.charCodeAt(2 * i) | (value.charCodeAt(2 * i + 1) << 16));
    });
  }

  private number(value: number): void {
    // One zero, and one NaN: engines keep the bits of others.
    if (Number.isNaN(value)) {
      this.add(0x7ff80000);
      this.add(0);
      return;
    }
    this.float.setFloat64(0, value === 0 ? 0 : value);
    this.add(this.float.getInt32(0));
    this.add(this.float.getInt32(4));
  }

  private identity(value: unknown): void {
    this.opaque = true;
    this.add(Tag.Opaque);
    this.add(this.identityOf(value));
  }

  private object(value: object): void {
    const known = this.remembered.get(value);
    if (known !== undefined) {
      this.add(known.low);
      this.add(known.high);
      this.values += known.values;
      this.opaque ||= known.opaque;
      return;
    }
    const at = this.above.indexOf(value);
    if (at >= 0) {
      this.back = Math.min(this.back, at);
      this.add(Tag.Above);
      this.add(this.above.length - at);
      return;
    }
    if (this.values > VALUES || this.above.length >= DEPTH) {
      this.identity(value);
      return;
    }
    const outer = { low: this.low, high: this.high, back: this.back, opaque: this.opaque };
    const before = this.values;
    this.begin();
    this.back = this.above.length;
    this.opaque = false;
    this.above.push(value);
    try {
      this.inside(value);
    } catch {
      // A property that throws when it is read, or a proxy that has been revoked.
      this.identity(value);
    }
    this.above.pop();
    const [low, high] = [finish(this.low), finish(this.high)];
    const values = this.values - before;
    // A value that refers to an ancestor reads differently elsewhere, so it isn't remembered.
    if (values >= WORTH && this.back >= this.above.length) {
      this.remembered.set(value, { low, high, values, opaque: this.opaque });
    }
    this.low = outer.low;
    this.high = outer.high;
    this.back = Math.min(this.back, outer.back);
    this.opaque ||= outer.opaque;
    this.add(low);
    this.add(high);
  }

  private inside(value: object): void {
    if (Array.isArray(value)) {
      this.add(Tag.Array);
      this.add(value.length);
      places(value.length, (i) => this.read(value[i]));
    } else if (ArrayBuffer.isView(value)) {
      this.bytes(value.constructor.name, value.buffer, value.byteOffset, value.byteLength);
    } else if (value instanceof ArrayBuffer) {
      this.bytes('ArrayBuffer', value, 0, value.byteLength);
    } else if (value instanceof Date) {
      this.add(Tag.Date);
      this.number(value.getTime());
    } else if (value instanceof Map || value instanceof Set) {
      this.add(value instanceof Map ? Tag.Map : Tag.Set);
      this.add(value.size);
      this.unordered(value, (item) => this.read(item));
    } else if (value instanceof RegExp) {
      this.add(Tag.RegExp);
      this.text(String(value));
    } else if (ColumnRow.isRow(value)) {
      const record = recordOf(value);
      this.properties(record, Object.keys(record));
    } else this.ofClass(value);
  }

  private ofClass(value: object): void {
    const prototype: object | null = Object.getPrototypeOf(value);
    const isPlain = prototype === null || prototype === Object.prototype;
    const keys = Object.keys(value);
    if (!isPlain && 'toJSON' in value && typeof value.toJSON === 'function') {
      this.add(Tag.Json);
      this.read(value.toJSON());
    } else if (!isPlain && (keys.length === 0 || this.hides(prototype))) this.identity(value);
    else this.properties(value, keys);
  }

  private bytes(kind: string, buffer: ArrayBufferLike, from: number, length: number): void {
    this.add(Tag.Bytes);
    this.text(kind === 'Buffer' ? 'Uint8Array' : kind);
    this.add(length);
    const view = new DataView(buffer, from, length);
    this.values += Math.min(WHOLE, length >> 2);
    places(length >> 2, (i) => this.add(view.getInt32(4 * i, true)));
    for (let i = length & ~3; i < length; i++) this.add(view.getUint8(i));
  }

  private properties(value: object, keys: readonly string[]): void {
    this.add(Tag.Object);
    const { low: outerLow, high: outerHigh } = this;
    let [low, high] = [0, 0];
    // As `unordered` does, without a closure and a copy for each row.
    for (const key of keys) {
      const item = memberOf(value, key);
      if (item === undefined) continue;
      const named = this.named(key);
      this.low = named.low;
      this.high = named.high;
      this.read(item);
      low = (low + finish(this.low)) | 0;
      high = (high + finish(this.high)) | 0;
    }
    this.low = outerLow;
    this.high = outerHigh;
    this.add(low);
    this.add(high);
  }

  /** The hash of a property's name, before its value is read. Rows mostly have the same names. */
  private named(key: string): Hash {
    const known = this.names.get(key);
    if (known !== undefined) return known;
    this.begin();
    this.text(key);
    const hash = { low: this.low, high: this.high };
    if (this.names.size < NAMES) this.names.set(key, hash);
    return hash;
  }

  /**
   * Hashes each item separately and adds the sum of the hashes, so that the order of the items
   * doesn't matter.
   */
  private unordered<Item>(items: Iterable<Item>, read: (item: Item) => void): void {
    const outer = [this.low, this.high];
    let [low, high] = [0, 0];
    for (const item of items) {
      this.begin();
      read(item);
      low = (low + finish(this.low)) | 0;
      high = (high + finish(this.high)) | 0;
    }
    [this.low, this.high] = outer;
    this.add(low);
    this.add(high);
  }
}

/** Every place of a few, and as many of more, spread evenly with both ends. */
function places(length: number, visit: (place: number) => void): void {
  const all = Math.ceil(length);
  const count = Math.min(all, WHOLE);
  if (count === all) for (let i = 0; i < all; i++) visit(i);
  else for (let i = 0; i < count; i++) visit(Math.floor((i * (all - 1)) / (count - 1)));
}

/** The avalanche step of MurmurHash3: every bit of `h` moves every bit of the result. */
function finish(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function memberOf(value: object, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

/** Any object has members of unknown types. */
function isRecord(value: object): value is Readonly<Record<string, unknown>> {
  return value !== null;
}
