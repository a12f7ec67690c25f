import type { Forest } from '../forest/index.js';
import type { Quantization } from './quantization.js';

/**
 * Rows whose codes are adjacent, and trees that one row walks at a time: each step waits for
 * memory, so walks overlap.
 */
export const LANES = 8;

/**
 * A word has a node's limit above this bit and its slot's place below, so that one subtraction compares a code with
 * the limit.
 */
export const CODE_SHIFT = 16;

const HIGHEST = 2 ** 15 - 1;

/** A word with which every row goes left. */
export const LEFT = HIGHEST << CODE_SHIFT;

/** Whether words can hold all limits, and addresses of slots that are `size` apart. */
export function fitsWords({ slots, highest }: Quantization, size: number): boolean {
  return highest < HIGHEST && slots * size <= 2 ** CODE_SHIFT;
}

/** The word of an inner node: a row goes right where the word, less the code of its slot, is negative. */
export function wordOf({ slot, limit }: Quantization, node: number, size: number): number {
  return (limit[node] << CODE_SHIFT) | (slot[node] * size);
}

/** The number of trees, including padding to the last {@link LANES} of each output. */
export function filledTrees({ roots, outputs }: Forest): number {
  const together = LANES * outputs;
  return together * Math.ceil(roots.length / together);
}
