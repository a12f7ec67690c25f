import type { Kernel } from '../../wasm.js';
import { type Forest, heights } from '../forest/index.js';
import { type Coding, LANES, LEFT, linked, padded, wordOf } from '../quantize/index.js';
import type { Arena } from './arena.js';
import { fitsBytes, MOST_LEAVES, WIDE, wideForest, wideRoom } from './wide.js';

/** How far apart slots are: codes of `LANES` rows. */
export const SLOT_BYTES = 4 * LANES;

/** The sum of what one row meets in every `stride`th tree from `tree` on, on top of another. */
export type RowWalk = (tree: number, stride: number, sum: number) => number;

/** Of trees that aren't padded. */
export function linkedWalk(
  arena: Arena,
  forest: Forest,
  coding: Coding,
): ((kernel: Kernel) => RowWalk) | undefined {
  const { roots } = forest;
  const nodesAt = arena.room(8 * (forest.feature.length + 1));
  const trees = linked(forest, {
    at: nodesAt,
    node: 8,
    left: LEFT,
    word: (node) => wordOf(coding, node, SLOT_BYTES),
  });
  if (!trees) return undefined;
  arena.set(nodesAt, trees.nodes);
  const valuesAt = arena.put(trees.values);
  const rootsAt = arena.put(trees.roots);
  const height = heights(forest);
  const heightsAt = arena.put(trees.roots.map((_, tree) => height[roots[tree]] ?? 0));
  return (kernel) => {
    const walk = kernel.run('links');
    return (tree, stride, sum) =>
      walk(tree, trees.roots.length, stride, rootsAt, heightsAt, valuesAt - nodesAt, sum);
  };
}

/** Adds what groups of eight rows meet in every `stride`th tree from `tree` on to their sums. */
export type GroupWalk = (tree: number, stride: number, rows: number) => void;

export function paddedWalks(
  arena: Arena,
  forest: Forest,
  coding: Coding,
  depth: number,
  sumsAt: number,
): { row(kernel: Kernel): RowWalk; group(kernel: Kernel): GroupWalk } {
  const { trees, words, leaves } = padded(forest, depth, LEFT, (node) => wordOf(coding, node, SLOT_BYTES));
  const wordsAt = arena.put(words) + 4 * trees;
  const leavesAt = arena.put(leaves);
  // Bytes of the first level's words, and of those that leaves would have.
  const first = 4 * trees;
  const last = first * 2 ** depth;
  const size = SLOT_BYTES * coding.slots;
  const count = forest.roots.length;
  return {
    row(kernel) {
      const walk = kernel.run('trees');
      return (tree, stride, sum) => walk(tree, trees, stride, wordsAt, first, last, leavesAt, sum);
    },
    group(kernel) {
      const walk = kernel.run('rows');
      return (tree, stride, rows) => {
        walk(tree, count, stride, wordsAt, first, last, leavesAt, size, sumsAt, sumsAt + 8 * rows);
      };
    },
  };
}

/** Makes the codes bytes, and adds what 64 rows meet in every `stride`th tree, up to the last one or before `end`, to their sums. */
export interface WideWalk {
  narrow(): void;
  add(tree: number, stride: number, end?: number): void;
  /** Where the bytes are, 64 a slot. */
  readonly codesAt: number;
}

export function wideWalk(
  arena: Arena,
  forest: Forest,
  coding: Coding,
  sumsAt: number,
): ((kernel: Kernel) => WideWalk) | undefined {
  const room = wideRoom(forest);
  if (!fitsBytes(coding) || room.leaves > MOST_LEAVES) return undefined;
  const { slots } = coding;
  const codesAt = arena.room(WIDE * slots);
  const leavesAt = arena.put(leafNumbers(room.leaves));
  const resultsAt = arena.room(WIDE * room.nodes);
  const trees = wideForest(forest, coding, { codes: codesAt, leaves: leavesAt, results: resultsAt });
  const nodesAt = arena.put(trees.nodes);
  const valuesAt = arena.put(trees.values);
  const listAt = arena.put(trees.list.map((offset, i) => offset + (i % 2 === 0 ? nodesAt : valuesAt)));
  const count = forest.roots.length;
  return (kernel) => {
    const [narrow, wide] = ['narrow', 'wide'].map(kernel.run);
    return {
      narrow: () => narrow(slots, SLOT_BYTES * slots, codesAt),
      add: (tree, stride, end = count) => wide(tree, end, stride, listAt, leavesAt, resultsAt, sumsAt),
      codesAt,
    };
  };
}

/** The number of each leaf, once for each of 64 rows, in bytes. */
function leafNumbers(leaves: number): Int32Array {
  const words = WIDE / 4;
  return Int32Array.from(
    { length: Math.max(1, leaves) * words },
    (_, i) => Math.trunc(i / words) * 0x0101_0101,
  );
}
