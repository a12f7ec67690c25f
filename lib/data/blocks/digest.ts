import type { Block } from './block.js';

/**
 * Bit patterns in single precision: infinity, above which, sign aside, all are NaN; and one NaN.
 */
const [INFINITY, NOT_A_NUMBER] = [0x7f800000, 0x7fc00000];

/**
 * A hash of each row's values in all its blocks, bit for bit. Every NaN counts as the same missing
 * value: its bits depend on how it came about (0 / 0, `NaN`, a file).
 *
 * @param blocks of the same rows
 * @returns whole numbers below 2^53
 */
export function rowDigests(blocks: readonly Block[]): Float64Array {
  const rows = blocks.length === 0 ? 0 : blocks[0].rows;
  const low = new Uint32Array(rows).fill(0x811c9dc5);
  const high = new Uint32Array(rows).fill(0x9e3779b9);
  const add = (row: number, word: number) => {
    low[row] = Math.imul(low[row] ^ word, 0x01000193);
    low[row] ^= low[row] >>> 15;
    high[row] = Math.imul(high[row] ^ word, 0x85ebca6b);
    high[row] ^= high[row] >>> 13;
  };
  for (const block of blocks) {
    const bits = new Uint32Array(block.values.buffer, block.values.byteOffset, block.values.length);
    for (let row = 0; row < rows; row++) {
      const dense = block.kind === 'dense';
      const from = dense ? row * block.columns : block.offsets[row];
      const to = dense ? from + block.columns : block.offsets[row + 1];
      add(row, to - from);
      for (let e = from; e < to; e++) {
        if (!dense) add(row, block.indices[e]);
        add(row, (bits[e] & 0x7fffffff) > INFINITY ? NOT_A_NUMBER : bits[e]);
      }
    }
  }
  return Float64Array.from(low, (word, row) => (high[row] >>> 11) * 2 ** 32 + word);
}
