/** The numbers of one feature for a batch, row-major: `values[row * columns + column]`. */
export interface DenseBlock {
  readonly kind: 'dense';
  /** Rows, and numbers in each. */
  readonly rows: number;
  readonly columns: number;
  /** rows x columns, row-major. */
  readonly values: Float32Array;
  /** The same numbers in double precision, for a full model that computes in it. Stages read `values` alone. */
  readonly exact?: Float64Array;
  /** How learners that scale columns scale these. @defaultValue 'columns' */
  readonly scaling?: Scaling;
}

/**
 * `'columns'`: each column by its own spread, for columns of different units. `'block'`: all
 * columns by one factor, which keeps their sizes relative to each other, for an embedding.
 */
export type Scaling = 'columns' | 'block';

/**
 * The numbers of one feature for a batch in compressed sparse rows: row `r` holds the entries
 * `offsets[r] … offsets[r + 1] - 1` of `indices` (columns, each at most once a row, in any order) and `values`.
 */
export interface SparseBlock {
  readonly kind: 'sparse';
  /** Rows, and columns of which each stores some. */
  readonly rows: number;
  readonly columns: number;
  /** rows + 1: where each row begins in `indices` and `values`. */
  readonly offsets: Uint32Array;
  /** Columns of the stored numbers, distinct within a row and in any order, and these numbers. */
  readonly indices: Uint32Array;
  readonly values: Float32Array;
  /** The same numbers in double precision: see {@link DenseBlock}. */
  readonly exact?: Float64Array;
}

/** One feature's numbers for a batch. Only `lib/data/blocks` touches offsets; others call its functions. */
export type Block = DenseBlock | SparseBlock;

/** A sparse block that is made whenever it is read, and takes no memory meanwhile. */
export interface LateBlock {
  readonly kind: 'late';
  readonly rows: number;
  /** Columns, and values that it stores, as far as is known before it is made. */
  readonly columns: number;
  readonly entries: number;
  /** @param rows positions of those that are wanted. @defaultValue all */
  make(rows?: Int32Array): Block;
}

/**
 * A dense block, as a feature of your own returns it.
 *
 * @param values rows x columns, row-major; they are kept, not copied
 * @param rows a whole number
 * @param columns numbers a row
 * @param scaling how learners scale the columns: see {@link Scaling}. @defaultValue 'columns'
 * @example
 * denseBlock(2, 3, Float32Array.of(1, 2, 3, 4, 5, 6)); // two rows of three columns
 */
export function denseBlock(
  rows: number,
  columns: number,
  values: Float32Array,
  scaling: Scaling = 'columns',
): DenseBlock {
  const block: DenseBlock = { kind: 'dense', rows, columns, values };
  return scaling === 'columns' ? block : { ...block, scaling };
}

/**
 * A dense block of doubles: its `values` are these, rounded.
 *
 * @param exact rows x columns, row-major; they are kept, not copied
 */
export function exactBlock(rows: number, columns: number, exact: Float64Array): DenseBlock {
  return { ...denseBlock(rows, columns, new Float32Array(exact)), exact };
}

/** A block with its numbers in double precision beside them; the block itself where there are none. */
export function withExact<B extends Block>(block: B, exact: Float64Array | undefined): B {
  return exact === undefined ? block : { ...block, exact };
}

/** The numbers of a block as precisely as it has them. */
export function exactValues({ exact, values }: Block): Float64Array | Float32Array {
  return exact ?? values;
}

/** How many numbers a block stores: every one of a dense block, the nonzeros of a sparse one. */
export function entries(block: Block | LateBlock): number {
  if (block.kind === 'late') return block.entries;
  return block.kind === 'dense' ? block.rows * block.columns : block.offsets[block.rows];
}

/**
 * Each row's size: its nonzeros in all of its sparse blocks. Dense blocks don't count: their rows
 * all have one size.
 */
export function rowSizes(blocks: readonly Block[]): Float64Array {
  const sizes = new Float64Array(blocks.length === 0 ? 0 : blocks[0].rows);
  for (const block of blocks) {
    if (block.kind === 'dense') continue;
    for (let row = 0; row < block.rows; row++) sizes[row] += block.offsets[row + 1] - block.offsets[row];
  }
  return sizes;
}
