import { type ColumnTable, type TableColumn, type TableLike, tableOf } from './table.js';

/** How Node's `console.log` asks for another form of an object. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');
/** Where the prototype of a table's rows has the table: a symbol, since columns may have any name. */
const TABLE_OF = Symbol('table');

/**
 * A row of a table: a view that holds its position alone, and reads its values when they are asked for. Its columns
 * are accessors of a prototype that the table's rows share, so `{ ...row }` and `structuredClone(row)` have none of
 * them: `recordOf` makes a plain object. `JSON.stringify` writes the columns.
 */
export abstract class ColumnRow {
  readonly #position: number;

  constructor(position: number) {
    this.#position = position;
  }

  abstract get [TABLE_OF](): ColumnTable;

  static isRow(value: unknown): value is ColumnRow {
    return typeof value === 'object' && value !== null && #position in value;
  }

  /** The table that a row is of. */
  static tableOf(row: ColumnRow): ColumnTable {
    return row[TABLE_OF];
  }

  /** A row's position in its table. */
  static positionOf(row: ColumnRow): number {
    return row.#position;
  }

  /** Positions of rows in the table of the first; undefined unless all are rows of it. */
  static positionsOf(rows: readonly unknown[]): Int32Array | undefined {
    const prototype: unknown = Object.getPrototypeOf(Object(rows[0]));
    const positions = new Int32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      if (typeof row !== 'object' || row === null || !(#position in row)) return undefined;
      if (Object.getPrototypeOf(row) !== prototype) return undefined;
      positions[i] = row.#position;
    }
    return positions;
  }

  toJSON(): unknown {
    return recordOf(this);
  }

  [INSPECT](): unknown {
    return recordOf(this);
  }
}

/**
 * The rows of a table, as views: none of its values is copied. A row has the table's columns as properties, so that
 * functions of rows read `row.age`; features over columns read whole columns at once. A row takes 40 bytes.
 *
 * Numbers are numbers, and NaN where they are missing; texts, true, false and `Date`s are null where they are missing.
 * A column of another type is refused when it is read.
 *
 * @param table one of Arrow, as apache-arrow and flechette read it, or arrays by the names of their columns
 * @throws OptionError for what is no table; TableError for columns of several lengths, and for memory that holds less
 * than it should. While a row is read, TableError for a type that isn't read, for a whole number beyond ±2^53, and for
 * damaged memory
 * @example
 * const rows = tableRows({ age: Float64Array.of(31, 47), city: ['Bern', 'Oslo'] });
 * rows[1].city; // → 'Oslo'
 */
export function tableRows<Row extends object = Readonly<Record<string, unknown>>>(
  table: TableLike,
): readonly Row[];
export function tableRows(table: TableLike): readonly ColumnRow[] {
  const columns = tableOf(table);
  class Row extends ColumnRow {
    get [TABLE_OF]() {
      return columns;
    }
  }
  for (const name of columns.names) {
    let column: TableColumn | undefined;
    Object.defineProperty(Row.prototype, name, {
      enumerable: true,
      get(this: ColumnRow) {
        column ??= columns.column(name);
        return column.value(ColumnRow.positionOf(this));
      },
    });
  }
  const rows = new Array<ColumnRow>(columns.length);
  for (let i = 0; i < rows.length; i++) rows[i] = new Row(i);
  return rows;
}

/**
 * The values of a row of `tableRows` by their columns, in a plain object. Columns of types that aren't read are left
 * out; whole numbers beyond ±2^53 are bigints. What is no such row is returned as it is.
 *
 * @example
 * const [row] = tableRows({ age: [31], city: ['Bern'] });
 * recordOf(row); // → { age: 31, city: 'Bern' }
 */
export function recordOf<Row>(row: Row): Row;
export function recordOf(row: unknown): unknown {
  if (!ColumnRow.isRow(row)) return row;
  const position = ColumnRow.positionOf(row);
  return Object.fromEntries(
    ColumnRow.tableOf(row)
      .readable()
      .map((column) => [column.name, column.content(position)]),
  );
}
