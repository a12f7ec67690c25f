/** Tables for `tune({ rows })`: rows of files (Parquet, CSV, JSON lines), and of tables by column in memory. */
export { recordOf, type TableLike, tableRows } from '../lib/data/columns/index.js';
export {
  type ColumnType,
  type ColumnTypes,
  type CsvOptions,
  csvRows,
  type JsonlOptions,
  jsonlRows,
  type ParquetColumns,
  type ParquetOptions,
  parquetRows,
  parquetTable,
  type ReadTable,
  type RowOption,
  type TableRow,
  type TextEncoding,
  type TypedRow,
} from '../lib/data/tables/index.js';
