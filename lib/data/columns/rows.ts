import { isInJson } from './json.js';
import { type ColumnTable, type Positions, type TableColumn, type TableLike, tableOf } from './table.js';

/** How Node's `console.log` asks for another form of an object. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * A row of a table: a view that holds the table and its position, and reads its values when they are asked for. Its
 * columns are accessors of a prototype that the table's rows share, so `{ ...row }` and `structuredClone(row)` have
 * none of them: `recordOf` makes a plain object. `JSON.stringify` writes the columns exactly: what JSON's numbers don't
 * hold is text.
 */
export abstract class ColumnRow {
  readonly #table: ColumnTable;
  readonly #position: number;

  constructor(table: ColumnTable, position: number) {
    this.#table = table;
    this.#position = position;
  }

  static isRow(value: unknown): value is ColumnRow {
    return typeof value === 'object' && value !== null && #position in value;
  }

  /** The table that a row is of. */
  static tableOf(row: ColumnRow): ColumnTable {
    return row.#table;
  }

  /** The table as it was given: rows may be made of it more than once. */
  static givenOf(row: ColumnRow): object {
    return given.get(row.#table) ?? row.#table;
  }

  /** A row's position in its table. */
  static positionOf(row: ColumnRow): number {
    return row.#position;
  }

  /** Positions of rows in their table; undefined unless all are rows of it. */
  static positionsOf(rows: readonly unknown[], table: ColumnTable): Positions | undefined;
  static positionsOf(rows: readonly ColumnRow[], table: ColumnTable): Positions | undefined {
    const positions = new Int32Array(rows.length);
    let isRun = true;
    try {
      const first = rows[0].#position;
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        if (row.#table !== table) return undefined;
        const position = row.#position;
        positions[i] = position;
        if (position !== first + i) isRun = false;
      }
    } catch {
      // What is no row has no such fields. To ask each takes half of the time.
      return undefined;
    }
    return { rows: positions, isRun };
  }

  toJSON(): unknown {
    return recordWith(this, (column, i) => {
      const value = column.exact(i);
      return isInJson(value) ? value : String(value);
    });
  }

  [INSPECT](): unknown {
    return recordOf(this);
  }
}

/**
 * The rows of a table, as views: none of its values is copied. A row has the table's columns as properties, so that
 * functions of rows read `row.age`; features over columns read whole columns at once. A row takes 48 bytes.
 *
 * Numbers are numbers, and NaN where they are missing; texts, true, false and `Date`s are null where they are missing.
 * A column of another type is refused when it is read.
 *
 * @param table one of Arrow, as apache-arrow and flechette read it, or arrays by the names of their columns
 * @throws OptionError for what is no table; TableError for columns of several lengths, and for memory that holds less
 * than it should. While a row is read, TableError for a type that isn't read, for a whole number at or beyond ±2^53, and
 * for damaged memory
 * @example
 * const rows = tableRows({ age: Float64Array.of(31, 47), city: ['Bern', 'Oslo'] });
 * rows[1].city; // → 'Oslo'
 */
export function tableRows<Row extends object = Readonly<Record<string, unknown>>>(
  table: TableLike,
): readonly Row[];
export function tableRows(table: TableLike): readonly ColumnRow[] {
  const columns = tableOf(table);
  given.set(columns, table);
  const Row = classOf(columns.names);
  const rows = new Array<ColumnRow>(columns.length);
  for (let i = 0; i < rows.length; i++) rows[i] = new Row(columns, i);
  return rows;
}

const given = new WeakMap<ColumnTable, TableLike>();

/** Tables of a stream have the same columns: what reads their rows is fast where all of them have one class. */
let last: { readonly key: string; readonly Row: RowClass } | undefined;

type RowClass = new (table: ColumnTable, position: number) => ColumnRow;

function classOf(names: readonly string[]): RowClass {
  const key = JSON.stringify(names);
  if (last?.key === key) return last.Row;
  class Row extends ColumnRow {}
  for (const name of names)
    Object.defineProperty(Row.prototype, name, {
      enumerable: true,
      get(this: ColumnRow) {
        return ColumnRow.tableOf(this).column(name).value(ColumnRow.positionOf(this));
      },
    });
  last = { key, Row };
  return Row;
}

/**
 * The values of a row of `tableRows` by their columns, in a plain object. Columns of types that aren't read are left
 * out; whole numbers at or beyond ±2^53 are bigints. What is no such row is returned as it is.
 *
 * @example
 * const [row] = tableRows({ age: [31], city: ['Bern'] });
 * recordOf(row); // → { age: 31, city: 'Bern' }
 */
export function recordOf<Row>(row: Row): Row;
export function recordOf(row: unknown): unknown {
  return ColumnRow.isRow(row) ? recordWith(row, (column, i) => column.content(i)) : row;
}

/** The value of a row's column as it is to be handed on: see `TableColumn.exact`. */
export function exactValue(row: object, name: string): unknown {
  if (!ColumnRow.isRow(row) || !(name in row)) return Reflect.get(row, name);
  return ColumnRow.tableOf(row).column(name).exact(ColumnRow.positionOf(row));
}

function recordWith(row: ColumnRow, read: (column: TableColumn, position: number) => unknown): object {
  const position = ColumnRow.positionOf(row);
  return Object.fromEntries(
    ColumnRow.tableOf(row)
      .readable()
      .map((column) => [column.name, read(column, position)]),
  );
}
