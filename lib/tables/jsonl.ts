import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { checkFunction, checkKeys, show } from '../check.js';
import { TableError } from '../errors.js';
import {
  type ColumnTypes,
  checkTypes,
  filesOf,
  parsedValue,
  type ReadTable,
  type RowOption,
  type TableRow,
  unreadable,
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
 * an object, and a value of another type than its column's
 * @example
 * const rows = jsonlRows('visits.jsonl', { columns: { page: 'text', seconds: 'number' } });
 */
export function jsonlRows<Row>(
  paths: string | readonly string[],
  options: JsonlOptions & RowOption<Row>,
): ReadTable<Row>;
export function jsonlRows(paths: string | readonly string[], options?: JsonlOptions): ReadTable<TableRow>;
export function jsonlRows<Row>(
  paths: string | readonly string[],
  options: JsonlOptions & Partial<RowOption<Row>> = {},
): ReadTable<Row | TableRow> {
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
        const typed = columns ? typedRecord(record, columns, file, count) : record;
        count++;
        yield row ? row(typed) : typed;
      }
    }
  };
}

async function* linesOf(file: string): AsyncGenerator<string, void, void> {
  const stream = createReadStream(file, 'utf8');
  // An error of the stream doesn't reach who reads its lines.
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  failed.catch(() => undefined);
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })[
    Symbol.asyncIterator
  ]();
  try {
    for (;;) {
      const { done, value } = await Promise.race([lines.next(), failed]);
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    stream.destroy();
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

function typedRecord(record: TableRow, columns: ColumnTypes, file: string, row: number): TableRow {
  const typed: Record<string, unknown> = {};
  for (const [column, type] of Object.entries(columns)) {
    const value = record[column];
    if (value === null || value === undefined) typed[column] = type === 'number' ? Number.NaN : null;
    else if (typeof value === 'string') typed[column] = parsedValue(value, type, { file, column, row });
    else if (typeof value === type) typed[column] = value;
    else throw new TableError(file, column, row, `expected a ${type}, got ${show(value)}`);
  }
  return typed;
}
