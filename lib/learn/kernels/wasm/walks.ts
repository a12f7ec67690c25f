import type { Kernel } from '../../../util/wasm.js';
import type { Forest } from '../forest/index.js';
import { LANES, type LinkedForest, linkedForest, type Quantization, wordOf } from '../quantize/index.js';
import type { Arena } from './arena.js';
import { fitsBytes, MOST_LEAVES, WIDE, wideForest, wideRoom } from './wide.js';

/** The distance of slots in bytes: the codes of {@link LANES} rows. */
export const SLOT_BYTES = 4 * LANES;

/**
 * The sum of the leaves that a row meets in every `stride`th tree from `tree` to before `end`, on top of another.
 *
 * @param codesAt the address of the row's codes
 */
export type RowWalk = (codesAt: number, tree: number, end: number, stride: number, sum: number) => number;

/** @returns undefined where nodes share children */
export function linkedWalk(
  arena: Arena,
  forest: Forest,
  quantization: Quantization,
): ((kernel: Kernel) => RowWalk) | undefined {
  const nodesAt = arena.room(8 * (forest.feature.length + 1));
  const trees = linkedAt(nodesAt, forest, quantization);
  if (!trees) return undefined;
  arena.set(nodesAt, trees.nodes);
  const valuesAt = arena.put(trees.values);
  const rootsAt = arena.put(trees.roots);
  const heightsAt = arena.put(trees.heights);
  return (kernel) => {
    const walk = kernel.run('walk');
    return (codesAt, tree, end, stride, sum) =>
      walk(codesAt, tree, end, stride, rootsAt, heightsAt, valuesAt - nodesAt, sum);
  };
}

/** Apart from what keeps the walk: that lives as long as the kernel, and has no need of the quantization. */
function linkedAt(at: number, forest: Forest, quantization: Quantization): LinkedForest | undefined {
  return linkedForest(forest, { at, node: 8, word: (node) => wordOf(quantization, node, SLOT_BYTES) });
}

/** 64 rows through every node of each tree. */
export interface WideWalk {
  /** Makes the codes bytes. */
  narrow(): void;
  /** Adds the leaves that the rows meet in every `stride`th tree from `tree` on to their sums. */
  add(tree: number, stride: number): void;
}

export function wideWalk(
  arena: Arena,
  forest: Forest,
  quantization: Quantization,
  sumsAt: number,
): ((kernel: Kernel) => WideWalk) | undefined {
  const room = wideRoom(forest);
  if (!fitsBytes(quantization) || room.leaves > MOST_LEAVES) return undefined;
  const { slots } = quantization;
  const codesAt = arena.room(WIDE * slots);
  const leavesAt = arena.put(leafIndices(room.leaves));
  const resultsAt = arena.room(WIDE * room.nodes);
  const trees = wideForest(forest, quantization, { codes: codesAt, leaves: leavesAt, results: resultsAt });
  const nodesAt = arena.put(trees.nodes);
  const valuesAt = arena.put(trees.values);
  const listAt = arena.put(trees.list.map((offset, i) => offset + (i % 2 === 0 ? nodesAt : valuesAt)));
  const count = forest.roots.length;
  return (kernel) => {
    const [narrow, wide] = ['narrow', 'wide'].map(kernel.run);
    return {
      narrow: () => narrow(slots, SLOT_BYTES * slots, codesAt),
      add: (tree, stride) => wide(tree, count, stride, listAt, leavesAt, resultsAt, sumsAt),
    };
  };
}

/** The index of each leaf, once for each of 64 rows, in bytes. */
function leafIndices(leaves: number): Int32Array {
  const words = WIDE / 4;
  return Int32Array.from(
    { length: Math.max(1, leaves) * words },
    (_, i) => Math.trunc(i / words) * 0x0101_0101,
  );
}
