import { show } from '../../lib/check.js';
import {
  eachChunk,
  HeldRows,
  type ReadRows,
  type RowKeys,
  type RowReader,
  type RowSource,
  StreamedRows,
} from '../../lib/data/rows/index.js';
import { DataError, OptionError } from '../../lib/errors.js';
import type { Contents } from '../holdout/index.js';
import type { Label } from '../types/index.js';
import { checkLabels } from './labels.js';
import type { Part } from './split/index.js';

/** Rows as options give them, and the functions that are called with each. */
export interface Surveyed<Row, L extends Label> {
  readonly rows: readonly Row[] | ReadRows<Row>;
  readonly labels?: readonly L[] | ((row: Row) => L) | undefined;
  readonly groups?: ((row: Row) => string | number) | undefined;
  readonly part?: ((row: Row, index: number) => Part) | undefined;
  readonly numeric: boolean;
  /** Gets all rows once, with the position of the first. */
  readonly look?: ((rows: readonly Row[], from: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** All rows, and what is known of each before anything is computed of it. */
export interface Survey<Row, L extends Label> {
  readonly source: RowSource<Row>;
  readonly labels: readonly L[] | undefined;
  /** A number for the group of each row. */
  readonly groups: Int32Array | undefined;
  readonly contents: Contents;
  readonly parts: readonly Part[] | undefined;
}

/**
 * Reads all rows once.
 *
 * @param names of the options that hold rows and labels
 * @param reader one reader reads all that is compared
 * @throws DataError for no rows, and labels or groups that are none; RowsError where reading fails
 */
export async function survey<Row, L extends Label>(
  names: { readonly rows: string; readonly labels: string },
  { rows, labels, groups, part, numeric, look: also, signal }: Surveyed<Row, L>,
  reader: RowReader,
): Promise<Survey<Row, L>> {
  const keys: RowKeys[] = [];
  const groupKeys: Float64Array[] = [];
  const codes: number[] = [];
  const coded = new GroupCodes();
  const own: L[] = [];
  const parts: Part[] = [];
  const look = (chunk: readonly Row[], from: number) => {
    keys.push(reader.keysOf(chunk));
    also?.(chunk, from);
    if (groups) {
      const called = chunk.map((row) => groups(row));
      called.forEach((group, i) => {
        codes.push(coded.codeOf(group, from + i));
      });
      groupKeys.push(reader.keysOf(called).keys);
    }
    if (typeof labels === 'function') for (const row of chunk) own.push(labels(row));
    if (part) for (const [i, row] of chunk.entries()) parts.push(part(row, from + i));
  };
  let count = rows.length;
  if (typeof rows === 'function') count = await eachChunk(names.rows, rows, signal, look);
  else look(rows, 0);
  if (count === 0) throw new DataError(`${names.rows}: there are none; expected the rows to tune on`);
  const known = typeof labels === 'function' ? own : labels;
  if (known) checkLabels(names.labels, known, count, numeric);
  const all = {
    keys: joined(
      keys.map((each) => each.keys),
      new Float64Array(count),
    ),
    opaque: joined(
      keys.map((each) => each.opaque),
      new Uint8Array(count),
    ),
  };
  return {
    source: typeof rows === 'function' ? new StreamedRows(names.rows, rows, reader, all) : new HeldRows(rows),
    labels: known,
    groups: groups && Int32Array.from(codes),
    contents: { rows: all, groups: groups && joined(groupKeys, new Float64Array(count)) },
    parts: part && parts,
  };
}

/** The rows as an array: where a function reads them, in one pass. */
export async function heldRows<Row>(
  name: string,
  rows: readonly Row[] | ReadRows<Row>,
  signal: AbortSignal | undefined,
): Promise<readonly Row[]> {
  if (typeof rows !== 'function') return rows;
  const held: Row[] = [];
  await eachChunk(name, rows, signal, (chunk) => {
    for (const row of chunk) held.push(row);
  });
  return held;
}

/** @throws OptionError for rows that are neither an array nor a function */
export function checkRows(name: string, rows: unknown): void {
  if (Array.isArray(rows) || typeof rows === 'function') return;
  const isIterable =
    typeof rows === 'object' && rows !== null && (Symbol.asyncIterator in rows || Symbol.iterator in rows);
  const hint = isIterable ? '. Rows are read more than once: give a function that begins anew, () => …' : '';
  throw new OptionError(
    name,
    `expected an array of rows, or a function that reads them, got ${show(rows)}${hint}`,
  );
}

/** A number for each different key. */
export function keyNumbers<Row>(rows: readonly Row[], key: (row: Row) => string | number): Int32Array {
  const coded = new GroupCodes();
  return Int32Array.from(rows, (row, i) => coded.codeOf(key(row), i));
}

/** Numbers groups by the order in which they come. */
class GroupCodes {
  private readonly codes = new Map<string | number, number>();
  private readonly byText = new Map<string, { readonly row: number; readonly key: string | number }>();

  /** @throws DataError for a key that is neither text nor number, or that prints like one of the other type */
  codeOf(key: unknown, row: number): number {
    if (typeof key !== 'string' && typeof key !== 'number') {
      throw new DataError(`groups: row ${row} has the key ${show(key)}; expected a string or a number`);
    }
    const known = this.codes.get(key);
    if (known !== undefined) return known;
    // As two groups, one could be used to fit and the other to judge.
    const other = this.byText.get(String(key));
    if (other !== undefined) {
      throw new DataError(
        `groups: the keys of rows ${other.row} and ${row} print alike, ${show(other.key)} and ${show(key)}; make them one type`,
      );
    }
    this.byText.set(String(key), { row, key });
    this.codes.set(key, this.codes.size);
    return this.codes.size - 1;
  }
}

/** @param into as long as all parts together */
function joined<Values extends Float64Array | Uint8Array>(parts: readonly Values[], into: Values): Values {
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return into;
}
