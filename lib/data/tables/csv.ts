import type { Options } from 'csv-parse';
import { checkFunction, checkKeys, show } from '../../check.js';
import { OptionError, TableError } from '../../errors.js';
import { optionalPackage } from '../../util/packages.js';
import { checkEncoding, type TextEncoding, type WrongText } from './encoding.js';
import {
  type ColumnType,
  type ColumnTypes,
  checkColumns,
  checkTypes,
  fileAsUtf8,
  filesOf,
  parsedValue,
  type ReadTable,
  type RowOption,
  setColumn,
  type TypedRow,
  unreadable,
} from './values.js';

/** Options of `csvRows`. */
export interface CsvOptions {
  /** Columns to read, by their types. @defaultValue all, as text */
  readonly columns?: ColumnTypes;
  /** What separates values: one character. @defaultValue ',' */
  readonly delimiter?: string;
  /** What octets stand for: see {@link TextEncoding}. @defaultValue 'utf-8' */
  readonly encoding?: TextEncoding;
  /**
   * Texts that stand for a missing value, null (a number's: NaN). `['']` reads empty cells of columns of texts as
   * pandas does. @defaultValue none: an empty cell of text is ''
   */
  readonly missing?: readonly string[];
}

/**
 * Rows of CSV files (RFC 4180), one file after the other, for `tune({ rows })`. The first line of
 * each names its columns. Needs `csv-parse`.
 *
 * @param paths a file, or several with the same columns
 * @throws OptionError. While it is read, MissingPackage; TableError for a file that can't be read,
 * lacks a column, has others than the first file, for an octet that isn't of the encoding, and for a value of another
 * type than its column's or a whole number beyond 2^53
 * @example
 * const rows = csvRows('visits.csv', { columns: { page: 'text', seconds: 'number' } });
 */
export function csvRows<Row>(
  paths: string | readonly string[],
  options: CsvOptions & RowOption<Row>,
): ReadTable<Row>;
export function csvRows<const Columns extends ColumnTypes>(
  paths: string | readonly string[],
  options: CsvOptions & { readonly columns: Columns; readonly missing?: undefined },
): ReadTable<TypedRow<Columns>>;
export function csvRows<const Columns extends ColumnTypes>(
  paths: string | readonly string[],
  options: CsvOptions & { readonly columns: Columns },
): ReadTable<TypedRow<Columns, string | null>>;
export function csvRows(
  paths: string | readonly string[],
  options: CsvOptions & { readonly missing: readonly string[] },
): ReadTable<Readonly<Record<string, string | null>>>;
export function csvRows(
  paths: string | readonly string[],
  options?: CsvOptions,
): ReadTable<Readonly<Record<string, string>>>;
export function csvRows(
  paths: string | readonly string[],
  options: CsvOptions & Partial<RowOption<unknown>> = {},
): ReadTable<unknown> {
  checkKeys(options, ['columns', 'delimiter', 'encoding', 'missing', 'row']);
  const { columns, delimiter = ',', encoding = 'utf-8', missing = [], row } = options;
  const files = filesOf(paths);
  checkTypes(columns);
  checkEncoding(encoding);
  if (typeof delimiter !== 'string' || delimiter.length !== 1)
    throw new OptionError('delimiter', `expected one character, got ${show(delimiter)}`);
  if (!Array.isArray(missing) || !missing.every((text) => typeof text === 'string'))
    throw new OptionError('missing', `expected texts, ['', 'NA'], got ${show(missing)}`);
  if (row !== undefined) checkFunction('row', row);
  const absent = new Set(missing);
  async function* recordsOf(file: string, wrong: WrongText) {
    try {
      yield* csvRecords((fault) => fileAsUtf8(file, 'CSV', encoding, fault), { delimiter }, wrong);
    } catch (error) {
      throw unreadable(file, error);
    }
  }
  const read = async function* () {
    let first: { readonly file: string; readonly names: readonly string[] } | undefined;
    for (const file of files) {
      let names: readonly string[] | undefined;
      let types: readonly (ColumnType | undefined)[] = [];
      let count = 0;
      const wrong: WrongText = (why) =>
        new TableError(file, undefined, names === undefined ? undefined : count, why);
      for await (const values of recordsOf(file, wrong)) {
        if (names === undefined) {
          names = values;
          checkHeader(file, names, columns);
          if (first && columns === undefined) checkColumns(file, names, first.file, first.names);
          first ??= { file, names };
          types = names.map((name) => (columns ? typeIn(columns, name) : 'text'));
          continue;
        }
        const record: Record<string, unknown> = {};
        for (let c = 0; c < names.length; c++) {
          const column = names[c];
          const type = types[c];
          if (type === undefined) continue;
          const value = absent.has(values[c])
            ? missingOf(type)
            : parsedValue(values[c], type, { file, column, row: count });
          setColumn(record, column, value);
        }
        count++;
        yield row ? row(record) : record;
      }
      if (names === undefined)
        throw new TableError(file, undefined, undefined, 'is empty: it has no line with names of columns');
    }
  };
  return Object.assign(read, { files });
}

function missingOf(type: ColumnType): number | null {
  return type === 'number' ? Number.NaN : null;
}

/** The type of a column that is asked for: objects have members by the name of `constructor`, too. */
function typeIn(columns: ColumnTypes, name: string): ColumnType | undefined {
  return Object.hasOwn(columns, name) ? columns[name] : undefined;
}

function checkHeader(file: string, names: readonly string[], columns: ColumnTypes | undefined): void {
  const twice = names.find((name, c) => names.indexOf(name) !== c);
  if (twice !== undefined) throw new TableError(file, twice, undefined, 'two columns have this name');
  const missing = columns && Object.keys(columns).find((name) => !names.includes(name));
  if (missing !== undefined)
    throw new TableError(file, missing, undefined, `isn't there; there are ${names.join(', ')}`);
}

/** More than csv-parse looks ahead: it ends no record. */
const PADDING = 'x'.repeat(64);

/**
 * Records of CSV in UTF-8, those of a piece at once.
 *
 * @param open gives the text; `fault` is for what is none
 * @param options of csv-parse
 * @param wrong makes the error of what is no text, once all records before have been given
 * @throws MissingPackage; CsvError of that package; what `wrong` makes
 */
export async function* csvRecords(
  open: (fault: WrongText) => AsyncIterable<Buffer>,
  options: Options,
  wrong: WrongText,
): AsyncGenerator<readonly string[], void, void> {
  const { parse } = await optionalPackage('csv-parse', 'reading CSV files', () => import('csv-parse'));
  const parser = parse({ skip_empty_lines: true, ...options });
  let fault: string | undefined;
  let failure: Error | undefined;
  parser.once('error', (error: Error) => {
    failure = error;
  });
  function* parsed(): Generator<readonly string[], void, void> {
    for (let record = parser.read(); record !== null; record = parser.read()) yield record;
  }
  const noText: WrongText = (why) => {
    fault = why;
    return new Error(why);
  };
  try {
    for await (const piece of open(noText)) {
      const taken = new Promise((resolve) => parser.write(piece, resolve));
      yield* parsed();
      await taken;
      if (failure) throw failure;
    }
    const ended = new Promise<void>((resolve) => parser.end(() => resolve()));
    yield* parsed();
    await ended;
    if (failure) throw failure;
    yield* parsed();
  } catch (error) {
    if (fault === undefined) throw error;
    parser.write(PADDING);
    yield* parsed();
    throw wrong(fault);
  } finally {
    parser.destroy();
  }
}
