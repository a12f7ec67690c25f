import type { BatchMemory } from './memory.js';

/** Columns of answers, as memory of a record batch. Each has a row's value, or null where that is missing. */

/** Most texts of a column are few ones again and again: each is encoded once. A lone surrogate becomes U+FFFD. */
export function addTexts(memory: BatchMemory, values: readonly (string | null)[]): void {
  addValidity(memory, values);
  const [first = null] = values;
  if (values.every((value) => value === first)) addSame(memory, first ?? '');
  else addSeveral(memory, values);
}

function addSame(memory: BatchMemory, value: string): void {
  const bytes = Buffer.from(value);
  const { length } = memory;
  checkLength(length * bytes.length);
  memory.buffer(octetsOf(evenly(length, bytes.length)));
  memory.buffer(bytes.length === 0 ? NONE : Buffer.alloc(length * bytes.length, bytes));
}

/** Offsets of elements of one width. */
function evenly(length: number, width: number): Int32Array {
  const offsets = new Int32Array(length + 1);
  for (let i = 1; i <= length; i++) offsets[i] = i * width;
  return offsets;
}

function addSeveral(memory: BatchMemory, values: readonly (string | null)[]): void {
  const offsets = new Int32Array(values.length + 1);
  const encoded = new Map<string | null, Uint8Array>();
  let octets: Uint8Array = new Uint8Array(values.length * SHORT);
  let last: string | null = null;
  let bytes: Uint8Array = NONE;
  let end = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== last) {
      last = value;
      bytes = encoded.get(value) ?? Buffer.from(value ?? '');
      encoded.set(value, bytes);
    }
    const begin = end;
    end += bytes.length;
    checkLength(end);
    if (end > octets.length) octets = longer(octets, end);
    if (bytes.length > SHORT) octets.set(bytes, begin);
    else for (let b = 0; b < bytes.length; b++) octets[begin + b] = bytes[b];
    offsets[i + 1] = end;
  }
  memory.buffer(octetsOf(offsets));
  memory.buffer(octets.subarray(0, end));
}

/** Octets of most texts: to copy as few one by one is faster. */
const SHORT = 16;
/** What offsets of 32 bits reach. */
const LONGEST = 2 ** 31 - 1;

function checkLength(octets: number): void {
  if (octets > LONGEST)
    throw new RangeError(`the texts of a column have ${octets} octets and more: read smaller batches`);
}

/** The same with more room. */
function longer(octets: Uint8Array, least: number): Uint8Array {
  const more = new Uint8Array(Math.min(2 * least, LONGEST));
  more.set(octets);
  return more;
}

export function addNumbers(memory: BatchMemory, values: readonly (number | null)[]): void {
  addValidity(memory, values);
  memory.buffer(octetsOf(Float64Array.from(values, (value) => value ?? 0)));
}

export function addWholes(memory: BatchMemory, values: readonly (number | bigint | null)[]): void {
  addValidity(memory, values);
  memory.buffer(octetsOf(BigInt64Array.from(values, (value) => BigInt(value ?? 0))));
}

export function addFlags(memory: BatchMemory, values: readonly (boolean | null)[]): void {
  addValidity(memory, values);
  memory.buffer(bitmap(values, (value) => value === true));
}

/** @param missing whether a row has none */
export function addBytes(
  memory: BatchMemory,
  values: Uint8Array,
  missing: readonly unknown[] | undefined,
): void {
  addValidity(memory, missing === undefined ? values : nullsOf(missing));
  memory.buffer(values);
}

/** Lists of as many numbers in each row. */
export function addLists(
  memory: BatchMemory,
  values: Float64Array,
  missing: readonly unknown[] | undefined,
): void {
  const rows = memory.length;
  const width = rows === 0 ? 0 : values.length / rows;
  addValidity(memory, missing === undefined ? { length: rows } : nullsOf(missing));
  memory.buffer(octetsOf(evenly(rows, width)));
  memory.node(values.length, 0);
  memory.buffer(NONE);
  memory.buffer(octetsOf(values));
}

const NONE = new Uint8Array(0);

/** A row with an error has nothing else. */
function nullsOf(errors: readonly unknown[]): readonly (true | null)[] {
  return errors.map((error) => (error === null ? true : null));
}

function addValidity(memory: BatchMemory, values: ArrayLike<unknown>): void {
  let nulls = 0;
  if (!(values instanceof Uint8Array))
    for (let i = 0; i < values.length; i++) if (values[i] === null) nulls++;
  memory.node(values.length, nulls);
  memory.buffer(nulls === 0 ? NONE : bitmap(values, (value) => value !== null));
}

function bitmap<T>(values: ArrayLike<T>, is: (value: T) => boolean): Uint8Array {
  const bits = new Uint8Array((values.length + 7) >> 3);
  for (let i = 0; i < values.length; i++) if (is(values[i])) bits[i >> 3] |= 1 << (i & 7);
  return bits;
}

function octetsOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
