import { FeatureError, TableError } from '../../errors.js';
import { columnNumbers as numbersOfEach, columnValues as valuesOfEach } from './lightRead.js';
import { ColumnRow } from './rows.js';
import type { ColumnTable, Positions } from './table.js';

/** Views of one table. */
interface ViewsOfOne {
  readonly table: ColumnTable;
  /** Of each of them, in the table. */
  readonly positions: Positions;
}

/** Batches that the engine makes aren't changed, so what is known of one holds. Callers refill their own arrays. */
const known = new WeakMap<readonly unknown[], ViewsOfOne | 'mixed'>();

/** The table of some rows and their positions in it; undefined unless all are views of one table. */
export function viewsOf(rows: readonly unknown[]): ViewsOfOne | undefined {
  const views = found(rows);
  return views === 'mixed' ? undefined : views;
}

/** The same, remembered. */
function viewsOfBatch(batch: readonly unknown[]): ViewsOfOne | undefined {
  const before = known.get(batch);
  const views = before ?? found(batch);
  if (before === undefined) known.set(batch, views);
  return views === 'mixed' ? undefined : views;
}

function found(batch: readonly unknown[]): ViewsOfOne | 'mixed' {
  const [first] = batch;
  if (!ColumnRow.isRow(first)) return 'mixed';
  const table = ColumnRow.tableOf(first);
  const positions = ColumnRow.positionsOf(batch, table);
  return positions === undefined ? 'mixed' : { table, positions };
}

/**
 * Values of a column for some rows of a batch: for views of one table from its columns, for other objects by their
 * property of that name. They are as `TableColumn.value` has them; what else a property holds is left as it is.
 *
 * @param batch one that isn't changed as long as it lives: what is known of it is remembered
 * @param selection positions in the batch; undefined: all of it
 * @throws FeatureError, without the feature's name and with the row's position in the batch, for a row that lacks the
 * column and for a value that can't be read
 */
export function columnValues(
  batch: readonly unknown[],
  selection: Int32Array | undefined,
  name: string,
): unknown[] {
  const views = viewsOfBatch(batch);
  if (views === undefined) return valuesOfEach(batch, selection, name);
  const { rows } = selected(views.positions, selection);
  const values = new Array<unknown>(rows.length);
  try {
    const column = views.table.column(name);
    for (let i = 0; i < rows.length; i++) values[i] = column.value(rows[i]);
  } catch (error) {
    throw ofBatch(error, rows, selection);
  }
  return values;
}

/**
 * Numbers of a column for some rows of a batch, or of several columns beside each other, written every `stride` places
 * from `offset` on. True is 1, a `Date` its milliseconds, and what is missing NaN.
 *
 * @param batch as for {@link columnValues}
 * @param names one, or several: the first is written at `offset`, the next at `offset + 1`
 * @throws FeatureError, as {@link columnValues}, for a value that is no number, too
 */
export function columnNumbers(
  batch: readonly object[],
  selection: Int32Array | undefined,
  names: string | readonly string[],
  out: Float32Array | Float64Array,
  offset: number,
  stride: number,
): void {
  const views = viewsOfBatch(batch);
  if (views === undefined) {
    numbersOfEach(batch, selection, names, out, offset, stride);
    return;
  }
  const all = typeof names === 'string' ? [names] : names;
  const positions = selected(views.positions, selection);
  try {
    for (let c = 0; c < all.length; c++)
      views.table.column(all[c]).numbers(positions, out, offset + c, stride);
  } catch (error) {
    throw ofBatch(error, positions.rows, selection);
  }
}

function selected(positions: Positions, selection: Int32Array | undefined): Positions {
  if (selection === undefined) return positions;
  const rows = new Int32Array(selection.length);
  for (let i = 0; i < rows.length; i++) rows[i] = positions.rows[selection[i]];
  return { rows, isRun: isRun(rows) };
}

function isRun(rows: Int32Array): boolean {
  for (let i = 1; i < rows.length; i++) if (rows[i] !== rows[i - 1] + 1) return false;
  return true;
}

/** A table's error, of the row by its position in the batch. */
function ofBatch(error: unknown, rows: Int32Array, selection: Int32Array | undefined): unknown {
  if (!(error instanceof TableError)) return error;
  const at = error.row === undefined ? -1 : rows.indexOf(error.row);
  const row = at < 0 ? undefined : selection === undefined ? at : selection[at];
  return new FeatureError('', row, `column '${error.column}': ${error.why}`, { cause: error });
}
