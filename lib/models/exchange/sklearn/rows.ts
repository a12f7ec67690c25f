import { show } from '../../../check.js';
import { damagedModel, Fields } from '../fields.js';
import { PIPELINE } from './node.js';
import { faultAt } from './values.js';

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
  return { kind, names };
}

/** Reads columns of rows. A fault names the row by its position among those given, and the column. */
export class ColumnReader {
  constructor(private readonly kind: RowKind) {}

  get columns(): number {
    const { kind } = this;
    return kind.kind === 'text' ? 1 : kind.kind === 'array' ? kind.columns : kind.names.length;
  }

  /** Numbers, row-major; what is missing is NaN. */
  numbers(rows: readonly unknown[], columns: Int32Array): Float64Array {
    const numbers = new Float64Array(rows.length * columns.length);
    for (let i = 0, to = 0; i < rows.length; i++) {
      for (let c = 0; c < columns.length; c++) {
        const value = this.value(rows[i], columns[c], i);
        if (typeof value === 'number') numbers[to++] = value;
        else if (value === null || value === undefined) numbers[to++] = Number.NaN;
        else if (typeof value === 'boolean' || typeof value === 'bigint') numbers[to++] = Number(value);
        else throw faultAt(i, `${this.nameOf(columns[c])}: expected a number, got ${show(value)}`);
      }
    }
    return numbers;
  }

  /** Values as they stand in the rows, row-major. */
  values(rows: readonly unknown[], columns: Int32Array): unknown[] {
    const values = new Array<unknown>(rows.length * columns.length);
    for (let i = 0, to = 0; i < rows.length; i++)
      for (let c = 0; c < columns.length; c++) values[to++] = this.value(rows[i], columns[c], i);
    return values;
  }

  /** Texts of one column. */
  texts(rows: readonly unknown[], column: number): string[] {
    return rows.map((row, i) => {
      const value = this.value(row, column, i);
      if (typeof value === 'string') return value;
      throw faultAt(i, `${this.nameOf(column)}: expected a text, got ${show(value)}`);
    });
  }

  private value(row: unknown, column: number, at: number): unknown {
    const { kind } = this;
    if (kind.kind === 'text') return row;
    if (kind.kind === 'array') {
      if (Array.isArray(row) || ArrayBuffer.isView(row)) return Reflect.get(row, column);
      throw faultAt(at, `expected an array of ${kind.columns} values, got ${show(row)}`);
    }
    const name = kind.names[column];
    if (typeof row !== 'object' || row === null)
      throw faultAt(at, `expected an object with ${kind.names.join(', ')}, got ${show(row)}`);
    const value: unknown = Reflect.get(row, name);
    if (value === undefined && !(name in row)) throw faultAt(at, `column '${name}' is missing`);
    return value;
  }

  private nameOf(column: number): string {
    const { kind } = this;
    return kind.kind === 'columns' ? `column '${kind.names[column]}'` : `column ${column}`;
  }
}
