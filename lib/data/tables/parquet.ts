import { checkFunction, checkKeys, meant } from '../../check.js';
import { MissingPackage, TableError } from '../../errors.js';
import { optionalPackage } from '../../util/packages.js';
import {
  checkColumns,
  checkKind,
  checkNames,
  filesOf,
  type ReadTable,
  type RowOption,
  setColumn,
  type TableRow,
  unlike,
  unreadable,
} from './values.js';

/** Options of `parquetRows`. */
export interface ParquetOptions {
  /** Columns to read: others cost nothing. @defaultValue all */
  readonly columns?: readonly string[];
}

/**
 * Rows of Parquet files, one file after the other, for `tune({ rows })`. Each pass reads the files
 * row group by row group; one group's columns are in memory at a time. Needs `hyparquet`, and for
 * other compression than Snappy `hyparquet-compressors`.
 *
 * Numbers are numbers, whatever their width, and NaN where they are null: a missing value. Text is
 * a string, a date or time a `Date`, and both are null where the file has null.
 *
 * @param paths of files with the same columns
 * @throws OptionError. While it is read, MissingPackage; TableError for a file that can't be read,
 * lacks a column, has others than the first file or another type, and for a whole number beyond
 * 2^53
 * @example
 * const rows = parquetRows(['2025.parquet', '2026.parquet'], { columns: ['age', 'city', 'left'] });
 * await tune({ features, rows, labels: (row) => String(row.left), full, bound });
 */
export function parquetRows<Row>(
  paths: string | readonly string[],
  options: ParquetOptions & RowOption<Row>,
): ReadTable<Row>;
export function parquetRows(paths: string | readonly string[], options?: ParquetOptions): ReadTable<TableRow>;
export function parquetRows<Row>(
  paths: string | readonly string[],
  options: ParquetOptions & Partial<RowOption<Row>> = {},
): ReadTable<Row | TableRow> {
  checkKeys(options, ['columns', 'row']);
  const { columns, row } = options;
  const files = filesOf(paths);
  checkNames(columns);
  if (row !== undefined) checkFunction('row', row);
  return async function* read() {
    let first: Table | undefined;
    for (const file of files) {
      const table = await opened(file, columns);
      if (first) checkAlike(table, first);
      first ??= table;
      for (const range of table.scan.ranges) {
        const values = await columnsOf(table, range);
        for (let i = 0; i < range.rowEnd - range.rowStart; i++) {
          const record: Record<string, unknown> = {};
          for (let c = 0; c < values.length; c++) setColumn(record, table.columns[c].name, values[c][i]);
          yield row ? row(record) : record;
        }
      }
    }
  };
}

const PURPOSE = 'rows of Parquet files';

type Hyparquet = typeof import('hyparquet');
type Scan = Awaited<ReturnType<Hyparquet['parquetScan']>>;
type SchemaElement = Scan['metadata']['schema'][number];

/** A column that is read, and the type that it has in its file. */
interface Column {
  readonly name: string;
  readonly type: string;
  /** Whether its values are numbers, so that null is NaN. */
  readonly isNumber: boolean;
}

interface Table {
  readonly file: string;
  readonly columns: readonly Column[];
  readonly scan: Scan;
}

async function opened(file: string, wanted: readonly string[] | undefined): Promise<Table> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetScan, parquetSchema } = await hyparquet();
  await checkKind(file, 'Parquet file');
  try {
    const buffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    const all = parquetSchema(metadata).children.map(({ element }) => columnOf(element));
    const names = all.map(({ name }) => name);
    const unknown = wanted?.find((name) => !names.includes(name));
    if (unknown !== undefined) {
      const hint = `isn't there; there are ${names.join(', ')}${meant(unknown, names)}`;
      throw new TableError(file, unknown, undefined, hint);
    }
    const columns = wanted ? all.filter(({ name }) => wanted.includes(name)) : all;
    const isPlain = metadata.row_groups.every((group) =>
      group.columns.every(({ meta_data: data }) => PLAIN.has(data?.codec ?? '')),
    );
    const compressors = isPlain ? undefined : await decompressors();
    const scan = await parquetScan({
      file: buffer,
      metadata,
      columns: columns.map(({ name }) => name),
      ...(compressors && { compressors }),
    });
    return { file, columns, scan };
  } catch (error) {
    throw error instanceof MissingPackage ? error : unreadable(file, error);
  }
}

/** Codecs that hyparquet itself knows. */
const PLAIN: ReadonlySet<string> = new Set(['UNCOMPRESSED', 'SNAPPY']);

/** @returns one array of values for each column */
async function columnsOf(
  { file, columns, scan }: Table,
  { rowStart, rowEnd }: Scan['ranges'][number],
): Promise<ArrayLike<unknown>[]> {
  const read: ArrayLike<unknown>[] = [];
  for (const { name, isNumber } of columns) {
    let values: ArrayLike<unknown>;
    try {
      values = await scan.readColumn({ column: name, rowStart, rowEnd });
    } catch (error) {
      throw unreadable(file, error, name);
    }
    if (values.length !== rowEnd - rowStart)
      throw new TableError(
        file,
        name,
        undefined,
        `has ${values.length} values in a group of ${rowEnd - rowStart} rows`,
      );
    read.push(isNumber ? numbersOf(values, { file, name, from: rowStart }) : values);
  }
  return read;
}

/** Numbers as they are; whole ones that are wider than a number's, and null, become numbers. */
function numbersOf(
  values: ArrayLike<unknown>,
  { file, name, from }: { readonly file: string; readonly name: string; readonly from: number },
): ArrayLike<number> {
  if (values instanceof Float32Array || values instanceof Float64Array || values instanceof Int32Array)
    return values;
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < numbers.length; i++) {
    const value = values[i];
    if (value === null || value === undefined) {
      numbers[i] = Number.NaN;
      continue;
    }
    const number = Number(value);
    if (typeof value === 'bigint' && !Number.isSafeInteger(number))
      throw unlike(value, { file, column: name, row: from + i });
    numbers[i] = number;
  }
  return numbers;
}

const NUMBERS: ReadonlySet<string> = new Set(['INT32', 'INT64', 'FLOAT', 'DOUBLE']);
/** Types by which whole numbers stand for something else. */
const OTHERS = /DATE|TIME/;

function columnOf({ name, type, converted_type, logical_type }: SchemaElement): Column {
  const known = logical_type?.type ?? converted_type;
  const isNumber =
    (type !== undefined && NUMBERS.has(type) && !OTHERS.test(known ?? '')) ||
    known === 'DECIMAL' ||
    known === 'FLOAT16';
  return { name, type: [type ?? 'GROUP', ...(known ? [known] : [])].join(' '), isNumber };
}

function checkAlike({ file, columns }: Table, first: Table): void {
  const namesOf = (of: readonly Column[]) => of.map(({ name }) => name);
  checkColumns(file, namesOf(columns), first.file, namesOf(first.columns));
  for (const { name, type, isNumber } of columns) {
    const before = first.columns.find((column) => column.name === name);
    if (before === undefined || before.type === type || (before.isNumber && isNumber)) continue;
    throw new TableError(file, name, undefined, `is ${type}, and ${before.type} in ${first.file}`);
  }
}

function hyparquet(): Promise<Hyparquet> {
  return optionalPackage('hyparquet', PURPOSE, () => import('hyparquet'));
}

async function decompressors() {
  const load = () => import('hyparquet-compressors');
  return (await optionalPackage('hyparquet-compressors', PURPOSE, load)).compressors;
}
