import type { Block } from '../../lib/data/blocks/index.js';

/** A block as plain rows of numbers, each as long as the block is wide. */
export function table(block: Block): number[][] {
  return Array.from({ length: block.rows }, (_, row) => {
    const numbers = new Array<number>(block.columns).fill(0);
    for (const [column, value] of entriesOf(block, row)) numbers[column] = value;
    return numbers;
  });
}

/** A row's stored entries, in the order in which they are stored. */
export function entriesOf(block: Block, row: number): [column: number, value: number][] {
  if (block.kind === 'dense') {
    return Array.from({ length: block.columns }, (_, c) => [c, block.values[row * block.columns + c]]);
  }
  const { offsets, indices, values } = block;
  return Array.from({ length: offsets[row + 1] - offsets[row] }, (_, i) => {
    const entry = offsets[row] + i;
    return [indices[entry], values[entry]];
  });
}
