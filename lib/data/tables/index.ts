/** Tables in files: Parquet, CSV and JSON lines row by row and more than once, Parquet by column, too. */

export { type CsvOptions, csvRecords, csvRows } from './csv.js';
export {
  asUtf8,
  checkEncoding,
  ENCODINGS,
  isWide,
  markOf,
  type TextEncoding,
  type WrongText,
  wholeLines,
} from './encoding.js';
export { type JsonlOptions, jsonlRows } from './jsonl.js';
export { type ParquetOptions, parquetRows } from './parquet.js';
export {
  openParquet,
  type ParquetColumn,
  type ParquetColumns,
  type ParquetFile,
  type ParquetGroup,
} from './parquetFile.js';
export { parquetTable } from './parquetTable.js';
export { mayBeUnheld, unheldNumbers } from './unheld.js';
export {
  type ColumnType,
  type ColumnTypes,
  parsedValue,
  type ReadTable,
  type RowOption,
  setColumn,
  type TableRow,
  type TypedRow,
  unreadable,
} from './values.js';
