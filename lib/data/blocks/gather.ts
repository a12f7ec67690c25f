import { type Block, type DenseBlock, denseBlock, entries, exactValues, withExact } from './block.js';

/** Columns from which on `set(subarray())` beats a loop: 2 to 10 times where rows have hundreds. */
const WIDE = 64;

/** So many positions from one on. A loop: `from` with a function takes ten times as long. */
export function consecutive(first: number, count: number): Int32Array {
  const all = new Int32Array(count);
  for (let i = 0; i < count; i++) all[i] = first + i;
  return all;
}

/** The rows of `block` named by `selection`, in its order, repeats allowed. Always a copy. */
export function gather(block: Block, selection: ArrayLike<number>): Block {
  if (isRowBlock(block)) return rowBlock(Array.from(selection, (row) => block.held[row]));
  const rows = selection.length;
  const { columns } = block;
  if (block.kind === 'dense') {
    const { values: source } = block;
    const values = new Float32Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      const from = selection[i] * columns;
      const to = i * columns;
      if (columns < WIDE) for (let c = 0; c < columns; c++) values[to + c] = source[from + c];
      else values.set(source.subarray(from, from + columns), to);
    }
    const gathered = denseBlock(rows, columns, values, block.scaling);
    if (block.exact === undefined) return gathered;
    const exact = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) copy(block.exact, selection[i] * columns, columns, exact, i * columns);
    return { ...gathered, exact };
  }
  const offsets = new Uint32Array(rows + 1);
  for (let i = 0; i < rows; i++) {
    offsets[i + 1] = offsets[i] + block.offsets[selection[i] + 1] - block.offsets[selection[i]];
  }
  const indices = new Uint32Array(offsets[rows]);
  const values = new Float32Array(offsets[rows]);
  for (let i = 0; i < rows; i++) {
    const from = block.offsets[selection[i]];
    const length = offsets[i + 1] - offsets[i];
    // A loop beats set(subarray()) on short rows, which most rows of a cascade's early stages are.
    for (let e = 0, to = offsets[i]; e < length; e++) {
      indices[to + e] = block.indices[from + e];
      values[to + e] = block.values[from + e];
    }
  }
  const gathered = { kind: 'sparse', rows, columns, offsets, indices, values } as const;
  if (block.exact === undefined) return gathered;
  const exact = new Float64Array(offsets[rows]);
  for (let i = 0; i < rows; i++) {
    copy(block.exact, block.offsets[selection[i]], offsets[i + 1] - offsets[i], exact, offsets[i]);
  }
  return { ...gathered, exact };
}

/** A loop: rows of a table are too short for `set(subarray())` to pay. */
function copy(from: Float64Array, at: number, count: number, into: Float64Array, to: number): void {
  for (let i = 0; i < count; i++) into[to + i] = from[at + i];
}

/** Rows `from` … `to` - 1 of a block: of a dense one, and of a sparse one's entries, a view. */
export function slice(block: Block, from: number, to: number): Block {
  const rows = to - from;
  if (rows === block.rows) return block;
  if (isRowBlock(block)) return rowBlock(block.held.slice(from, to));
  const { columns, values } = block;
  if (block.kind === 'dense')
    return withExact(
      denseBlock(rows, columns, values.subarray(from * columns, to * columns), block.scaling),
      block.exact?.subarray(from * columns, to * columns),
    );
  const first = block.offsets[from];
  const last = block.offsets[to];
  const offsets = new Uint32Array(rows + 1);
  for (let r = 0; r <= rows; r++) offsets[r] = block.offsets[from + r] - first;
  return withExact(
    {
      kind: 'sparse',
      rows,
      columns,
      offsets,
      indices: block.indices.subarray(first, last),
      values: values.subarray(first, last),
    },
    block.exact?.subarray(first, last),
  );
}

/**
 * Several batches of one feature, one below the other. A single batch is returned as it is. Where some have doubles,
 * all of them have: the rounded numbers of those without.
 */
export function stack(blocks: readonly Block[]): Block {
  const [first] = blocks;
  if (blocks.length === 1) return first;
  if (isRowBlock(first)) return rowBlock(blocks.filter(isRowBlock).flatMap(({ held }) => held));
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const { columns } = first;
  if (first.kind === 'dense') {
    const values = new Float32Array(rows * columns);
    let at = 0;
    for (const block of blocks) {
      values.set(block.values.subarray(0, block.rows * columns), at);
      at += block.rows * columns;
    }
    return withExact(denseBlock(rows, columns, values, first.scaling), stackExact(blocks, rows * columns));
  }
  const sparse = blocks.filter((block) => block.kind === 'sparse');
  const total = sparse.reduce((sum, block) => sum + block.offsets[block.rows], 0);
  const offsets = new Uint32Array(rows + 1);
  const indices = new Uint32Array(total);
  const values = new Float32Array(total);
  let row = 0;
  let at = 0;
  for (const block of sparse) {
    const count = block.offsets[block.rows];
    indices.set(block.indices.subarray(0, count), at);
    values.set(block.values.subarray(0, count), at);
    for (let r = 0; r < block.rows; r++) offsets[++row] = at + block.offsets[r + 1];
    at += count;
  }
  return withExact({ kind: 'sparse', rows, columns, offsets, indices, values }, stackExact(sparse, total));
}

/** @param total numbers of all blocks */
function stackExact(blocks: readonly Block[], total: number): Float64Array | undefined {
  if (!blocks.some(({ exact }) => exact !== undefined)) return undefined;
  const exact = new Float64Array(total);
  let at = 0;
  for (const block of blocks) {
    const count = entries(block);
    exact.set(exactValues(block).subarray(0, count), at);
    at += count;
  }
  return exact;
}

/** The numbers of some rows, rows x width, in their order. */
export function pick(values: Float64Array, rows: Int32Array, width: number): Float64Array {
  const picked = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    for (let c = 0; c < width; c++) picked[i * width + c] = values[rows[i] * width + c];
  }
  return picked;
}

/** Rows themselves in place of numbers: a block without columns, for a model that reads no feature. */
export interface RowBlock extends DenseBlock {
  readonly columns: 0;
  /** The rows, in order. */
  readonly held: readonly unknown[];
}

const NO_VALUES = new Float32Array(0);

/**
 * The block of a model that reads rows, such as for its `costs`.
 *
 * @param rows kept, not copied
 * @example
 * await full.costs([rowBlock(rows)]);
 */
export function rowBlock(rows: readonly unknown[]): RowBlock {
  return { kind: 'dense', rows: rows.length, columns: 0, values: NO_VALUES, held: rows };
}

export function isRowBlock(block: Block): block is RowBlock {
  return block.columns === 0 && 'held' in block;
}
