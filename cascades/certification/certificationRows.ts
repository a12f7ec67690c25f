import {
  type Equals,
  equalsOf,
  oneOfEach,
  type RowKeys,
  type RowReader,
  type Rows,
} from '../../lib/rows/index.js';
import type { Random } from '../../lib/stats/index.js';

/** Rows for a certificate, checked: nothing is computed of them yet. */
export interface CertificationRows<Row> {
  readonly rows: Rows<Row>;
  /** Class of each row, or its number. */
  readonly labels: Float64Array | undefined;
  /** Group of each row, where the unit is the group. */
  readonly groups: Int32Array | undefined;
  /** Where some equal others, one of each set of equals; each set counts as one draw. */
  readonly draws: Int32Array | undefined;
  /** How many units there are. */
  readonly units: number;
  readonly contents: Contents;
  /** Whether rows that equal one to tune on in every feature are no evidence: they are from elsewhere, and none is a repeat. */
  readonly unlike: boolean;
}

/** What rows hold, read before anything is computed of them, and what their groups are called. */
export interface Contents {
  readonly rows: RowKeys;
  /** Keys of groups, one a row. */
  readonly groups: Float64Array | undefined;
}

/** Reads rows and the names of their groups. One reader reads all that is compared. */
export function contentsOf<Row>(
  reader: RowReader,
  rows: readonly Row[],
  groups: ((row: Row) => string | number) | undefined,
): Contents {
  return { rows: reader.keysOf(rows), groups: groups && reader.keysOf(rows.map(groups)).keys };
}

/** The contents of some of the rows. */
export function contentsAt({ rows, groups }: Contents, where: Int32Array): Contents {
  const at = (keys: Float64Array) => Float64Array.from(where, (row) => keys[row]);
  return {
    rows: { keys: at(rows.keys), opaque: Uint8Array.from(where, (row) => rows.opaque[row]) },
    groups: groups && at(groups),
  };
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
