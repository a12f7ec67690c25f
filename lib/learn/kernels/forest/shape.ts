import type { Forest } from './forest.js';

/** The size of a forest, which decides how kernels run it. */
export interface ForestShape {
  readonly trees: number;
  /** The most steps from a root to a leaf. */
  readonly depth: number;
  /** The same for each tree, summed: the cost of a row's walk. */
  readonly steps: number;
  /** Inner nodes of all trees. */
  readonly nodes: number;
  readonly leaves: number;
  /** Whether trees share nodes, as a file may have them: unfolded, they may have many more than there are. */
  readonly isShared: boolean;
}

export function forestShape(forest: Forest): ForestShape {
  const height = heights(forest);
  let depth = 0;
  let steps = 0;
  for (const root of forest.roots) {
    depth = Math.max(depth, height[root]);
    steps += height[root];
  }
  const nodes = forest.feature.reduce((count, feature) => count + (feature === -1 ? 0 : 1), 0);
  const leaves = forest.feature.length - nodes;
  return { trees: forest.roots.length, depth, steps, nodes, leaves, isShared: sharesNodes(forest) };
}

function sharesNodes({ roots, feature, left, right }: Forest): boolean {
  const isMet = new Uint8Array(feature.length);
  const waiting = [...roots];
  for (const node of waiting) {
    if (isMet[node] === 1) return true;
    isMet[node] = 1;
    if (feature[node] !== -1) waiting.push(left[node], right[node]);
  }
  return false;
}

/** The number of steps of the longest path from each node; children come after their parents. */
export function heights({ feature, left, right }: Forest): Int32Array {
  const height = new Int32Array(feature.length);
  for (let node = feature.length - 1; node >= 0; node--) {
    if (feature[node] !== -1) height[node] = 1 + Math.max(height[left[node]], height[right[node]]);
  }
  return height;
}
