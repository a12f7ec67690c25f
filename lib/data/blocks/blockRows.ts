import { type Block, entries, type LateBlock } from './block.js';
import { gather } from './gather.js';

/** Some rows of a block, which isn't copied before they are read. */
export interface BlockRows {
  readonly block: Block | LateBlock;
  /** Positions among the block's rows, in the order in which they are read. @defaultValue all rows */
  readonly rows?: Int32Array | undefined;
}

/** How many rows these are. */
export function countRows({ block, rows }: BlockRows): number {
  return rows?.length ?? block.rows;
}

/** Some of these rows, by their positions among them. */
export function selectRows({ block, rows }: BlockRows, selection: Int32Array): BlockRows {
  return { block, rows: rows === undefined ? selection : selection.map((row) => rows[row]) };
}

/** These rows as a block: the block itself if they are all of its rows, else a copy. */
export function readRows({ block, rows }: BlockRows): Block {
  if (block.kind === 'late') return block.make(rows);
  return rows === undefined ? block : gather(block, rows);
}

/** @throws TypeError for a late block, where it would be made more than once */
export function storedBlock(block: Block | LateBlock): Block {
  if (block.kind !== 'late') return block;
  throw new TypeError('a late block is read once, by a fit on this thread');
}

/**
 * The same rows, without their positions where these are all rows of the block in order: then
 * {@link readRows} copies nothing, and whoever reads them must not write to them.
 */
export function wholeRows(some: BlockRows): BlockRows {
  const { block, rows } = some;
  const isWhole = rows?.length === block.rows && rows.every((row, i) => row === i);
  return isWhole ? { block } : some;
}

/** Bytes that a copy of these rows takes, if they are as long as the block's other rows. */
export function bytesOfRows(some: BlockRows): number {
  const { block } = some;
  const rows = countRows(some);
  const number = block.kind === 'late' || block.exact === undefined ? 4 : 12;
  if (block.kind === 'dense') return number * rows * block.columns;
  const share = block.rows === 0 ? 0 : rows / block.rows;
  return 4 * (rows + 1) + (4 + number) * share * entries(block);
}
