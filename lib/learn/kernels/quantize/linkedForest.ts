import { type Forest, heights } from '../forest/index.js';
import { filledTrees, LEFT } from './words.js';

/**
 * Trees whose nodes name their left child, which the right one follows: a node is its word (words.ts) and the place of
 * that child. A leaf is its own left child, and rows always go left there.
 */
export interface LinkedForest {
  readonly nodes: Int32Array;
  /** The leaves' values, one for each node; 0 at inner nodes. */
  readonly values: Float64Array;
  /** The place of each tree's root. Trees that {@link filledTrees} adds share a leaf of -0, which changes no sum. */
  readonly roots: Int32Array;
  /** The steps from each tree's root to its deepest leaf. */
  readonly heights: Int32Array;
}

/** Places, in the units of a kernel's addresses. */
export interface LinkPlan {
  /** The place of the first node. */
  readonly at: number;
  /** From a node to the next one. */
  readonly node: number;
  /** The word of an inner node. */
  readonly word: (node: number) => number;
}

/** @returns undefined where nodes share children */
export function linkedForest(forest: Forest, plan: LinkPlan): LinkedForest | undefined {
  const { feature, left, right, value } = forest;
  const order = [...forest.roots];
  // One more leaf, for the trees that are added.
  const last = feature.length;
  const nodes = new Int32Array(2 * last + 2);
  const values = new Float64Array(last + 1);
  nodes[2 * last] = LEFT;
  nodes[2 * last + 1] = plan.at + plan.node * last;
  values[last] = -0;
  for (let i = 0; i < order.length; i++) {
    if (order.length > last) return undefined;
    const node = order[i];
    const isLeaf = feature[node] === -1;
    nodes[2 * i] = isLeaf ? LEFT : plan.word(node);
    nodes[2 * i + 1] = plan.at + plan.node * (isLeaf ? i : order.length);
    if (isLeaf) values[i] = value[node];
    else order.push(left[node], right[node]);
  }
  const trees = forest.roots.length;
  const filled = { length: filledTrees(forest) };
  const height = heights(forest);
  return {
    nodes,
    values,
    roots: Int32Array.from(filled, (_, tree) => plan.at + plan.node * (tree < trees ? tree : last)),
    heights: Int32Array.from(filled, (_, tree) => (tree < trees ? height[forest.roots[tree]] : 0)),
  };
}
