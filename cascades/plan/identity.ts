import { recordOf } from '#records';
import { sha256 } from '#sha256';
import { textDigest } from '../../lib/util/digest.js';
import { isPlainObject } from '../../lib/util/isPlainObject.js';

/** Values nested deeper, or that hold themselves, aren't compared by their contents. */
const DEEPEST = 50;

/**
 * Identifies rows by content: rows that hold the same plain data have the same identity, in any
 * order of properties and of members of maps and sets. Properties that are undefined count as
 * missing. Rows of `tableRows` are read as plain objects.
 *
 * @returns 32 hexadecimal digits; null for a row that isn't plain data (a function, an instance of
 * a class)
 */
export function rowIdentity(row: unknown): string | null {
  const text = textOf(row, 0);
  return text === undefined ? null : textDigest(text).slice(0, 32);
}

function textOf(value: unknown, depth: number): string | undefined {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || value === undefined || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || depth === DEEPEST) return undefined;
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const { buffer, byteOffset, byteLength } = value;
    return `${value.constructor.name} ${sha256([new Uint8Array(buffer, byteOffset, byteLength)])}`;
  }
  const inside: (string | undefined)[] = [];
  const kind = value instanceof Map ? 'map' : value instanceof Set ? 'set' : '';
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) {
    for (const item of value) inside.push(textOf(item, depth + 1));
  } else {
    const record = recordOf(value);
    if (!isPlainObject(record)) return undefined;
    for (const [name, member] of Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (member === undefined) continue;
      const text = textOf(member, depth + 1);
      inside.push(text && `${JSON.stringify(name)}:${text}`);
    }
  }
  if (inside.includes(undefined)) return undefined;
  if (kind !== '') inside.sort();
  return Array.isArray(value) ? `[${inside.join()}]` : `${kind}{${inside.join()}}`;
}
