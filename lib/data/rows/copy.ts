import { ColumnRow, recordOf } from '../columns/index.js';

/**
 * A deep copy of a row: arrays, dates, maps, sets, typed arrays and objects, those of classes with
 * their prototypes; rows of `tableRows` become plain objects. Values that can't be copied (functions,
 * private state, exotic objects) are shared, or missing.
 *
 * @example
 * copyOf({ items: [2, 1] }); // another object with another array
 */
export function copyOf<Value>(value: Value): Value;
export function copyOf(value: unknown): unknown {
  return copied(value, new Map());
}

function copied(value: unknown, known: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  const keep = <Copy>(copy: Copy): Copy => {
    known.set(value, copy);
    return copy;
  };
  if (Array.isArray(value)) {
    const copy: unknown[] = keep([]);
    for (const item of value) copy.push(copied(item, known));
    return copy;
  }
  if (ArrayBuffer.isView(value)) return keep(viewOf(value));
  if (value instanceof Date || value instanceof RegExp || value instanceof ArrayBuffer)
    return keep(structuredClone(value));
  if (value instanceof Map) {
    const copy: Map<unknown, unknown> = keep(new Map());
    for (const [key, item] of value) copy.set(copied(key, known), copied(item, known));
    return copy;
  }
  if (value instanceof Set) {
    const copy: Set<unknown> = keep(new Set());
    for (const item of value) copy.add(copied(item, known));
    return copy;
  }
  if (ColumnRow.isRow(value)) return keep(copied(recordOf<object>(value), known));
  const copy: object = keep(Object.create(Object.getPrototypeOf(value)));
  for (const [name, member] of Object.entries(value)) {
    const own = { value: copied(member, known), configurable: true, enumerable: true, writable: true };
    Object.defineProperty(copy, name, own);
  }
  return copy;
}

/** The same numbers in memory of their own. */
function viewOf(value: ArrayBufferView): unknown {
  const { buffer, byteOffset, byteLength } = value;
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
  // Node's Buffer is a Uint8Array whose constructor isn't to be called.
  return value instanceof Uint8Array
    ? Object.setPrototypeOf(new Uint8Array(bytes), Object.getPrototypeOf(value))
    : Reflect.construct(value.constructor, [bytes]);
}
