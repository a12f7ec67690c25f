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
export { type JsonlOptions, jsonlRecords, jsonlRows } from './jsonl.js';
export { type ParquetOptions, parquetRows } from './parquet.js';
export {
  openParquet,
  type ParquetColumns,
  type ParquetFile,
  type ParquetGroup,
} from './parquetFile.js';
export type { ParquetColumn } from './parquetSchema.js';
export { parquetTable } from './parquetTable.js';
export {
  type ColumnType,
  type ColumnTypes,
  isRounded,
  parsedValue,
  type ReadTable,
  type RowOption,
  setColumn,
  type TableRow,
  type TypedRow,
  unreadable,
} from './values.js';
export { doubledName, mayBeUnheld, unheldNumbers, writtenMember } from './writtenJson.js';
