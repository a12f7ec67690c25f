import { checkKeys } from '../../check.js';
import { RoundedNumbers, UnreadColumn } from '../columns/index.js';
import type { ParquetOptions } from './parquet.js';
import { openFiles, openParquet, type ParquetColumns } from './parquetFile.js';
import { checkNames, filesOf } from './values.js';

/**
 * Parquet files as one table by column, for `tableRows`: all in memory, numbers in typed arrays. Values are as
 * `parquetRows` has them, but for times of day and bytes that aren't said to be text: tables refuse such a column when
 * it is read. Needs `hyparquet`, and for other compression than Snappy `hyparquet-compressors`.
 *
 * @param paths of files with the same columns
 * @returns arrays by name. Beside them, one row group is in memory while files are read
 * @throws OptionError; MissingPackage; TableError for a file that can't be read, lacks a column, has others than the
 * first file or another type, and for a whole number beyond 2^53
 * @example
 * const rows = tableRows(await parquetTable('2026.parquet', { columns: ['age', 'city', 'left'] }));
 */
export async function parquetTable(
  paths: string | readonly string[],
  options: ParquetOptions = {},
): Promise<ParquetColumns> {
  checkKeys(options, ['columns']);
  const { columns } = options;
  const files = filesOf(paths);
  checkNames(columns);
  let length = 0;
  for (const file of files) length += (await openParquet(file, columns)).rows;
  const joined = new Map<string, JoinedColumn>();
  let from = 0;
  for await (const file of openFiles(files, columns)) {
    for (const { name } of file.columns) if (!joined.has(name)) joined.set(name, new JoinedColumn(length));
    for (const { index, rows } of file.groups) {
      const values = await file.table(index);
      for (const [name, column] of joined) column.set(values[name], from);
      from += rows;
    }
  }
  return Object.fromEntries(Array.from(joined, ([name, { values }]) => [name, values]));
}

type Numbers = Float32Array | Float64Array | Int32Array;

/** A column that is filled group by group. */
class JoinedColumn {
  values: Numbers | unknown[] | UnreadColumn = [];

  constructor(private readonly length: number) {}

  /** @param from position of the first value in the column */
  set(part: ArrayLike<unknown>, from: number): void {
    if (part instanceof UnreadColumn) {
      this.values = new UnreadColumn(part.type, this.length);
      return;
    }
    if (from === 0) this.values = emptyFor(part, this.length);
    const { values } = this;
    if (Array.isArray(values)) for (let i = 0; i < part.length; i++) values[from + i] = part[i];
    else if (isNumbers(part) && isNumbers(values)) {
      // Groups without missing values, and files, may hold numbers of another width.
      const wide = part.constructor === values.constructor ? values : widened(values, part);
      wide.set(part, from);
      if (wide instanceof RoundedNumbers && part instanceof RoundedNumbers)
        for (const [i, text] of part.texts) wide.texts.set(from + i, text);
      this.values = wide;
    }
  }
}

function isNumbers(values: ArrayLike<unknown>): values is Numbers {
  return values instanceof Float32Array || values instanceof Float64Array || values instanceof Int32Array;
}

/** Numbers of another type than a later part's, as doubles. */
function widened(values: Numbers, part: Numbers): Float64Array {
  if (values instanceof RoundedNumbers) return values;
  return part instanceof RoundedNumbers ? RoundedNumbers.from(values) : Float64Array.from(values);
}

function emptyFor(part: ArrayLike<unknown>, length: number): Numbers | unknown[] {
  if (part instanceof RoundedNumbers) return new RoundedNumbers(length);
  if (part instanceof Int32Array) return new Int32Array(length);
  if (part instanceof Float32Array) return new Float32Array(length);
  return part instanceof Float64Array ? new Float64Array(length) : new Array<unknown>(length);
}
