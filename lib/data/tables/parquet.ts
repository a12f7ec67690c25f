import { checkFunction, checkKeys } from '../../check.js';
import { openFiles } from './parquetFile.js';
import { checkNames, filesOf, type ReadTable, type RowOption, setColumn, type TableRow } from './values.js';

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
  const read = async function* () {
    for await (const { groups, read } of openFiles(files, columns)) {
      for (const { rows, index } of groups) {
        const values = Object.entries(await read(index));
        for (let i = 0; i < rows; i++) {
          const record: Record<string, unknown> = {};
          for (const [name, column] of values) setColumn(record, name, column[i]);
          yield row ? row(record) : record;
        }
      }
    }
  };
  return Object.assign(read, { files });
}
