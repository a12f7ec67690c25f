import type { Coding } from './coding.js';
import type { Forest } from './forest.js';

/** How many rows, or trees, are walked at a time: each step waits for memory, so that walks hide each other's waiting. */
export const LANES = 8;

/** By how much codes are shifted: a word has a limit above and a slot's place below, so that one subtraction compares. */
export const CODE_SHIFT = 16;

const HIGHEST = 2 ** 15 - 1;

/**
 * Trees filled up to one depth, so that a walk has as many steps as that, whatever the row, and no branch to guess.
 *
 * Level after level of all trees: level `l` has `2 ** l` words a tree, and a walk that is at the level's word `i` goes on
 * to word `2 * i` of the next level, or to `2 * i + 1` where the word, less the code that it points at, is negative. It
 * begins at the number of its tree and ends at that of a leaf.
 */
export interface PaddedForest {
  readonly trees: number;
  readonly depth: number;
  readonly words: Int32Array;
  readonly leaves: Float64Array;
}

/** How many steps the longest path from each node has; it is enough that children come after their parents. */
export function heights({ feature, left, right }: Forest): Int32Array {
  const height = new Int32Array(feature.length);
  for (let node = feature.length - 1; node >= 0; node--) {
    if (feature[node] !== -1) height[node] = 1 + Math.max(height[left[node]], height[right[node]]);
  }
  return height;
}

/** Whether words have room for the coding's limits and for places of slots that are `size` apart. */
export function fitsWords({ slots, highest }: Coding, size: number): boolean {
  return highest < HIGHEST && slots * size <= 2 ** CODE_SHIFT;
}

/** @param size how far apart slots are, in the units of the kernel's addresses */
export function padded(forest: Forest, coding: Coding, depth: number, size: number): PaddedForest {
  const { roots, feature, left, right, value } = forest;
  const { slot, limit } = coding;
  const trees = roots.length;
  // A word of no node always goes left, to the leaf that it stands above.
  const words = new Int32Array(trees * (2 ** depth - 1)).fill(HIGHEST << CODE_SHIFT);
  const leaves = new Float64Array(trees * 2 ** depth);
  const place = (node: number, level: number, at: number): void => {
    if (feature[node] === -1) {
      leaves[at * 2 ** (depth - level)] = value[node];
      return;
    }
    words[trees * (2 ** level - 1) + at] = (limit[node] << CODE_SHIFT) | (slot[node] * size);
    place(left[node], level + 1, 2 * at);
    place(right[node], level + 1, 2 * at + 1);
  };
  roots.forEach((root, tree) => {
    place(root, 0, tree);
  });
  return { trees, depth, words, leaves };
}
