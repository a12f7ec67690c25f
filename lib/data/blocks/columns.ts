import type { Block, SparseBlock } from './block.js';

/**
 * The stored values of one column: `count` values, `values[start + i * step]` in row `rows[start +
 * i]`, rows ascending. Without `rows` every row is stored, value i in row i. Other rows have 0.
 */
export interface StoredColumn {
  readonly count: number;
  readonly values: Float32Array;
  readonly start: number;
  readonly step: number;
  readonly rows: Uint32Array | undefined;
}

/** A block column by column: a view of a dense one, a copy of a sparse one's entries. */
export function storedColumns(block: Block): StoredColumn[] {
  if (block.kind === 'sparse') return sparseColumns(block);
  const { rows, columns, values } = block;
  return Array.from({ length: columns }, (_, start) => ({
    count: rows,
    values,
    start,
    step: columns,
    rows: undefined,
  }));
}

function sparseColumns(block: SparseBlock): StoredColumn[] {
  const { columns, offsets, indices } = block;
  const total = offsets[block.rows];
  const starts = new Uint32Array(columns + 1);
  for (let e = 0; e < total; e++) starts[indices[e] + 1]++;
  for (let c = 0; c < columns; c++) starts[c + 1] += starts[c];
  const next = starts.slice();
  const rows = new Uint32Array(total);
  const values = new Float32Array(total);
  for (let row = 0; row < block.rows; row++) {
    for (let e = offsets[row]; e < offsets[row + 1]; e++) {
      const to = next[indices[e]]++;
      rows[to] = row;
      values[to] = block.values[e];
    }
  }
  return Array.from({ length: columns }, (_, c) => ({
    count: starts[c + 1] - starts[c],
    values,
    start: starts[c],
    step: 1,
    rows,
  }));
}
