import { type Block, bytesOfRows } from '../../lib/data/blocks/index.js';
import type { Round } from '../problem/index.js';

/** Bytes that the blocks of all rounds may take while nothing reads them. */
const MOST_WAITING = 2 ** 26;

/** Of these blocks those that would take more than that in all rounds: the largest, which few fits read. */
export function largeOnes(blocks: readonly Block[], rounds: readonly Round[]): ReadonlySet<Block> {
  const rows = rounds.reduce((sum, { fit, score }) => sum + fit.length + score.length, 0);
  const bytesOf = (block: Block) => (rows * bytesOfRows({ block })) / Math.max(1, block.rows);
  let waiting = 0;
  const large = [...blocks]
    .sort((a, b) => bytesOf(a) - bytesOf(b))
    .filter((block) => {
      waiting += bytesOf(block);
      return waiting > MOST_WAITING;
    });
  return new Set(large);
}
