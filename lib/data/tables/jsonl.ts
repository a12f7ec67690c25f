import { checkFunction, checkKeys, show } from '../../check.js';
import { TableError } from '../../errors.js';
import { checkEncoding, type TextEncoding, type WrongText, wholeLines } from './encoding.js';
import {
  type ColumnType,
  type ColumnTypes,
  checkTypes,
  fileAsUtf8,
  filesOf,
  parsedValue,
  type ReadTable,
  type RowOption,
  setColumn,
  type TableRow,
  type TypedRow,
  unlike,
  type ValuePlace,
} from './values.js';
import { doubledName, mayBeUnheld, unheldNumbers } from './writtenJson.js';

/** Options of `jsonlRows`. */
export interface JsonlOptions {
  /**
   * Columns to read, by their types. A number that is null or absent is NaN, a missing value; any
   * other value null. @defaultValue all members, as they are
   */
  readonly columns?: ColumnTypes;
  /** What octets stand for: see {@link TextEncoding}. @defaultValue 'utf-8' */
  readonly encoding?: TextEncoding;
}

/**
 * Rows of files with one JSON object a line, one file after the other, for `tune({ rows })`. Empty
 * lines are left out.
 *
 * @param paths a file, or several
 * @throws OptionError. While it is read, TableError for a file that can't be read, an octet that isn't of the encoding, a
 * line that isn't an object, and a value of another type than its column's or a whole number beyond 2^53
 * @example
 * const rows = jsonlRows('visits.jsonl', { columns: { page: 'text', seconds: 'number' } });
 */
export function jsonlRows<Row>(
  paths: string | readonly string[],
  options: JsonlOptions & RowOption<Row>,
): ReadTable<Row>;
export function jsonlRows<const Columns extends ColumnTypes>(
  paths: string | readonly string[],
  options: JsonlOptions & { readonly columns: Columns },
): ReadTable<TypedRow<Columns, string | null>>;
export function jsonlRows(paths: string | readonly string[], options?: JsonlOptions): ReadTable<TableRow>;
export function jsonlRows(
  paths: string | readonly string[],
  options: JsonlOptions & Partial<RowOption<unknown>> = {},
): ReadTable<unknown> {
  checkKeys(options, ['columns', 'encoding', 'row']);
  const { columns, encoding = 'utf-8', row } = options;
  const files = filesOf(paths);
  checkTypes(columns);
  checkEncoding(encoding);
  if (row !== undefined) checkFunction('row', row);
  const read = async function* () {
    for (const file of files)
      for await (const { record } of jsonlRecords(file, encoding, columns)) yield row ? row(record) : record;
  };
  return Object.assign(read, { files });
}

/** The objects of a file, each with the line that it was read of. @throws TableError, as {@link jsonlRows} */
export async function* jsonlRecords(
  file: string,
  encoding: TextEncoding = 'utf-8',
  columns?: ColumnTypes,
): AsyncGenerator<{ readonly record: TableRow; readonly line: string }, void, void> {
  let count = 0;
  const wrong: WrongText = (why) => new TableError(file, undefined, count, why);
  for await (const lines of wholeLines(fileAsUtf8(file, 'JSON lines', encoding, wrong)))
    for (const line of lines.split('\n')) {
      if (line.trim() === '') continue;
      const record = recordOf(line, file, count);
      const doubled = doubledName(line, record);
      if (doubled !== undefined) throw new TableError(file, doubled, count, 'two members have this name');
      if (mayBeUnheld(line)) checkWritten(line, columns, file, count);
      const typed = columns ? typedRecord(record, columns, file, count) : record;
      count++;
      yield { record: typed, line };
    }
}

function recordOf(line: string, file: string, row: number): TableRow {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new TableError(
      file,
      undefined,
      row,
      `isn't JSON: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  }
  if (isRecord(value)) return value;
  throw new TableError(file, undefined, row, `expected an object, got ${show(value)}`);
}

function isRecord(value: unknown): value is TableRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `JSON.parse` rounds numbers without a word. Of columns that aren't read, any number will do. */
function checkWritten(line: string, columns: ColumnTypes | undefined, file: string, row: number): void {
  for (const { token, column } of unheldNumbers(line))
    if (columns === undefined || Object.hasOwn(columns, column)) throw unlike(token, { file, column, row });
}

function typedRecord(record: TableRow, columns: ColumnTypes, file: string, row: number): TableRow {
  const typed: Record<string, unknown> = {};
  for (const [column, type] of Object.entries(columns)) {
    const value = Object.hasOwn(record, column) ? record[column] : undefined;
    setColumn(typed, column, typedValue(value, type, { file, column, row }));
  }
  return typed;
}

function typedValue(value: unknown, type: ColumnType, place: ValuePlace): unknown {
  if (value === null || value === undefined) return type === 'number' ? Number.NaN : null;
  if (typeof value === 'string') return parsedValue(value, type, place);
  if (typeof value === type) return value;
  throw new TableError(place.file, place.column, place.row, `expected a ${type}, got ${show(value)}`);
}
