import type { Forest } from '../forest/index.js';
import { togetherTrees } from './padded.js';

/**
 * Trees whose nodes name their left child, which the right one follows: a node is its word (padded.ts) and the place of
 * that child. A leaf always goes left, to itself.
 */
export interface LinkedForest {
  readonly nodes: Int32Array;
  /** Of each node; 0 but at leaves. */
  readonly values: Float64Array;
  /** The place of each tree's root; trees that {@link togetherTrees} adds share a leaf. */
  readonly roots: Int32Array;
}

/** In the units of a kernel's addresses. */
export interface LinkPlan {
  /** The place of the first node. */
  readonly at: number;
  /** From a node to the next one. */
  readonly node: number;
  /** A leaf's word: all go left. */
  readonly left: number;
  /** That of a node that asks something. */
  readonly word: (node: number) => number;
}

/** @returns undefined where nodes share children */
export function linked(forest: Forest, plan: LinkPlan): LinkedForest | undefined {
  const { feature, left, right, value } = forest;
  const order = [...forest.roots];
  // One more leaf for the trees that are added.
  const last = feature.length;
  const nodes = new Int32Array(2 * last + 2);
  const values = new Float64Array(last + 1);
  nodes[2 * last] = plan.left;
  nodes[2 * last + 1] = plan.at + plan.node * last;
  values[last] = -0;
  for (let i = 0; i < order.length; i++) {
    if (order.length > last) return undefined;
    const node = order[i];
    const isLeaf = feature[node] === -1;
    nodes[2 * i] = isLeaf ? plan.left : plan.word(node);
    nodes[2 * i + 1] = plan.at + plan.node * (isLeaf ? i : order.length);
    if (isLeaf) values[i] = value[node];
    else order.push(left[node], right[node]);
  }
  const trees = forest.roots.length;
  const roots = Int32Array.from({ length: togetherTrees(forest) }, (_, tree) => (tree < trees ? tree : last));
  return { nodes, values, roots: roots.map((root) => plan.at + plan.node * root) };
}
