import { show } from '../../check.js';
import { OptionError, TableError } from '../../errors.js';

/** A table by column. Nothing of it is copied. */
export interface ColumnTable {
  /** The number of rows. */
  readonly length: number;
  /** In the order of the table. */
  readonly names: readonly string[];
  /** @throws TableError for a name that none has, with those that are near; and for a type that isn't read, by name */
  column(name: string): TableColumn;
}

/** One column of a table. */
export interface TableColumn {
  readonly name: string;
  /** What it holds, in the words of its format: `Int32`, `Utf8`, `Timestamp<MILLISECOND>`. */
  readonly type: string;
  /**
   * A number, a text, true, false or a `Date`. Missing numbers are NaN, missing values of other types null, as
   * `parquetRows` has them.
   *
   * @throws TableError, naming column and row, for a whole number beyond ±2^53
   */
  value(row: number): unknown;
  /**
   * Numbers of some rows, written every `stride` places from `offset` on; true is 1, and a `Date` its milliseconds.
   *
   * @throws TableError for a column of texts, and as {@link value}
   */
  numbers(rows: Int32Array, out: Float32Array | Float64Array, offset: number, stride: number): void;
}

/** What `tableRows` takes: a table of Arrow, or arrays by the names of their columns. */
export type TableLike = Readonly<Record<string, ArrayLike<unknown>>>;

/** @throws OptionError for what is no table */
export function tableOf(table: TableLike): ColumnTable {
  if (typeof table !== 'object' || table === null)
    throw new OptionError('table', `expected a table, or arrays by name, got ${show(table)}`);
  const names = Object.keys(table);
  const length = names.length === 0 ? 0 : table[names[0]].length;
  return {
    length,
    names,
    column(name) {
      const values = table[name];
      return {
        name,
        type: 'array',
        value: (row) => values[row] ?? null,
        numbers(rows, out, offset, stride) {
          for (let i = 0, to = offset; i < rows.length; i++, to += stride) {
            const value = values[rows[i]] ?? Number.NaN;
            if (typeof value !== 'number')
              throw new TableError('table', name, rows[i], `expected a number, got ${show(value)}`);
            out[to] = value;
          }
        },
      };
    },
  };
}
