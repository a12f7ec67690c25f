import { meant } from '../../check.js';
import { MissingPackage, TableError } from '../../errors.js';
import { optionalPackage } from '../../util/packages.js';
import { UnreadColumn } from '../columns/index.js';
import { columnOf, type ParquetColumn, undeclared } from './parquetSchema.js';
import { decimalsOf, PARSERS, plainNumbers } from './parquetValues.js';
import { checkColumns, checkKind, unreadable } from './values.js';

/** Which compression a file has is known when it is read: who installs the one package learns of the other. */
const PURPOSE = 'reading Parquet files, with hyparquet-compressors where Snappy doesn’t compress them,';

type Hyparquet = typeof import('hyparquet');
type Scan = Awaited<ReturnType<Hyparquet['parquetScan']>>;

/** Columns of some rows by name: typed arrays for numbers, arrays for all else. */
export type ParquetColumns = Readonly<Record<string, ArrayLike<unknown>>>;

/** A Parquet file whose row groups can be read, in any order and more than once. */
export interface ParquetFile {
  readonly file: string;
  /** Those that are read, in the order of the file. */
  readonly columns: readonly ParquetColumn[];
  /** Rows of all groups. */
  readonly rows: number;
  readonly groups: readonly ParquetGroup[];
  /** @throws TableError for a group that can't be read, and for a whole number beyond 2^53 */
  read(this: void, group: number): Promise<ParquetColumns>;
  /** Where the columns of a group are in the file, those that aren't read too: bytes from, and up to. */
  bytes(this: void, group: number): readonly (readonly [from: number, to: number])[];
  /** The same for `tableRows`: times of day and bytes aren't read, and refused by name where something reads them. */
  table(this: void, group: number): Promise<ParquetColumns>;
}

/** Rows that a file keeps together. */
export interface ParquetGroup {
  /** Its position among the groups of the file. */
  readonly index: number;
  /** Position of its first row in the file. */
  readonly from: number;
  readonly rows: number;
}

interface Table {
  readonly file: string;
  readonly columns: readonly ParquetColumn[];
  readonly scan: Scan;
  /** The same file, with long decimals as they are stored. */
  readonly stored: Scan;
}

/**
 * Reads what a Parquet file says of itself, so that its row groups can be read. Needs `hyparquet`.
 *
 * @param columns to read @defaultValue all
 * @throws MissingPackage; TableError for a file that can't be read or lacks a column
 * @example
 * const { groups, read } = await openParquet('flights.parquet', ['distance']);
 * const { distance } = await read(groups[0].index);
 */
export async function openParquet(file: string, columns?: readonly string[]): Promise<ParquetFile> {
  const table = await opened(file, columns);
  // A scan has no range for a group without rows.
  const filled = table.scan.metadata.row_groups.filter((group) => Number(group.num_rows) > 0);
  const groups = table.scan.ranges.map(({ rowStart, rowEnd }, index) => ({
    index,
    from: rowStart,
    rows: rowEnd - rowStart,
  }));
  const reader = (columns: readonly ParquetColumn[]) => async (group: number) => {
    const values = await columnsOf({ ...table, columns }, table.scan.ranges[group]);
    return Object.fromEntries(columns.map(({ name }, c) => [name, values[c]]));
  };
  const read = reader(table.columns);
  const readable = reader(table.columns.filter(({ unread }) => unread === undefined));
  return {
    file,
    columns: table.columns,
    rows: groups.reduce((sum, { rows }) => sum + rows, 0),
    groups,
    read,
    table: async (group) => {
      const values = await readable(group);
      const { rows } = groups[group];
      const unread = (type: string) => new UnreadColumn(type, rows);
      return Object.fromEntries(
        table.columns.map(({ name, unread: type }) => [
          name,
          type === undefined ? values[name] : unread(type),
        ]),
      );
    },
    bytes: (group) =>
      filled[group].columns.flatMap(({ meta_data: data }) => {
        if (data === undefined) return [];
        const from = Number(data.dictionary_page_offset || data.data_page_offset);
        return [[from, from + Number(data.total_compressed_size)] as const];
      }),
  };
}

/** Files with the same columns, one after the other. @throws TableError for one that has others than the first */
export async function* openFiles(
  files: readonly string[],
  columns: readonly string[] | undefined,
): AsyncGenerator<ParquetFile, void, void> {
  let first: ParquetFile | undefined;
  for (const file of files) {
    const opened = await openParquet(file, columns);
    if (first) checkAlike(opened, first);
    first ??= opened;
    yield opened;
  }
}

async function opened(file: string, wanted: readonly string[] | undefined): Promise<Table> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetScan, parquetSchema } = await hyparquet();
  await checkKind(file, 'Parquet file');
  try {
    const buffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    const all = parquetSchema(metadata).children.map(columnOf);
    const names = all.map(({ name }) => name);
    const unknown = wanted?.find((name) => !names.includes(name));
    if (unknown !== undefined) {
      const hint = `isn't there; there are ${names.join(', ')}${meant(unknown, names)}`;
      throw new TableError(file, unknown, undefined, hint);
    }
    const columns = wanted ? all.filter(({ name }) => wanted.includes(name)) : all;
    const twice = names.find((name, c) => names.indexOf(name) !== c && columns.includes(all[c]));
    if (twice !== undefined) throw new TableError(file, twice, undefined, 'two columns have this name');
    const isPlain = metadata.row_groups.every((group) =>
      group.columns.every(({ meta_data: data }) => PLAIN.has(data?.codec ?? '')),
    );
    const compressors = isPlain ? undefined : await decompressors();
    const scanOf = (of: readonly ParquetColumn[], meta: typeof metadata, utf8: boolean) =>
      parquetScan({
        ...{ file: buffer, metadata: meta, columns: of.map(({ name }) => name), utf8, parsers: PARSERS },
        ...(compressors && { compressors }),
      });
    const scan = await scanOf(columns, metadata, true);
    const decimals = columns.filter(({ scale }) => scale !== undefined);
    const stored = decimals.length === 0 ? scan : await scanOf(decimals, undeclared(metadata), false);
    return { file, columns, scan, stored };
  } catch (error) {
    throw error instanceof MissingPackage ? error : unreadable(file, error);
  }
}

/** Codecs that hyparquet itself knows. */
const PLAIN: ReadonlySet<string> = new Set(['UNCOMPRESSED', 'SNAPPY']);

/** @returns one array of values for each column */
async function columnsOf(
  { file, columns, scan, stored }: Table,
  { rowStart, rowEnd }: Scan['ranges'][number],
): Promise<ArrayLike<unknown>[]> {
  const read: ArrayLike<unknown>[] = [];
  for (const { name, type, isNumber, scale, refused } of columns) {
    if (refused !== undefined) throw new TableError(file, name, undefined, refused);
    let values: ArrayLike<unknown>;
    try {
      const from = scale === undefined ? scan : stored;
      values = await from.readColumn({ column: name, rowStart, rowEnd });
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
    const place = { file, name, from: rowStart };
    if (scale !== undefined) read.push(decimalsOf(values, scale, place));
    else read.push(isNumber ? plainNumbers(values, type, place) : values);
  }
  return read;
}

function checkAlike({ file, columns }: ParquetFile, first: ParquetFile): void {
  const namesOf = (of: readonly ParquetColumn[]) => of.map(({ name }) => name);
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
  const purpose = 'reading Parquet files that Snappy doesn’t compress';
  return (await optionalPackage('hyparquet-compressors', purpose, load)).compressors;
}
