import type { Forest, Shape } from '../forest/index.js';
import type { Coding } from './coding.js';

/** How many rows, or trees, are walked at a time: each step waits for memory, so that walks hide each other's waiting. */
export const LANES = 8;

/** Trees that one row goes through at a time in plain code. */
export const ROW_LANES = 10;

/** By how much codes are shifted: a word has a limit above and a slot's place below, so that one subtraction compares. */
export const CODE_SHIFT = 16;

const HIGHEST = 2 ** 15 - 1;

/** A word that always goes left. */
export const LEFT = HIGHEST << CODE_SHIFT;

/** Deeper trees would take too much room, and so would lopsided ones: at most so many leaves for each of their own. */
const MOST_DEPTH = 12;
const MOST_LEAVES = 6;

/**
 * Trees filled up to one depth, so that a walk has as many steps as that, whatever the row, and no branch to guess.
 *
 * Level after level of all trees: level `l` has `2 ** l` words a tree and begins at as many, so that one number says where
 * it begins and how wide it is. A walk that is at the level's word `i` goes on to word `2 * i` of the next level, or to
 * `2 * i + 1` where the word, less the code that it points at, is negative. It begins at the number of its tree and ends
 * at that of a leaf.
 */
export interface PaddedForest {
  /** With those that {@link togetherTrees} adds. */
  readonly trees: number;
  readonly depth: number;
  readonly words: Int32Array;
  readonly leaves: Float64Array;
}

/** Whether words have room for the coding's limits and for places of slots that are `size` apart. */
export function fitsWords({ slots, highest }: Coding, size: number): boolean {
  return highest < HIGHEST && slots * size <= 2 ** CODE_SHIFT;
}

/** Whether padding takes no more room than it is worth. */
export function fitsPadded({ trees, depth, leaves }: Shape): boolean {
  return depth <= MOST_DEPTH && trees * 2 ** depth <= MOST_LEAVES * leaves;
}

/**
 * How many trees there are with those that fill up the last `lanes` of each output. They add -0, which leaves every sum as it is,
 * 0 and -0 too.
 */
export function togetherTrees({ roots, outputs }: Forest, lanes = LANES): number {
  const together = lanes * outputs;
  return together * Math.ceil(roots.length / together);
}

/** Where a tree stands when those of one output stand side by side: a walk without a stride is an eighth quicker. */
export function sideBySide(forest: Forest, lanes = LANES): (tree: number) => number {
  const { outputs } = forest;
  const each = togetherTrees(forest, lanes) / outputs;
  return (tree) => (tree % outputs) * each + Math.trunc(tree / outputs);
}

/**
 * @param leftward the word of what isn't there: all go left
 * @param word that of a node that asks something
 * @param at where a tree stands
 * @param lanes how many are walked at a time
 */
export function padded(
  forest: Forest,
  depth: number,
  leftward: number,
  word: (node: number) => number,
  at = (tree: number): number => tree,
  lanes = LANES,
): PaddedForest {
  const { roots, feature, left, right, value } = forest;
  const trees = togetherTrees(forest, lanes);
  // Where there is no node, all go left, to the leaf that stands above.
  const words = new Int32Array(trees * 2 ** depth).fill(leftward);
  const leaves = new Float64Array(trees * 2 ** depth).fill(-0);
  const place = (node: number, level: number, i: number): void => {
    if (feature[node] === -1) {
      leaves[i * 2 ** (depth - level)] = value[node];
      return;
    }
    words[trees * 2 ** level + i] = word(node);
    place(left[node], level + 1, 2 * i);
    place(right[node], level + 1, 2 * i + 1);
  };
  roots.forEach((root, tree) => {
    place(root, 0, at(tree));
  });
  return { trees, depth, words, leaves };
}

/** The word of a node that asks something. */
export function wordOf({ slot, limit }: Coding, node: number, size: number): number {
  return (limit[node] << CODE_SHIFT) | (slot[node] * size);
}
