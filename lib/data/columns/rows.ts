import { type ColumnTable, type TableLike, tableOf } from './table.js';

/** A row of a table: a view that holds its position, and reads its values when they are asked for. */
export abstract class ColumnRow {
  /** The table, on the prototype that its rows share. */
  abstract get table(): ColumnTable;

  constructor(readonly position: number) {}
}

/**
 * The rows of a table, as views: none of its values is copied. A row has the table's columns as
 * properties, so that functions of rows read `row.age`; features over columns read whole columns at once.
 *
 * @param table one of Arrow, or arrays by name
 * @example
 * const rows = tableRows({ age: Float64Array.of(31, 47), city: ['Bern', 'Oslo'] });
 */
export function tableRows<Row extends object = Readonly<Record<string, unknown>>>(
  table: TableLike,
): readonly Row[];
export function tableRows(table: TableLike): readonly ColumnRow[] {
  const columns = tableOf(table);
  class Row extends ColumnRow {
    get table() {
      return columns;
    }
  }
  for (const name of columns.names) {
    const column = columns.column(name);
    Object.defineProperty(Row.prototype, name, {
      enumerable: true,
      get(this: ColumnRow) {
        return column.value(this.position);
      },
    });
  }
  return Array.from({ length: columns.length }, (_, position) => new Row(position));
}

/** The values of a row by their columns, in an object of its own. */
export function recordOf(row: ColumnRow): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    row.table.names.map((name) => [name, row.table.column(name).value(row.position)]),
  );
}
