import type { Forest, ForestShape } from '../forest/index.js';
import type { Quantization } from '../quantize/index.js';

/** Rows of a batch that go through the trees at once. */
export const WIDE = 64;

/** Evaluating all nodes for 64 rows costs less than 64 walks if nodes <= this x path length. */
const WIDE_NODES = 12;

export function isWideWorth({ nodes, steps, isShared }: ForestShape): boolean {
  return !isShared && nodes <= WIDE_NODES * steps;
}

/** A leaf's index must be a byte. */
export const MOST_LEAVES = 256;

/** Trees as lists of predicates, children first, for a kernel that evaluates all of them: see "wide" in trees.wat. */
export interface WideForest {
  /**
   * Offsets of each tree's nodes and of its values, and the ends of the last tree's. Bytes, from
   * the first node and value.
   */
  readonly list: Int32Array;
  readonly nodes: Int32Array;
  readonly values: Float64Array;
}

/** The most inner nodes and leaves that one tree has. */
export interface WideRoom {
  readonly nodes: number;
  readonly leaves: number;
}

/** Whether codes and limits are bytes; the limit of a threshold that is NaN isn't. */
export function fitsBytes({ highest, limit }: Quantization): boolean {
  return highest < 256 && limit.every((one) => one >= 0);
}

export function wideRoom(forest: Forest): WideRoom {
  let nodes = 0;
  let leaves = 0;
  for (const root of forest.roots) {
    const all = nodesOf(forest, root);
    const inner = all.filter((node) => forest.feature[node] !== -1).length;
    nodes = Math.max(nodes, inner);
    leaves = Math.max(leaves, all.length - inner);
  }
  return { nodes, leaves };
}

/** @param at the addresses of the codes as bytes, of the leaves' indices, and of the nodes' results */
export function wideForest(
  forest: Forest,
  { slot, limit }: Quantization,
  at: { readonly codes: number; readonly leaves: number; readonly results: number },
): WideForest {
  const { roots, feature, left, right, value } = forest;
  const results = new Int32Array(feature.length);
  const list: number[] = [];
  const nodes: number[] = [];
  const values: number[] = [];
  for (const root of roots) {
    list.push(4 * nodes.length, 8 * values.length);
    let leaves = 0;
    let inner = 0;
    for (const node of nodesOf(forest, root)) {
      if (feature[node] === -1) {
        results[node] = at.leaves + WIDE * leaves++;
        values.push(value[node]);
      } else {
        results[node] = at.results + WIDE * inner++;
        nodes.push(
          at.codes + WIDE * slot[node],
          limit[node] ^ 128,
          results[left[node]],
          results[right[node]],
        );
      }
    }
  }
  list.push(4 * nodes.length, 8 * values.length);
  return { list: Int32Array.from(list), nodes: Int32Array.from(nodes), values: Float64Array.from(values) };
}

/** A tree's nodes, children before their parents: a child has a higher index than its parent. */
function nodesOf({ feature, left, right }: Forest, root: number): number[] {
  const found = new Set([root]);
  for (const node of found) {
    if (feature[node] !== -1) found.add(left[node]).add(right[node]);
  }
  return [...found].sort((a, b) => b - a);
}
