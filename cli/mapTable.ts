import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataError, OptionError, RunError } from '../index.js';
import { show } from '../lib/check.js';
import {
  csvRows,
  jsonlRecords,
  type TableRow,
  type TextEncoding,
  writtenMember,
} from '../lib/data/tables/index.js';
import { isWellFormed } from '../lib/features/text/index.js';
import { errorText } from '../lib/util/errorText.js';
import { DiskError, replaceFile } from '../lib/util/files/committedFile.js';
import type { MappedAnswer } from '../llm/index.js';

/** Rows of a file, and its columns. */
export interface MapTable {
  readonly rows: readonly TableRow[];
  readonly columns: readonly string[];
  /** Of JSON lines: those that rows were read of. */
  readonly lines?: readonly string[];
}

const CSV = ['.csv'];
const JSONL = ['.jsonl', '.ndjson'];

/** @throws OptionError for a file of another kind; TableError for one that can't be read; DataError for an empty one */
export async function readMapTable(
  path: string,
  {
    delimiter,
    encoding,
  }: { readonly delimiter?: string | undefined; readonly encoding?: TextEncoding | undefined },
): Promise<MapTable> {
  const rows: TableRow[] = [];
  const columns = new Set<string>();
  const lines: string[] = [];
  const add = (row: TableRow) => {
    rows.push(row);
    for (const name of Object.keys(row)) columns.add(name);
  };
  const csv = isCsv('DATA', path);
  if (csv) {
    const given = {
      ...(encoding !== undefined && { encoding }),
      ...(delimiter !== undefined && { delimiter }),
    };
    for await (const row of csvRows(path, given)()) add(row);
  } else
    for await (const { record, line } of jsonlRecords(path, encoding)) {
      add(record);
      lines.push(line.trim());
    }
  if (rows.length === 0) throw new DataError(`${path} has no rows`);
  return { rows, columns: [...columns], ...(!csv && { lines }) };
}

/** Whether a file is CSV, by its name; else it is JSON lines. @throws OptionError for another kind */
export function isCsv(option: string, path: string): boolean {
  const kind = extname(path).toLowerCase();
  if (CSV.includes(kind)) return true;
  if (JSONL.includes(kind)) return false;
  throw new OptionError(
    option,
    `${path} is neither CSV nor JSON lines by its name: expected ${[...CSV, ...JSONL].join(', ')}`,
  );
}

/** What is added to a row. */
const ANSWERS = ['label', 'stage', 'verdict', 'price'] as const;

/** @throws OptionError where a column has the name of an answer */
export function checkAnswerNames(columns: readonly string[], prefix: string): void {
  const taken = ANSWERS.find((name) => columns.includes(prefix + name));
  if (taken === undefined) return;
  throw new OptionError(
    '--prefix',
    `the rows have a column '${prefix}${taken}' already; begin the answers' names with another text`,
  );
}

/** @throws DataError, by row and column, where a file of CSV couldn't hold what stands there: UTF-8 has no half characters */
export function checkTexts(out: string, { rows, columns }: MapTable): void {
  if (!isCsv('--out', out)) return;
  for (const [i, row] of rows.entries())
    for (const name of columns) {
      if (isWellFormed(name) && isWellFormed(cell(row[name]))) continue;
      throw new DataError(
        `row ${i}, column '${name}': ${show(row[name])} has half of a surrogate pair, which CSV in UTF-8 can't hold: ` +
          'mend the row, or write JSON lines (--out answers.jsonl)',
      );
    }
}

/** Writes each row with its answer, in order, whole or not at all. */
export async function writeMapTable(
  path: string,
  { rows, columns, lines: read }: MapTable,
  answers: readonly MappedAnswer<string>[],
  prefix: string,
): Promise<void> {
  const csv = isCsv('--out', path);
  function* lines(): Generator<string> {
    if (csv) yield `${[...columns, ...ANSWERS.map((name) => prefix + name)].map(cell).join(',')}\n`;
    for (const [i, row] of rows.entries()) {
      const given = ANSWERS.map((name) => written(answers[i][name]));
      if (csv) {
        yield `${[...columns.map((name) => cellOf(row[name], name, read?.[i])), ...given.map(cell)].join(',')}\n`;
        continue;
      }
      // As it was read: its numbers may have more digits than ours.
      const own = (read?.[i] ?? JSON.stringify(row)).slice(0, -1).trimEnd();
      const added = ANSWERS.map((name, a) => `${JSON.stringify(prefix + name)}:${JSON.stringify(given[a])}`);
      yield `${own}${own === '{' ? '' : ','}${added.join(',')}}\n`;
    }
  }
  try {
    await replaceFile(path, (file) => pipeline(Readable.from(lines()), file));
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    const { cause } = error;
    throw new RunError('unwritable', `--out: can't write ${path}: ${errorText(cause)}; nothing was changed`, {
      cause,
    });
  }
}

/** Prices are sums: their last digits are noise. */
function written(value: string | number | null): string | number | null {
  return typeof value === 'number' ? Number(value.toPrecision(10)) : value;
}

/** A value of a row: of a line of JSON numbers, lists and objects as they are written there. */
function cellOf(value: unknown, name: string, line: string | undefined): string {
  const isText = typeof value === 'string' || value === null || value === undefined;
  return cell(isText || line === undefined ? value : (writtenMember(line, name) ?? value));
}

/** A value as CSV has it (RFC 4180). */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
