import type { Block } from './block.js';

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
