import { ColumnRow } from '../columns/index.js';

/**
 * Rows by identity: the very objects, and views of tables by the table that was given and their position in it. Values
 * that are no objects (texts, numbers) have none, and neither have objects that were read again from a file.
 */
export class SameRows {
  private readonly objects = new WeakSet<object>();
  private readonly tables = new WeakMap<object, Set<number>>();

  static of(rows: readonly unknown[]): SameRows {
    const same = new SameRows();
    same.add(rows);
    return same;
  }

  has(row: unknown): boolean {
    if (typeof row !== 'object' || row === null) return false;
    if (!ColumnRow.isRow(row)) return this.objects.has(row);
    return this.tables.get(ColumnRow.givenOf(row))?.has(ColumnRow.positionOf(row)) === true;
  }

  add(rows: readonly unknown[]): void {
    for (const row of rows) {
      if (typeof row !== 'object' || row === null) continue;
      if (ColumnRow.isRow(row)) this.positionsIn(ColumnRow.givenOf(row)).add(ColumnRow.positionOf(row));
      else this.objects.add(row);
    }
  }

  delete(rows: readonly unknown[]): void {
    for (const row of rows) {
      if (typeof row !== 'object' || row === null) continue;
      if (ColumnRow.isRow(row)) this.positionsIn(ColumnRow.givenOf(row)).delete(ColumnRow.positionOf(row));
      else this.objects.delete(row);
    }
  }

  /** Positions of the rows that are among these. */
  where(rows: readonly unknown[]): Int32Array {
    return Int32Array.from(rows.keys()).filter((at) => this.has(rows[at]));
  }

  private positionsIn(table: object): Set<number> {
    const known = this.tables.get(table) ?? new Set();
    this.tables.set(table, known);
    return known;
  }
}
