/** The numbers of one feature for a batch, row-major: `values[row * columns + column]`. */
export interface DenseBlock {
  readonly kind: 'dense';
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/**
 * The numbers of one feature for a batch in compressed sparse rows: row `r` holds the entries
 * `offsets[r] … offsets[r + 1] - 1` of `indices` (columns, each at most once a row, in any order) and `values`.
 */
export interface SparseBlock {
  readonly kind: 'sparse';
  readonly rows: number;
  readonly columns: number;
  readonly offsets: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** One feature's numbers for a batch. Only `lib/blocks` touches offsets; others call its functions. */
export type Block = DenseBlock | SparseBlock;

export function denseBlock(rows: number, columns: number, values: Float32Array): DenseBlock {
  return { kind: 'dense', rows, columns, values };
}

/** How many numbers a block stores: every one of a dense block, the nonzeros of a sparse one. */
export function entries(block: Block): number {
  return block.kind === 'dense' ? block.rows * block.columns : block.offsets[block.rows];
}

/** How many numbers each row stores: `columns` in a dense block, its nonzeros in a sparse one. */
export function rowEntries(block: Block): Float64Array {
  if (block.kind === 'dense') return new Float64Array(block.rows).fill(block.columns);
  return Float64Array.from({ length: block.rows }, (_, row) => block.offsets[row + 1] - block.offsets[row]);
}
