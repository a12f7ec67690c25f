import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { tableRows } from '../../lib/data/columns/index.js';
import { type ColumnTypes, parsedValue, setColumn, unreadable } from '../../lib/data/tables/index.js';
import { TableError } from '../../lib/errors.js';
import { optionalPackage } from '../../lib/util/packages.js';
import { END_MARK, openReader, type RowBatch } from '../formats/index.js';
import { type ArrowMessage, type ArrowMessages, arrowMessages, arrowSchema, messagesFor } from './arrow.js';
import { bytesAt, openInput, piecesOf, rangesDigest, withFile } from './bytes.js';
import { checkEdges } from './edges.js';
import { ParquetFiles } from './parquet.js';
import { namesEnd } from './text.js';
import type { BatchInput, Unit } from './unit.js';

export interface ReadOptions {
  /** What separates values of CSV files. @defaultValue ',' */
  readonly delimiter?: string | undefined;
  /** Types of columns of CSV files. @defaultValue text */
  readonly types?: ColumnTypes | undefined;
}

/** Rows that are answered together where a unit has them all at once. */
const BATCH = 10_000;

/**
 * The rows of a unit, in their order, by some 10,000. Positions count from the unit's first row. One row group, or
 * one batch, is in memory at a time.
 *
 * @param files pass the same for units that follow each other
 * @throws TableError, naming the file, for what can't be read
 * @example
 * for await (const { rows } of readUnit(unit)) await cascade.predict(rows);
 */
export async function* readUnit(
  unit: Unit,
  options: ReadOptions = {},
  files: ParquetFiles = new ParquetFiles(),
): AsyncGenerator<RowBatch, void, void> {
  const { input, from, to } = unit;
  const { path, format } = input;
  if (format === 'parquet') return yield* groupsOf(unit, files);
  const file = await openInput(path);
  try {
    if (format !== 'arrow') await checkEdges(file, unit, [from, to]);
    if (format === 'csv') return yield* csvBatches(file, unit, options);
    const bytes = format === 'jsonl' ? piecesOf(file, path, from, to) : arrowBytes(file, unit);
    yield* openReader(format, Readable.from(bytes));
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    await file.close();
  }
}

async function* groupsOf(
  { input, from, to }: Unit,
  files: ParquetFiles,
): AsyncGenerator<RowBatch, void, void> {
  const { table } = await files.open(input);
  let first = 0;
  for (let group = from; group < to; group++) {
    const rows = tableRows(
      await table(group).catch((error: unknown) => {
        files.forget();
        throw error;
      }),
    );
    for (let at = 0; at < rows.length; at += BATCH)
      yield { rows: rows.slice(at, at + BATCH), from: first + at, source: undefined };
    first += rows.length;
  }
}

/** An Arrow stream of its own: the schema, and what a unit's batches need, and they. */
async function* arrowBytes(file: FileHandle, unit: Unit): AsyncGenerator<Uint8Array, void, void> {
  const { path, size } = unit.input;
  const found = await arrowMessages(file, path, size);
  const messages = await unitMessages(file, unit, found);
  yield (await arrowSchema(file, path, found)).message;
  for (const message of messages) yield* piecesOf(file, path, message.from, message.to);
  yield END_MARK;
}

/** @throws RunError `changed` where they aren't those that were planned */
async function unitMessages(
  file: FileHandle,
  unit: Unit,
  found: ArrowMessages,
): Promise<readonly ArrowMessage[]> {
  const messages = messagesFor(found, unit.from, unit.to);
  const batches = messages.filter(({ kind }) => kind === 'batch');
  await checkEdges(file, unit, [batches[0]?.from ?? 0, batches.at(-1)?.to ?? 0]);
  return messages;
}

async function* csvBatches(
  file: FileHandle,
  { input, from, to }: Unit,
  { delimiter = ',', types = {} }: ReadOptions,
): AsyncGenerator<RowBatch, void, void> {
  const { path, size } = input;
  const names = await csvNames(file, input, delimiter);
  const absent = Object.keys(types).find((name) => !names.includes(name));
  if (absent !== undefined)
    throw new TableError(path, absent, undefined, `isn't there; there are ${names.join(', ')}`);
  const typeOf = names.map((name) => (Object.hasOwn(types, name) ? types[name] : 'text'));
  // With the names before it, so that its line ends are read as the whole file's are.
  const head = await bytesAt(file, path, 0, await namesEnd(file, path, size));
  let rows: object[] = [];
  let first = 0;
  let isHeader = true;
  for await (const values of recordsOf(withHead(head, piecesOf(file, path, from, to)), delimiter)) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    const record: Record<string, unknown> = {};
    for (let c = 0; c < names.length; c++) {
      const place = { file: path, column: names[c], row: first + rows.length };
      setColumn(record, names[c], parsedValue(values[c], typeOf[c], place));
    }
    rows.push(record);
    if (rows.length < BATCH) continue;
    yield { rows, from: first, source: undefined };
    first += rows.length;
    rows = [];
  }
  if (rows.length > 0) yield { rows, from: first, source: undefined };
}

async function* withHead(head: Buffer, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  yield head;
  yield* pieces;
}

/** Names of a CSV file's columns. @throws TableError for two of one name */
export async function csvNames(
  file: FileHandle,
  { path, size }: BatchInput,
  delimiter: string,
): Promise<readonly string[]> {
  const head = await bytesAt(file, path, 0, await namesEnd(file, path, size));
  let names: readonly string[] = [];
  for await (const record of recordsOf(Readable.from([head]), delimiter)) names = record;
  const twice = names.find((name, c) => names.indexOf(name) !== c);
  if (twice !== undefined) throw new TableError(path, twice, undefined, 'two columns have this name');
  return names;
}

/** Characters of a record: a quote that nothing closes would hold the rest of its unit. */
const MOST = 1 << 24;

async function* recordsOf(
  bytes: AsyncIterable<Buffer>,
  delimiter: string,
): AsyncGenerator<readonly string[], void, void> {
  const { parse } = await optionalPackage('csv-parse', 'reading CSV files', () => import('csv-parse'));
  const parser = parse({
    ...{ delimiter, bom: true, skip_empty_lines: true, max_record_size: MOST },
    // All of them, whatever the first line ends with: units have other first lines than their file.
    record_delimiter: ['\r\n', '\n', '\r'],
  });
  const input = Readable.from(bytes);
  input.once('error', (error) => parser.destroy(error));
  try {
    yield* input.pipe(parser);
  } finally {
    input.destroy();
  }
}

/** SHA-256 of the bytes that a unit's rows are read of. @param files as `readUnit` has them @throws TableError */
export async function sourceDigest(unit: Unit, files: ParquetFiles = new ParquetFiles()): Promise<string> {
  const { input, from, to } = unit;
  const { path, format } = input;
  if (format === 'parquet') {
    const { groups, bytes } = await files.open(input);
    return rangesDigest(
      path,
      groups.slice(from, to).flatMap(({ index }) => bytes(index)),
    );
  }
  return withFile(path, async (file) => {
    if (format === 'arrow') {
      const messages = await unitMessages(file, unit, await arrowMessages(file, path, input.size));
      return rangesDigest(
        path,
        messages.map((message) => [message.from, message.to]),
      );
    }
    await checkEdges(file, unit, [from, to]);
    return rangesDigest(path, [[from, to]]);
  });
}
