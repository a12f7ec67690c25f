import { ColumnRow } from './rows.js';

/**
 * Values of a column for some rows of a batch: for views of one table from its columns, for other objects by their
 * property of that name.
 *
 * @param selection positions in the batch; undefined: all of it
 */
export function columnValues(
  batch: readonly object[],
  selection: Int32Array | undefined,
  name: string,
): unknown[] {
  const length = selection?.length ?? batch.length;
  const values = new Array<unknown>(length);
  for (let i = 0; i < length; i++)
    values[i] = cellOf(batch[selection === undefined ? i : selection[i]], name);
  return values;
}

/**
 * The same of numbers, written every `stride` places from `offset` on.
 *
 * @throws FeatureError, without the feature's name, for a row whose value is no number
 */
export function columnNumbers(
  batch: readonly object[],
  selection: Int32Array | undefined,
  name: string,
  out: Float32Array,
  offset: number,
  stride: number,
): void {
  columnValues(batch, selection, name).forEach((value, i) => {
    out[offset + i * stride] = typeof value === 'number' ? value : Number.NaN;
  });
}

function cellOf(row: object, name: string): unknown {
  if (row instanceof ColumnRow) return row.table.column(name).value(row.position);
  return Reflect.get(row, name);
}
