import { type CascadeFeatures, type CascadeModel, SUBSET_WORDS } from '../model/index.js';
import type { WindowValues } from './examples/index.js';

/** A node of a weak learner. */
export interface WeakNode {
  readonly feature: number;
  /** Haar: values below it go left. */
  readonly threshold: number;
  /** LBP: the patterns that go left, as words of a model. */
  readonly subset: Int32Array;
  /** Above 0 a later node, else minus the leaf's position. */
  readonly left: number;
  readonly right: number;
}

/** A weak learner: nodes with the root first, and one leaf more than nodes. */
export interface WeakTree {
  readonly nodes: readonly WeakNode[];
  /** In single precision. */
  readonly leaves: Float32Array;
}

/** Writes the leaf of each window to `out`. Features are those that the tree's nodes refer to. */
export function leavesOf(
  { nodes }: Pick<WeakTree, 'nodes'>,
  kind: CascadeModel['kind'],
  features: CascadeFeatures,
  windows: WindowValues,
  out: Uint8Array,
): void {
  const sides = nodes.map((node) => sidesOf(node, kind, features, windows));
  for (let i = 0; i < windows.count; i++) {
    let node = 0;
    for (;;) {
      const child = sides[node][i] === 1 ? nodes[node].left : nodes[node].right;
      if (child <= 0) {
        out[i] = -child;
        break;
      }
      node = child;
    }
  }
}

/** 1 for each window that goes left. */
function sidesOf(
  { feature, threshold, subset }: WeakNode,
  kind: CascadeModel['kind'],
  features: CascadeFeatures,
  windows: WindowValues,
): Uint8Array {
  const sides = new Uint8Array(windows.count);
  if (kind === 'haar') {
    const values = new Float32Array(windows.count);
    windows.haar(features, feature, values);
    for (let i = 0; i < sides.length; i++) sides[i] = values[i] < threshold ? 1 : 0;
  } else {
    windows.lbp(features, feature, sides);
    for (let i = 0; i < sides.length; i++) sides[i] = (subset[sides[i] >> 5] >> (sides[i] & 31)) & 1;
  }
  return sides;
}

/** The trees of a stage, which refer to the model's features. */
export function stageTrees(model: CascadeModel, stage: number): WeakTree[] {
  const trees: WeakTree[] = [];
  for (let tree = model.firstTree[stage]; tree < model.firstTree[stage + 1]; tree++) {
    const begin = model.firstNode[tree];
    const end = model.firstNode[tree + 1];
    const nodes = Array.from({ length: end - begin }, (_, i) => ({
      feature: model.feature[begin + i],
      threshold: model.kind === 'haar' ? model.thresholds[begin + i] : 0,
      subset: model.subsets.subarray(SUBSET_WORDS * (begin + i), SUBSET_WORDS * (begin + i + 1)),
      left: model.left[begin + i],
      right: model.right[begin + i],
    }));
    trees.push({ nodes, leaves: model.leaves.subarray(begin + tree, end + tree + 1) });
  }
  return trees;
}
