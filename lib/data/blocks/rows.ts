import type { Block, DenseBlock } from './block.js';

/** Rows themselves in place of numbers: a block without columns, for a model that reads no feature. */
export interface RowBlock extends DenseBlock {
  readonly columns: 0;
  /** The rows, in order. */
  readonly held: readonly unknown[];
}

const NO_VALUES = new Float32Array(0);

/** @param rows kept, not copied */
export function rowBlock(rows: readonly unknown[]): RowBlock {
  return { kind: 'dense', rows: rows.length, columns: 0, values: NO_VALUES, held: rows };
}

export function isRowBlock(block: Block): block is RowBlock {
  return block.columns === 0 && 'held' in block;
}
