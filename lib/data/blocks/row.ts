import type { Block, DenseBlock, SparseBlock } from './block.js';

/** Writes one row of several blocks side by side. `into` must be 0 wherever the row is sparse: see {@link clearRow}. */
export function readRow(blocks: readonly Block[], row: number, into: Float32Array): void {
  let first = 0;
  for (const block of blocks) {
    const { columns, values } = block;
    if (block.kind === 'dense') {
      for (let c = 0, from = row * columns; c < columns; c++) into[first + c] = values[from + c];
    } else {
      const { offsets, indices } = block;
      for (let e = offsets[row]; e < offsets[row + 1]; e++) into[first + indices[e]] = values[e];
    }
    first += columns;
  }
}

/** Makes `into` ready for another row, at the price of this row's entries rather than of all columns. */
export function clearRow(blocks: readonly Block[], row: number, into: Float32Array): void {
  let first = 0;
  for (const block of blocks) {
    if (block.kind === 'sparse') {
      const { offsets, indices } = block;
      for (let e = offsets[row]; e < offsets[row + 1]; e++) into[first + indices[e]] = 0;
    }
    first += block.columns;
  }
}

/** Blocks side by side as one table, row-major. A dense block alone is one: its own numbers, uncopied. */
export function sideBySide(blocks: readonly Block[]): Float32Array {
  const [first] = blocks;
  const { rows } = first;
  if (blocks.length === 1 && first.kind === 'dense') {
    const { values, columns } = first;
    return values.length === rows * columns ? values : values.subarray(0, rows * columns);
  }
  const width = blocks.reduce((sum, { columns }) => sum + columns, 0);
  const table = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) readRow(blocks, row, table.subarray(row * width, (row + 1) * width));
  return table;
}

/**
 * Writes columns `columns[begin] … columns[end - 1]` of a row, in their order, to `into` from `at` on, `step` apart.
 *
 * @param first the index of the block's first column among `columns`
 */
export function pickColumns(
  { columns: width, values }: DenseBlock,
  row: number,
  columns: Int32Array,
  begin: number,
  end: number,
  first: number,
  into: Float32Array,
  at: number,
  step: number,
): void {
  const from = row * width - first;
  for (let i = begin, to = at; i < end; i++, to += step) into[to] = values[from + columns[i]];
}

/**
 * Writes those entries of a row whose columns have a place (not -1) to the fronts of `places` and `into`.
 *
 * @param first the index of the block's first column in `placeOf`
 * @returns how many there are
 */
export function pickEntries(
  { offsets, indices, values }: SparseBlock,
  row: number,
  placeOf: Int32Array,
  first: number,
  places: Int32Array,
  into: Float32Array,
): number {
  let count = 0;
  for (let e = offsets[row], end = offsets[row + 1]; e < end; e++) {
    const place = placeOf[first + indices[e]];
    if (place === -1) continue;
    places[count] = place;
    into[count++] = values[e];
  }
  return count;
}
