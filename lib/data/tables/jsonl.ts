import { createReadStream } from 'node:fs';
import { checkFunction, checkKeys, show } from '../../check.js';
import { TableError } from '../../errors.js';
import { mayBeUnheld, unheldNumbers } from './unheld.js';
import {
  type ColumnType,
  type ColumnTypes,
  checkKind,
  checkTypes,
  filesOf,
  parsedValue,
  type ReadTable,
  type RowOption,
  setColumn,
  type TableRow,
  type TypedRow,
  unlike,
  unreadable,
  type ValuePlace,
} from './values.js';

/** Options of `jsonlRows`. */
export interface JsonlOptions {
  /**
   * Columns to read, by their types. A number that is null or absent is NaN, a missing value; any
   * other value null. @defaultValue all members, as they are
   */
  readonly columns?: ColumnTypes;
}

/**
 * Rows of files with one JSON object a line, one file after the other, for `tune({ rows })`. Empty
 * lines are left out.
 *
 * @param paths a file, or several
 * @throws OptionError. While it is read, TableError for a file that can't be read, a line that isn't
 * an object, and a value of another type than its column's or a whole number beyond 2^53
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
  checkKeys(options, ['columns', 'row']);
  const { columns, row } = options;
  const files = filesOf(paths);
  checkTypes(columns);
  if (row !== undefined) checkFunction('row', row);
  return async function* read() {
    for (const file of files) {
      let count = 0;
      for await (const line of linesOf(file)) {
        if (line.trim() === '') continue;
        const record = recordOf(line, file, count);
        if (mayBeUnheld(line)) checkWritten(line, columns, file, count);
        const typed = columns ? typedRecord(record, columns, file, count) : record;
        count++;
        yield row ? row(typed) : typed;
      }
    }
  };
}

/** The lines of a file, of which no more than a piece is in memory at a time. */
async function* linesOf(file: string): AsyncGenerator<string, void, void> {
  await checkKind(file, 'JSON lines');
  const stream = createReadStream(file, 'utf8');
  let begun = '';
  let isFirst = true;
  try {
    for await (const piece of stream) {
      const lines: string[] = (isFirst ? withoutMark(piece) : piece).split('\n');
      isFirst = false;
      lines[0] = begun + lines[0];
      begun = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    stream.destroy();
  }
  yield begun;
}

/** Some programs begin a file with a byte order mark. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
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
