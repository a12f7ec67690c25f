import { show } from '../../lib/check.js';
import { ColumnRow, viewsOf } from '../../lib/data/columns/index.js';
import type { FeatureError } from '../../lib/errors.js';
import { errorText } from '../../lib/util/errorText.js';
import { isList } from '../../lib/util/isList.js';
import { damagedModel, Fields } from '../fields.js';
import { PIPELINE } from './node.js';
import { faultAt, numpyNumber } from './values.js';

/** What the rows of a pipeline are: objects by column name, arrays by position, or texts. */
export type RowKind =
  | { readonly kind: 'columns'; readonly names: readonly string[] }
  | { readonly kind: 'array'; readonly columns: number }
  | { readonly kind: 'text' };

/** @throws ArtifactError */
export function readRowKind(json: unknown): RowKind {
  const fields = Fields.of(PIPELINE, json, 'rows');
  const kind = fields.text('kind');
  if (kind === 'text') return { kind };
  if (kind === 'array') return { kind, columns: fields.count('columns') };
  const names = fields.list('names');
  if (kind !== 'columns' || !names.every((name) => typeof name === 'string'))
    throw damagedModel(PIPELINE, `rows of kind '${kind}'`);
  if (new Set(names).size !== names.length) throw damagedModel(PIPELINE, 'rows with two columns of one name');
  return { kind, names };
}

/**
 * Reads columns of rows: objects by column name, among them rows of Arrow tables, whose getters make the values;
 * arrays and typed arrays by position; or texts. Columns that nothing reads aren't looked at.
 *
 * Missing are null, undefined and NaN. A row that lacks a column, or holds another type there than is asked for, is a
 * fault that names the row, by its position among those given, and the column.
 */
export class ColumnReader {
  constructor(private readonly kind: RowKind) {}

  get columns(): number {
    const { kind } = this;
    return kind.kind === 'text' ? 1 : kind.kind === 'array' ? kind.columns : kind.names.length;
  }

  /** What some columns are called, in few words. */
  label(columns: Int32Array): string {
    const { kind } = this;
    if (kind.kind === 'text') return 'text';
    const names = Array.from(columns, (at) => (kind.kind === 'array' ? `column ${at}` : kind.names[at]));
    return names.length > 3 ? `${names.slice(0, 2).join(', ')} + ${names.length - 2}` : names.join(', ');
  }

  /** Numbers, row-major; what is missing is NaN, true is 1. BigInts are rounded to doubles, as NumPy rounds int64. */
  numbers(rows: readonly unknown[], columns: Int32Array): Float64Array {
    const { kind } = this;
    const width = columns.length;
    const numbers = new Float64Array(rows.length * width);
    const names = kind.kind === 'columns' ? Array.from(columns, (column) => kind.names[column]) : undefined;
    const views = names && viewsOf(rows);
    if (views) {
      for (let c = 0; c < width; c++) {
        // A column that isn't there, or isn't read, is a fault of the first row.
        this.cell(rows[0], columns[c], 0);
        const column = views.table.column(names[c]);
        for (let i = 0; i < rows.length; i++) {
          const value = column.content(views.positions.rows[i]);
          numbers[i * width + c] = typeof value === 'number' ? value : this.number(rows[i], columns[c], i);
        }
      }
      return numbers;
    }
    for (let i = 0, to = 0; i < rows.length; i++) {
      const row = rows[i];
      // Most rows are plain and most values numbers: whatever else there is, is looked at one by one.
      if (names !== undefined && isObject(row)) {
        for (let c = 0; c < width; c++) {
          const value = read(row, names[c], i);
          numbers[to++] = typeof value === 'number' ? value : this.number(row, columns[c], i);
        }
      } else if (kind.kind === 'array' && Array.isArray(row) && row.length === kind.columns) {
        for (let c = 0; c < width; c++) {
          const value: unknown = row[columns[c]];
          numbers[to++] = typeof value === 'number' ? value : this.number(row, columns[c], i);
        }
      } else for (let c = 0; c < width; c++) numbers[to++] = this.number(row, columns[c], i);
    }
    return numbers;
  }

  /** Values as they stand in the rows, row-major: texts, numbers, true and false; null where one is missing. */
  values(rows: readonly unknown[], columns: Int32Array): unknown[] {
    const values = new Array<unknown>(rows.length * columns.length);
    for (let i = 0, to = 0; i < rows.length; i++) {
      for (let c = 0; c < columns.length; c++) {
        values[to++] = this.value(rows[i], columns[c], i);
      }
    }
    return values;
  }

  /** Texts of one column. A missing one is a fault, as it is to scikit-learn. */
  texts(rows: readonly unknown[], column: number): string[] {
    const texts = new Array<string>(rows.length);
    for (let i = 0; i < rows.length; i++) texts[i] = this.text(rows[i], column, i);
    return texts;
  }

  /** Looks at a row's columns as `numbers`, `values` or `texts` would, and keeps nothing. @throws FeatureError */
  check(row: unknown, columns: Int32Array, as: 'numbers' | 'values' | 'text'): void {
    for (let c = 0; c < columns.length; c++) {
      if (as === 'numbers') this.number(row, columns[c], 0);
      else if (as === 'values') this.value(row, columns[c], 0);
      else this.text(row, columns[c], 0);
    }
  }

  /** A row's value in a column, as it is. @throws FeatureError for a row of another kind, one that lacks the column, and a getter that throws */
  cell(row: unknown, column: number, at: number): unknown {
    const { kind } = this;
    if (kind.kind === 'text') return row;
    if (kind.kind === 'array') {
      if (isList(row) && row.length === kind.columns) return row[column];
      const got = isList(row) ? `${row.length} values` : show(row);
      throw faultAt(
        at,
        `expected an array of ${kind.columns} values, as the pipeline was fitted on, got ${got}`,
      );
    }
    if (!isObject(row)) {
      throw faultAt(at, `expected an object with the columns ${kind.names.join(', ')}, got ${show(row)}`);
    }
    const name = kind.names[column];
    const value = read(row, name, at);
    if (value === undefined && !(name in row)) {
      throw faultAt(at, `column '${name}' is missing; give null where only its value is`);
    }
    return value;
  }

  private number(row: unknown, column: number, at: number): number {
    const value = this.cell(row, column, at);
    const number = numpyNumber(value);
    if (number !== undefined) return number;
    throw this.fault(at, column, 'a number, or null where it is missing', value);
  }

  private value(row: unknown, column: number, at: number): unknown {
    const value = this.cell(row, column, at);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    if (value === null || value === undefined) return null;
    if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
    throw this.fault(at, column, 'a text, a number, true or false, or null where it is missing', value);
  }

  private text(row: unknown, column: number, at: number): string {
    const value = this.cell(row, column, at);
    if (typeof value === 'string') return value;
    throw this.fault(at, column, 'a text', value);
  }

  private fault(row: number, column: number, expected: string, value: unknown): FeatureError {
    const { kind } = this;
    const name = kind.kind === 'columns' ? `column '${kind.names[column]}'` : `column ${column}`;
    return faultAt(
      row,
      `${kind.kind === 'text' ? 'the row' : name}: expected ${expected}, got ${show(value)}`,
    );
  }
}

function isObject(row: unknown): row is Readonly<Record<string, unknown>> {
  return typeof row === 'object' && row !== null;
}

/** Getters of Arrow rows may throw, for a whole number that no double holds; rows of `tableRows` give it as a bigint. */
function read(row: Readonly<Record<string, unknown>>, name: string, at: number): unknown {
  try {
    if (ColumnRow.isRow(row) && name in row)
      return ColumnRow.tableOf(row).column(name).content(ColumnRow.positionOf(row));
    return row[name];
  } catch (error) {
    throw faultAt(at, `column '${name}' can't be read: ${errorText(error)}`);
  }
}
