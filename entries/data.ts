/** Rows of tables in files, for `tune({ rows })`: Parquet, CSV and JSON lines, never all in memory. */
export { tableRows } from '../lib/data/columns/index.js';
export {
  type ColumnType,
  type ColumnTypes,
  type CsvOptions,
  csvRows,
  type JsonlOptions,
  jsonlRows,
  type ParquetOptions,
  parquetRows,
  type ReadTable,
  type RowOption,
  type TableRow,
  type TypedRow,
} from '../lib/data/tables/index.js';
