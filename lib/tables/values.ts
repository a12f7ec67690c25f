import { checkOneOf, show } from '../check.js';
import { OptionError, TableError } from '../errors.js';

/** Values of a row by their columns. */
export type TableRow = Readonly<Record<string, unknown>>;

/** What becomes of a record. */
export interface RowOption<Row> {
  /** Makes a row of a record. @defaultValue the record itself */
  readonly row: (record: TableRow) => Row;
}

/** Begins to read all rows of all files, each time anew. */
export type ReadTable<Row> = () => AsyncGenerator<Row, void, void>;

/**
 * How a text becomes a value. `number`: empty text is NaN, a missing value. `boolean`: `true`,
 * `false`, `1` or `0`. `date`: a `Date`. Empty text is null for `boolean` and `date`.
 */
export type ColumnType = 'text' | 'number' | 'boolean' | 'date';

/** Columns to read, and their types. */
export type ColumnTypes = Readonly<Record<string, ColumnType>>;

const TYPES = ['text', 'number', 'boolean', 'date'] as const;

/** One or more paths. @throws OptionError for anything else */
export function filesOf(paths: string | readonly string[]): readonly string[] {
  const files = [paths].flat();
  if (files.length > 0 && files.every((path) => typeof path === 'string' && path !== '')) return files;
  throw new OptionError('paths', `expected the path of a file, or several, got ${show(paths)}`);
}

/** @throws OptionError for types that are none */
export function checkTypes(columns: ColumnTypes | undefined): void {
  if (columns === undefined) return;
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns))
    throw new OptionError('columns', `expected types by column, { age: 'number' }, got ${show(columns)}`);
  for (const [name, type] of Object.entries(columns)) checkOneOf(`columns.${name}`, type, TYPES);
}

/** @throws OptionError for a list that holds anything but names */
export function checkNames(columns: readonly string[] | undefined): void {
  if (columns === undefined) return;
  if (Array.isArray(columns) && columns.length > 0 && columns.every((name) => typeof name === 'string'))
    return;
  throw new OptionError('columns', `expected names of columns, got ${show(columns)}`);
}

/** Where a value is, for errors. */
export interface Place {
  readonly file: string;
  readonly column: string;
  readonly row: number;
}

/** A text as a value of its column's type. @throws TableError for a text of another type */
export function parsedValue(text: string, type: ColumnType, { file, column, row }: Place): unknown {
  if (type === 'text') return text;
  const trimmed = text.trim();
  if (trimmed === '') return type === 'number' ? Number.NaN : null;
  if (type === 'number') {
    const number = Number(trimmed);
    if (!Number.isNaN(number) || trimmed === 'NaN') return number;
  } else if (type === 'boolean') {
    if (trimmed === 'true' || trimmed === '1') return true;
    if (trimmed === 'false' || trimmed === '0') return false;
  } else {
    const date = new Date(trimmed);
    if (!Number.isNaN(date.getTime())) return date;
  }
  throw new TableError(file, column, row, `expected a ${type}, got ${show(text)}`);
}

/** Refuses a file whose columns aren't those of the first. */
export function checkColumns(
  file: string,
  names: readonly string[],
  first: string,
  expected: readonly string[],
): void {
  const missing = expected.find((name) => !names.includes(name));
  if (missing !== undefined) throw new TableError(file, missing, undefined, `isn't there; ${first} has it`);
  const other = names.find((name) => !expected.includes(name));
  if (other !== undefined) throw new TableError(file, other, undefined, `${first} has no such column`);
}

/** An error of the file itself, with its path. */
export function unreadable(file: string, error: unknown): Error {
  if (error instanceof TableError || error instanceof OptionError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new TableError(file, undefined, undefined, `can't be read: ${message}`, { cause: error });
}
