import { createReadStream } from 'node:fs';
import { checkOneOf, show } from '../../check.js';
import { OptionError, RunError, TableError } from '../../errors.js';
import { errorText } from '../../util/errorText.js';
import { startOfFile } from '../../util/lookAt.js';
import { insteadOfContent, isBinary, looksLike } from '../../util/looks.js';
import { digitsOf, FineDate } from '../columns/index.js';
import { asUtf8, isWide, type TextEncoding, type WrongText } from './encoding.js';

/** Values of a row by their columns. */
export type TableRow = Readonly<Record<string, unknown>>;

/** What becomes of a record. */
export interface RowOption<Row> {
  /** Makes a row of a record. @defaultValue the record itself */
  readonly row: (record: TableRow) => Row;
}

/** Begins to read all rows of all files, each time anew. */
export interface ReadTable<Row> {
  (): AsyncGenerator<Row, void, void>;
  /** Their paths, as given. */
  readonly files: readonly string[];
}

/**
 * How a text becomes a value. `number`: empty text is NaN, a missing value. `boolean`: `true`,
 * `false`, `1` or `0`. `date`: a `Date`. Empty text is null for `boolean` and `date`.
 */
export type ColumnType = 'text' | 'number' | 'boolean' | 'date';

/** Values of a row whose columns have these types. Texts of JSON may be null. */
export type TypedRow<Columns extends ColumnTypes, Text = string> = {
  readonly [Column in keyof Columns]: {
    readonly text: Text;
    readonly number: number;
    readonly boolean: boolean | null;
    readonly date: Date | null;
  }[Columns[Column]];
};

/** Columns to read, and their types. */
export type ColumnTypes = Readonly<Record<string, ColumnType>>;

const TYPES = ['text', 'number', 'boolean', 'date'] as const;

/** One or more paths. @throws OptionError for anything else */
export function filesOf(paths: string | readonly string[]): readonly string[] {
  const files = [paths].flat();
  const content = typeof paths === 'string' ? insteadOfContent(paths) : '';
  const areTexts = files.length > 0 && files.every((path) => typeof path === 'string' && path !== '');
  if (areTexts && content === '') return files;
  throw new OptionError('paths', `expected the path of a file, or several, got ${content || show(paths)}`);
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
export interface ValuePlace {
  readonly file: string;
  readonly column: string;
  readonly row: number;
}

/** Sets a value of a record. `__proto__` is a column like others, which assignment would drop. */
export function setColumn(record: Record<string, unknown>, column: string, value: unknown): void {
  if (column !== '__proto__') record[column] = value;
  else Object.defineProperty(record, column, { value, enumerable: true, writable: true, configurable: true });
}

/** A text as a value of its column's type. @throws TableError for a text of another type */
export function parsedValue(text: string, type: ColumnType, place: ValuePlace): unknown {
  if (type === 'text') return text;
  const trimmed = text.trim();
  if (trimmed === '') return type === 'number' ? Number.NaN : null;
  if (type === 'number') {
    const number = Number(trimmed);
    if (isUnlike(trimmed, number)) throw unlike(trimmed, place);
    if (!Number.isNaN(number) || trimmed === 'NaN') return number;
  } else if (type === 'boolean') {
    if (trimmed === 'true' || trimmed === '1') return true;
    if (trimmed === 'false' || trimmed === '0') return false;
  } else {
    const date = dateOf(trimmed);
    if (date !== undefined) return date;
  }
  const hint = type === 'date' ? ' as 2026-01-31 or 2026-01-31T08:30:00Z; read others as text' : '';
  throw new TableError(place.file, place.column, place.row, `expected a ${type}${hint}, got ${show(text)}`);
}

/** Whether the number that was read of a text is another one: of whole numbers beyond 2^53, and beyond all numbers. */
export function isUnlike(text: string, number: number): boolean {
  if (Number.isInteger(number))
    return !Number.isSafeInteger(number) && (WHOLE.test(text) || hasOtherDigits(text, number));
  return Math.abs(number) === Number.POSITIVE_INFINITY && DIGIT.test(text);
}

/** Whether a text has other digits than the number, written with as many, or as programs write it. */
function hasOtherDigits(text: string, number: number): boolean {
  const digits = digitsOf(text);
  const own = number.toExponential(Math.min(Math.max(digits.length - 1, 0), 100));
  return digitsOf(own) !== digits && digitsOf(number.toExponential()) !== digits;
}

/** Whether a finite number that was read of a text is another one. Up to 15 digits it isn't, but where it is tiny. */
export function isRounded(text: string, number: number): boolean {
  return (
    (text.length > 15 || Math.abs(number) < TINY) && Number.isFinite(number) && hasOtherDigits(text, number)
  );
}

/** Below it numbers have fewer digits. */
const TINY = 2 ** -1022;
const WHOLE = /^[+-]?\d+\.?0*$|^0[box]/i;
const DIGIT = /\d/;

/** The error of a number that can't be held as it is written. */
export function unlike(number: string | bigint, { file, column, row }: ValuePlace): TableError {
  return new TableError(
    file,
    column,
    row,
    `${number} is at or beyond ±2^53, where numbers are whole no longer; leave the column out, or write it as text`,
  );
}

/**
 * ISO 8601 alone: of other texts engines make what they can. They differ, and take 1 for a month of
 * 2001.
 */
const DATE =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?Z| ?[+-]\d\d(?::?\d\d)?)?)?)?)?$/i;

/** Digits below a millisecond, without zeros behind them. */
const FINER = /\.\d{3}(\d*[1-9])/;

function dateOf(text: string): Date | undefined {
  const [whole, year, month = '01', day = '01'] = DATE.exec(text) ?? [];
  if (whole === undefined) return undefined;
  // Engines go on from the 30th of February to March.
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return undefined;
  const date = new Date(whole);
  if (Number.isNaN(date.getTime())) return undefined;
  const [, finer] = FINER.exec(whole) ?? [];
  return finer === undefined ? date : new FineDate(date.getTime(), finer);
}

/** @throws TableError for a folder, and for a file of another kind; what can't be read is left to the reader */
export async function checkKind(
  file: string,
  kind: 'Parquet file' | 'CSV' | 'JSON lines',
  encoding: TextEncoding = 'utf-8',
): Promise<void> {
  const start = await startOfFile(file);
  if (start === undefined) return;
  if (start === 'folder')
    throw new TableError(file, undefined, undefined, 'is a folder; pass the files in it');
  // A file that is encrypted begins with PARE.
  const isOther =
    kind === 'Parquet file'
      ? !/^PAR[1E]$/.test(String.fromCharCode(...start.subarray(0, 4)))
      : !isWide(encoding) && isBinary(start);
  if (isOther) throw new TableError(file, undefined, undefined, `is no ${kind}${looksLike(start)}`);
}

/** A file's text as UTF-8, piece by piece. @throws TableError; what `wrong` makes */
export async function* fileAsUtf8(
  file: string,
  kind: 'CSV' | 'JSON lines',
  encoding: TextEncoding,
  wrong: WrongText,
): AsyncGenerator<Buffer, void, void> {
  await checkKind(file, kind, encoding);
  try {
    yield* asUtf8(createReadStream(file), encoding, wrong);
  } catch (error) {
    throw unreadable(file, error);
  }
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

/** An error of the file itself, or of a column, with its path. */
export function unreadable(file: string, error: unknown, column?: string): Error {
  if (error instanceof TableError || error instanceof OptionError || error instanceof RunError) return error;
  const message = errorText(error);
  return new TableError(file, column, undefined, `can't be read: ${message}`, { cause: error });
}
