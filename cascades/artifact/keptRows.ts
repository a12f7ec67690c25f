import { recordOf } from '#records';
import { show } from '../../lib/check.js';
import { list, object, text, wrong } from '../../lib/data/artifact/index.js';
import { ArtifactError } from '../../lib/errors.js';
import { isPlainObject } from '../../lib/util/isPlainObject.js';
import type { JsonValue } from '../../lib/util/state.js';

/** A value that JSON can't hold, where the rows have null instead. */
interface Beyond {
  /** Position of the row, then names of members. */
  readonly at: readonly string[];
  /** `NaN`, `-Infinity`, `undefined`, `12n`, or `date` and its milliseconds. */
  readonly is: string;
}

const shapeOfBeyond = list(object<Beyond>({ at: list(text), is: text }));

/** Deeper values have no identity (`rowIdentity`). */
const DEEPEST = 50;

/**
 * Rows as JSON, and beside it what JSON can't hold.
 *
 * @param names of the rows, in errors
 * @throws ArtifactError for a value that wouldn't come back the same, naming its place
 */
export function keptRows(rows: readonly unknown[], names: readonly number[]): Record<string, JsonValue> {
  const beyond: { readonly at: readonly string[]; readonly is: string }[] = [];
  const plain = (value: unknown, at: readonly string[]): JsonValue => {
    const is = beyondJson(value);
    if (is !== undefined) {
      beyond.push({ at, is });
      return null;
    }
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return value;
    if (typeof value === 'object' && at.length <= DEEPEST) {
      const inside = (item: unknown, key: number | string) => plain(item, [...at, String(key)]);
      // Array.from also visits holes.
      if (Array.isArray(value)) return Array.from<unknown, JsonValue>(value, inside);
      const record = recordOf(value);
      if (isPlainObject(record))
        return Object.fromEntries(Object.entries(record).map(([k, v]) => [k, inside(v, k)]));
    }
    const [row, ...field] = at;
    const which = `row ${names[Number(row)]}${field.length > 0 ? ` has a '${field.join('.')}' that` : ''}`;
    throw new ArtifactError(
      'unsavable',
      `can't save reference rows: ${which} is ${show(value)}, and not plain data (JSON, NaN, dates, bigints); ` +
        'save without rows, and give them to load()',
    );
  };
  return { rows: rows.map((row, r) => plain(row, [String(r)])), ...(beyond.length > 0 && { beyond }) };
}

function beyondJson(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Date) return `date ${value.getTime()}`;
  return value === undefined ? 'undefined' : undefined;
}

function valueFrom(is: string): unknown {
  if (is === 'undefined') return undefined;
  if (is.startsWith('date ')) return new Date(Number(is.slice(5)));
  return /^-?\d+n$/.test(is) ? BigInt(is.slice(0, -1)) : Number(is);
}

/**
 * The rows with what JSON couldn't hold.
 *
 * @param beyond undefined where it held all
 * @throws ArtifactError for a place that isn't there
 */
export function restoredRows(json: readonly unknown[], beyond: unknown): readonly unknown[] {
  if (beyond === undefined) return json;
  const rows = structuredClone(json);
  for (const { at, is } of shapeOfBeyond(beyond, 'values of the reference rows')) {
    let holder: unknown = rows;
    for (const key of at.slice(0, -1)) holder = ownMember(holder, key);
    const last = at.at(-1) ?? '';
    if (typeof holder !== 'object' || ownMember(holder, last) !== null)
      throw wrong('the reference rows', at, 'a place that holds null');
    Object.defineProperty(holder, last, { value: valueFrom(is) });
  }
  return rows;
}

function ownMember(holder: unknown, key: string): unknown {
  const isThere = typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key);
  return isThere ? Reflect.get(holder, key) : undefined;
}
