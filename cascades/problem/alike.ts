import { DataError, UsedRows } from '../../lib/errors.js';
import {
  type Equals,
  equalsOf,
  oneOfEach,
  type RowKeys,
  type RowReader,
  whereKnown,
} from '../../lib/rows/index.js';
import type { Random } from '../../lib/stats/index.js';
import type { Parts } from './split.js';

/** What rows hold, told before anything is computed of them, and what their groups are called. */
export interface Contents {
  readonly rows: RowKeys;
  /** Keys of groups, one a row. */
  readonly groups: Float64Array | undefined;
}

/** Reads rows and the names of their groups. One reader tells all that is compared. */
export function contentsOf<Row>(
  reader: RowReader,
  rows: readonly Row[],
  groups: ((row: Row) => string | number) | undefined,
): Contents {
  return { rows: reader.keysOf(rows), groups: groups && reader.keysOf(rows.map(groups)).keys };
}

/** The rows that equal others; undefined where none does, or groups say what is drawn together. */
export function equalsAmong({ rows, groups }: Contents): Equals | undefined {
  if (groups !== undefined) return undefined;
  const equals = equalsOf(rows.keys);
  return equals.copies === 0 ? undefined : equals;
}

/** One row of each set of equals, drawn; undefined where all differ. */
export function drawsOf(contents: Contents, random: Random): Int32Array | undefined {
  const equals = equalsAmong(contents);
  return equals && oneOfEach(equals, random);
}

/** @throws DataError where so few rows differ that a model would be fitted on a single class */
export function checkClasses({ first, copies }: Equals, parts: Parts, codes: Float64Array): void {
  const { development, rounds } = parts;
  const fits = rounds.map(({ fit }) => new Set(Array.from(fit, (at) => codes[development[at]])).size);
  if (fits.every((classes) => classes > 1)) return;
  throw new DataError(
    `rows: ${first.length - copies} of ${first.length} differ, and the others count as copies that stay together, so that ` +
      'some model would be fitted on a single class; pass repeats: true if inputs repeat and each row is a draw of its own',
  );
}

/** @throws UsedRows for rows to certify on that equal one to tune on, or are of a group that has some there */
export function refuseTuned(certify: Contents, tuned: Contents): void {
  const rows = whereKnown(certify.rows.keys, new Set(tuned.rows.keys));
  const of = certify.rows.keys.length;
  if (rows.length > 0) throw new UsedRows(rows, of, [], 'of certify.rows equal rows to tune on');
  if (certify.groups === undefined) return;
  const grouped = whereKnown(certify.groups, new Set(tuned.groups));
  if (grouped.length > 0) {
    throw new UsedRows(grouped, of, [], 'of certify.rows are of groups that have rows to tune on');
  }
}

/** The contents of some of the rows. */
export function contentsAt({ rows, groups }: Contents, where: Int32Array): Contents {
  const at = (keys: Float64Array) => Float64Array.from(where, (row) => keys[row]);
  return {
    rows: { keys: at(rows.keys), opaque: Uint8Array.from(where, (row) => rows.opaque[row]) },
    groups: groups && at(groups),
  };
}
