import { TableError } from '../../errors.js';
import { isTime, refusalOf, TABLE } from './chunk.js';

/** Whether readers of JSON give a value back that is written as it is: other numbers are written as texts. */
export function isInJson(value: unknown): boolean {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value));
  return typeof value !== 'number' || Math.abs(value) !== Number.POSITIVE_INFINITY;
}

/**
 * A value of a column as JSON, exactly, with all that is in lists and records: whole numbers at or beyond ±2^53 and
 * infinities are texts, 0 keeps its sign, and NaN, a missing value, is null.
 *
 * @throws TableError, naming the column, for bytes and for a time that no `Date` holds
 */
export function jsonText(value: unknown, column: string): string {
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (Object.is(value, -0)) return '-0';
    if (Number.isNaN(value)) return 'null';
    return isInJson(value) ? String(value) : `"${value}"`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (value instanceof Date && !isTime(value)) throw unwritten(column, refusalOf(value));
  if (value instanceof Uint8Array || value instanceof ArrayBuffer)
    throw unwritten(
      column,
      "holds bytes, which aren't written as JSON; leave it out by a key, or make it text",
    );
  if (isList(value)) return `[${Array.from(value, (each) => jsonText(each, column)).join(',')}]`;
  if ('toJSON' in value) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${jsonText(each, column)}`).join(',')}}`;
}

function isList(value: object): value is ArrayLike<unknown> & object {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function unwritten(column: string, why: string): TableError {
  return new TableError(TABLE, column, undefined, why);
}
