import { type Block, denseBlock, gather } from '../blocks/index.js';
import type { Candidates } from './additive.js';

/** Candidates whose blocks are all there. */
export function candidatesOf(blocks: readonly Block[]): Candidates {
  return {
    rows: blocks.length === 0 ? 0 : blocks[0].rows,
    block: (feature, rows) => (rows === undefined ? blocks[feature] : take(blocks[feature], rows)),
  };
}

/** Neighbours in a dense block needn't be copied. */
function take(block: Block, rows: Int32Array): Block {
  const n = rows.length;
  if (block.kind === 'sparse' || n === 0 || rows[n - 1] - rows[0] !== n - 1) return gather(block, rows);
  const { columns, values } = block;
  return denseBlock(n, columns, values.subarray(rows[0] * columns, (rows[0] + n) * columns));
}

/** Several features' blocks of the same candidates. */
export async function blocksOf(
  candidates: Candidates,
  features: number,
  rows: Int32Array | undefined,
): Promise<Block[]> {
  const blocks: Block[] = [];
  for (let feature = 0; feature < features; feature++) blocks.push(await candidates.block(feature, rows));
  return blocks;
}
