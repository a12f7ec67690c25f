import type { FileHandle } from 'node:fs/promises';
import { tableRows } from '../../lib/data/columns/index.js';
import {
  asUtf8,
  type ColumnTypes,
  csvRecords,
  isRounded,
  parsedValue,
  setColumn,
  type TextEncoding,
  unreadable,
  type WrongText,
} from '../../lib/data/tables/index.js';
import { TableError } from '../../lib/errors.js';
import { END_MARK, openReader, type RowBatch } from '../formats/index.js';
import { type ArrowMessage, type ArrowMessages, arrowMessages, arrowSchema, messagesFor } from './arrow.js';
import { openInput, piecesOf, rangesDigest, withFile } from './bytes.js';
import { checkEdges } from './edges.js';
import { ParquetFiles } from './parquet.js';
import { namesEnd, openText, type TextInput } from './text.js';
import type { Unit } from './unit.js';

export interface ReadOptions {
  /** What separates values of CSV files. @defaultValue ',' */
  readonly delimiter?: string | undefined;
  /** Types of columns of CSV files. @defaultValue text */
  readonly types?: ColumnTypes | undefined;
  /** What octets of CSV files and JSON lines stand for. @defaultValue 'utf-8' */
  readonly encoding?: TextEncoding | undefined;
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
    if (format === 'arrow') return yield* openReader(format, arrowBytes(file, unit));
    const { encoding } = await openText(file, input, options.encoding);
    yield* openReader(format, piecesOf(file, path, from, to), { encoding, from });
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
  { delimiter, types = {}, encoding }: ReadOptions,
): AsyncGenerator<RowBatch, void, void> {
  const { path } = input;
  const text = await openText(file, input, encoding);
  const names = await csvNames(text, delimiter);
  const absent = Object.keys(types).find((name) => !names.includes(name));
  if (absent !== undefined)
    throw new TableError(path, absent, undefined, `isn't there; there are ${names.join(', ')}`);
  const typeOf = names.map((name) => (Object.hasOwn(types, name) ? types[name] : 'text'));
  let rows: object[] = [];
  let written = new Map<object, ReadonlyMap<string, string>>();
  let first = 0;
  let isHeader = true;
  const wrong = (why: string) => new TableError(path, undefined, first + rows.length, why);
  async function* whole(fault: WrongText) {
    // With the names before it, so that its line ends are read as the whole file's are.
    yield* namesOf(text, fault);
    yield* asUtf8(piecesOf(file, path, from, to), text.encoding, fault, from);
  }
  for await (const values of recordsOf(whole, delimiter, wrong)) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    const record: Record<string, unknown> = {};
    for (let c = 0; c < names.length; c++) {
      const place = { file: path, column: names[c], row: first + rows.length };
      const value = parsedValue(values[c], typeOf[c], place);
      setColumn(record, names[c], value);
      if (typeof value === 'number' && isRounded(values[c].trim(), value))
        written.set(record, new Map([...(written.get(record) ?? []), [names[c], values[c].trim()]]));
    }
    rows.push(record);
    if (rows.length < BATCH) continue;
    yield { rows, from: first, source: undefined, written };
    first += rows.length;
    rows = [];
    written = new Map();
  }
  if (rows.length > 0) yield { rows, from: first, source: undefined, written };
}

/** The part of a CSV file up to its first record, as UTF-8. */
async function* namesOf(text: TextInput, fault: WrongText): AsyncGenerator<Buffer, void, void> {
  const { file, path, encoding } = text;
  yield* asUtf8(piecesOf(file, path, 0, await namesEnd(text)), encoding, fault);
}

/** Names of a CSV file's columns. @throws TableError for two of one name */
export async function csvNames(text: TextInput, delimiter: string | undefined): Promise<readonly string[]> {
  let names: readonly string[] = [];
  const wrong = (why: string) => new TableError(text.path, undefined, undefined, why);
  for await (const record of recordsOf((fault) => namesOf(text, fault), delimiter, wrong)) names = record;
  const twice = names.find((name, c) => names.indexOf(name) !== c);
  if (twice !== undefined) throw new TableError(text.path, twice, undefined, 'two columns have this name');
  return names;
}

/** Characters of a record: a quote that nothing closes would hold the rest of its unit. */
const MOST = 1 << 24;

function recordsOf(open: Parameters<typeof csvRecords>[0], delimiter = ',', wrong: WrongText) {
  // All line ends, whatever the first line has: units have other first lines than their file.
  const options = { delimiter, max_record_size: MOST, record_delimiter: ['\r\n', '\n', '\r'] };
  return csvRecords(open, options, wrong);
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
