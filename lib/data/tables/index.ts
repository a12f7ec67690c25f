/** Tables in files, read row by row and more than once: Parquet, CSV and JSON lines. */

export { type CsvOptions, csvRows } from './csv.js';
export { type JsonlOptions, jsonlRows } from './jsonl.js';
export { type ParquetOptions, parquetRows } from './parquet.js';
export type { ColumnType, ColumnTypes, ReadTable, RowOption, TableRow, TypedRow } from './values.js';
