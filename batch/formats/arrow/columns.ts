import type { BatchMemory } from './memory.js';

/** Columns of answers, as memory of a record batch. Each has a row's value, or null where that is missing. */

/** Most texts of a column are few ones again and again. */
export function addTexts(memory: BatchMemory, values: readonly (string | null)[]): void {
  addValidity(memory, values);
  const offsets = new Int32Array(values.length + 1);
  const octets = new Map<string | null, number>([[null, 0]]);
  let isOne = true;
  let last: string | null = null;
  let length = 0;
  let end = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== last) {
      isOne &&= i === 0;
      last = value;
      length = octets.get(value) ?? Buffer.byteLength(value ?? '');
      octets.set(value, length);
    }
    end += length;
    offsets[i + 1] = end;
  }
  if (end > LONGEST) throw new RangeError(`the texts of a column have ${end} octets: read smaller batches`);
  memory.buffer(octetsOf(offsets));
  memory.buffer(isOne ? Buffer.alloc(end, last ?? '') : Buffer.from(values.join('')));
}

/** What offsets of 32 bits reach. */
const LONGEST = 2 ** 31 - 1;

export function addNumbers(memory: BatchMemory, values: readonly (number | null)[]): void {
  addValidity(memory, values);
  memory.buffer(octetsOf(Float64Array.from(values, (value) => value ?? 0)));
}

export function addWholes(memory: BatchMemory, values: readonly (number | null)[]): void {
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
  memory.buffer(octetsOf(Int32Array.from({ length: rows + 1 }, (_, i) => i * width)));
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
