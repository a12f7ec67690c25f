/** Tables by column, Arrow's, Parquet's and plain arrays, and rows that are views of them. */

export { cellOf, numberOf } from './cell.js';
export { columnNumbers, columnValues, viewsOf } from './read.js';
export { ColumnRow, jsonRecord, recordOf, tableRows } from './rows.js';
export {
  type ArrowTable,
  type ColumnTable,
  fieldNames,
  type Positions,
  type TableColumn,
  type TableLike,
  tableOf,
} from './table.js';
export { UnreadColumn } from './unread.js';
