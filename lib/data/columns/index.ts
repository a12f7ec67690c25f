/** Tables by column, Arrow's, Parquet's and plain arrays, and rows that are views of them. */

export { RoundedNumbers } from './arrays.js';
export { cellOf, numberOf } from './cell.js';
export { isTime } from './chunk.js';
export { decimalOf, digitsOf } from './decimals.js';
export { dateOf, FineDate } from './instants.js';
export { jsonText } from './json.js';
export { columnNumbers, columnValues, viewsOf } from './read.js';
export { ColumnRow, exactValue, recordOf, tableRows } from './rows.js';
export {
  type ArrowTable,
  type ColumnTable,
  fieldNames,
  type Positions,
  type TableColumn,
  type TableLike,
  tableOf,
} from './table.js';
export { decoded } from './texts.js';
export { UnreadColumn } from './unread.js';
