import { DataError } from '../../../lib/errors.js';
import { DEEPEST } from '../../../lib/util/depth.js';
import { errorText } from '../../../lib/util/errorText.js';
import { member } from '../../../lib/util/member.js';

/** Prototypes of objects that arrive as they were, whose own fields aren't looked at. */
const COPIED: ReadonlySet<unknown> = new Set(
  [
    Date,
    RegExp,
    ArrayBuffer,
    SharedArrayBuffer,
    DataView,
    Float32Array,
    Float64Array,
    Int8Array,
    Int16Array,
    Int32Array,
    Uint8Array,
    Uint8ClampedArray,
    Uint16Array,
    Uint32Array,
    BigInt64Array,
    BigUint64Array,
  ].map(({ prototype }) => prototype),
);

/** Refuses rows that would lose their methods on the way, and so get other answers. @throws DataError */
export function checkSent(rows: readonly unknown[]): void {
  for (const [at, row] of rows.entries()) {
    const why = lossOf(row, '');
    if (why !== undefined) throw cannotSend(at, why);
  }
}

/** @returns the DataError of the first row that can't be copied; undefined if all can be */
export function uncopied(rows: readonly unknown[]): DataError | undefined {
  for (const [at, row] of rows.entries()) {
    try {
      structuredClone(row);
    } catch (error) {
      return cannotSend(at, errorText(error), { cause: error });
    }
  }
  return undefined;
}

function cannotSend(at: number, why: string, options?: ErrorOptions): DataError {
  return new DataError(
    `row ${at} can't be sent to a thread: ${why}. Pass plain data that structuredClone() copies`,
    options,
  );
}

/**
 * What a value would lose on the way.
 *
 * @param path of the value in its row; '' is the row
 * @param level of the value in its row; 0 is the row
 * @param seen objects of the row that were looked at: one may refer to itself. Most rows are flat, and need none
 */
function lossOf(value: unknown, path: string, level = 0, seen?: Set<unknown>): string | undefined {
  if (!canLose(value)) return undefined;
  if (level > DEEPEST) return `it is nested deeper than ${DEEPEST} levels`;
  const what = path === '' ? 'it' : `'${path}'`;
  if (typeof value === 'function') return `${what} is a function`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (COPIED.has(prototype) || seen?.has(value)) return undefined;
  if (Buffer.isBuffer(value)) {
    return `${what} is a Buffer, which arrives as a Uint8Array: pass new Uint8Array(buffer), and read it as such`;
  }
  const held = heldBy(value, prototype);
  if (held === undefined) {
    const name = member(member(value, 'constructor'), 'name');
    return `${what} is of class ${name}, whose methods and accessors threads lack`;
  }
  if (!Object.values(held).some(canLose)) return undefined;
  const all = (seen ?? new Set()).add(value);
  for (const [key, inner] of Object.entries(held)) {
    const why = lossOf(inner, path === '' ? key : `${path}.${key}`, level + 1, all);
    if (why !== undefined) return why;
  }
  return undefined;
}

function canLose(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** What a collection or plain object holds; undefined for other objects. */
function heldBy(value: object, prototype: unknown): object | undefined {
  if (prototype === Map.prototype && value instanceof Map) return [...value.keys(), ...value.values()];
  if (prototype === Set.prototype && value instanceof Set) return [...value];
  // The prototype of all objects, of any realm, alone has this.
  const isPlain = prototype === null || Object.hasOwn(Object(prototype), 'isPrototypeOf');
  return isPlain || prototype === Array.prototype ? value : undefined;
}
