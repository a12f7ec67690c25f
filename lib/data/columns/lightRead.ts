import { cellOf, numberOf } from './cell.js';

/** `read.ts` row by row: for objects, and as `spillway/runtime` has it, which makes no rows of tables. */

export function columnValues(
  batch: readonly unknown[],
  selection: Int32Array | undefined,
  name: string,
): unknown[] {
  const values = new Array<unknown>(selection?.length ?? batch.length);
  for (let i = 0; i < values.length; i++) {
    const at = selection === undefined ? i : selection[i];
    values[i] = cellOf(batch[at], name, at);
  }
  return values;
}

export function columnNumbers(
  batch: readonly object[],
  selection: Int32Array | undefined,
  names: string | readonly string[],
  out: Float32Array | Float64Array,
  offset: number,
  stride: number,
): void {
  const all = typeof names === 'string' ? [names] : names;
  const length = selection?.length ?? batch.length;
  for (let i = 0; i < length; i++) {
    const at = selection === undefined ? i : selection[i];
    for (let c = 0; c < all.length; c++)
      out[offset + i * stride + c] = numberOf(cellOf(batch[at], all[c], at), all[c], at);
  }
}
