import { insteadOfColumn } from '#hints';
import { show } from '../../check.js';
import { TableError } from '../../errors.js';
import { member } from '../../util/member.js';

/** What tables are called in errors: those in memory have no name. */
export const TABLE = 'table';

/** Where a chunk is, for errors. */
export interface ChunkPlace {
  readonly column: string;
  /** Position in the table of its first value; undefined where values aren't a row's, as those of a dictionary. */
  readonly first: number | undefined;
}

/** Rows of a table that lie in one chunk: those of `rows` from `begin` to `end`, exclusive. */
export interface ChunkSpan {
  readonly rows: Int32Array;
  readonly begin: number;
  readonly end: number;
  /** Position in the table of the chunk's first row. */
  readonly first: number;
  /** Whether each row follows the one before it. */
  readonly isRun: boolean;
}

/** Which values of a chunk are missing: those whose bit is 0. */
export class Validity {
  constructor(
    private readonly bitmap: Uint8Array,
    /** Bits before that of the first value. */
    private readonly offset: number,
  ) {}

  lacks(i: number): boolean {
    return !bitOf(this.bitmap, this.offset + i);
  }

  /** Writes NaN for what is missing. */
  mark(
    { rows, begin, end, first }: ChunkSpan,
    out: Float32Array | Float64Array,
    to: number,
    stride: number,
  ): void {
    for (let i = begin, at = to; i < end; i++, at += stride)
      if (this.lacks(rows[i] - first)) out[at] = Number.NaN;
  }
}

export function bitOf(bitmap: Uint8Array, bit: number): boolean {
  return ((bitmap[bit >> 3] >> (bit & 7)) & 1) === 1;
}

/** Values of a column that lie in memory together. */
export abstract class Chunk {
  /** What stands for a missing value. */
  protected readonly missing: number | null = null;

  constructor(
    readonly length: number,
    protected readonly place: ChunkPlace,
    protected readonly validity: Validity | undefined,
  ) {}

  /** A value that isn't missing. Whole numbers that no number holds are bigints. */
  protected abstract valueAt(i: number): unknown;

  /** A value, of any kind. */
  read(i: number): unknown {
    return this.validity?.lacks(i) ? this.missing : this.valueAt(i);
  }

  /** See `TableColumn.exact`. */
  exact(i: number): unknown {
    return this.read(i);
  }

  /** See `TableColumn.numbers`. */
  numbers(span: ChunkSpan, out: Float32Array | Float64Array, to: number, stride: number): void {
    const { rows, begin, end, first } = span;
    for (let i = begin, at = to; i < end; i++, at += stride) {
      const row = rows[i] - first;
      out[at] = this.validity?.lacks(row) ? Number.NaN : this.numberAt(row);
    }
  }

  protected numberAt(i: number): number {
    const value = this.valueAt(i);
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean') return Number(value);
    if (isTime(value)) return value.getTime();
    if (value === null) return Number.NaN;
    throw this.fault(i, typeof value === 'string' ? noNumber(value, this.place.column) : refusalOf(value));
  }

  protected fault(i: number, message: string): TableError {
    const { column, first } = this.place;
    return new TableError(TABLE, column, first === undefined ? undefined : first + i, message);
  }
}

/** What is said of a value that is no number. */
export function noNumber(value: unknown, column: string): string {
  return `expected a number, got ${show(value)}${insteadOfColumn(value, column)}`;
}

/** Whether it is a `Date` that is one. */
export function isTime(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime());
}

/** What is said of a value that a row can't have. */
export function refusalOf(value: unknown): string {
  if (typeof value === 'bigint')
    return `${value} is at or beyond ±2^53, where numbers are whole no longer; leave the column out, or make it text`;
  if (value instanceof Date) return 'is no time that a Date holds, which are some 270,000 years around 1970';
  const isDuckDb = /^DuckDB/.test(String(member(member(value, 'constructor'), 'name')));
  const instead = isDuckDb ? "read DuckDB's results by getColumnsObjectJS()" : 'make columns of its parts';
  return `expected a number, a text, true, false or a Date, got ${show(value)}; ${instead}`;
}

/** What a column without values has: all of them are missing. */
export class EmptyChunk extends Chunk {
  constructor(length: number, place: ChunkPlace) {
    super(length, place, undefined);
  }

  protected valueAt(): null {
    return null;
  }
}
