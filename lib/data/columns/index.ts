/** Tables by column, Arrow's, Parquet's and plain arrays, and rows that are views of them. */

export { columnNumbers, columnValues } from './read.js';
export { ColumnRow, recordOf, tableRows } from './rows.js';
export { type ColumnTable, type TableColumn, type TableLike, tableOf } from './table.js';
