import type { NodeFields } from '../node.js';
import { toDense, type Values } from '../values.js';

/** A category, or what an imputer fills in, as Python's dictionaries tell them apart: True is 1, None isn't NaN. */
export type PythonKey = string | number | null;

const [TEXT, NUMBER, NONE, NAN] = [0, 1, 2, 3];

/** Values that Python's `put_keys` wrote: the kind of each, and its text or number. */
export function readKeys(node: NodeFields, name: string, length?: number): PythonKey[] {
  const kinds = node.tensor(`${name}.kinds`, Uint8Array, length);
  const numbers = node.tensor(`${name}.numbers`, Float64Array);
  const texts = node.texts(name);
  let [number, text] = [0, 0];
  const keys = Array.from(kinds, (kind): PythonKey => {
    if (kind === NONE) return null;
    if (kind === NAN) return Number.NaN;
    const key = kind === TEXT ? texts[text++] : kind === NUMBER ? numbers[number++] : undefined;
    if (key === undefined) throw node.damaged(`fewer ${name} than it says`);
    return key;
  });
  return keys;
}

/** A value of a row as Python's dictionaries see it: what they take for equal is one key. */
export function pythonKey(value: unknown): unknown {
  switch (typeof value) {
    case 'boolean':
      return Number(value);
    case 'bigint':
      return BigInt(Number(value)) === value ? Number(value) : value;
    default:
      return value ?? null;
  }
}

/** Values as they are in rows, or as numbers. */
export function cellsIn(given: Values): ArrayLike<unknown> {
  return given.kind === 'raw' ? given.values : toDense(given).values;
}
