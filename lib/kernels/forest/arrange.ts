import { DataError } from '../../errors.js';
import type { Forest } from './forest.js';

/**
 * Some trees of a forest in another order, with their own nodes only. Sums over them differ from the forest's by rounding alone.
 *
 * @param trees each at most once
 * @throws DataError for trees that there aren't, or more outputs than one: their trees take turns
 */
export function arrange(forest: Forest, trees: Int32Array): Forest {
  const { outputs, base, roots, sets } = forest;
  if (outputs !== 1) throw new DataError(`trees of ${outputs} outputs take turns: they can't be rearranged`);
  if (!trees.every((tree) => tree >= 0 && tree < roots.length)) {
    throw new DataError(`expected trees from 0 to ${roots.length - 1}`);
  }
  const nodes: number[] = [];
  const place = new Int32Array(forest.feature.length);
  for (const tree of trees) {
    // Breadth first, so that children come after their parents.
    for (let at = nodes.push(roots[tree]) - 1; at < nodes.length; at++) {
      const node = nodes[at];
      place[node] = at;
      if (forest.feature[node] !== -1) nodes.push(forest.left[node], forest.right[node]);
    }
  }
  const child = (children: Int32Array) =>
    Int32Array.from(nodes, (node) => (forest.feature[node] === -1 ? -1 : place[children[node]]));
  return {
    outputs,
    base,
    roots: trees.map((tree) => place[roots[tree]]),
    feature: Int32Array.from(nodes, (node) => forest.feature[node]),
    threshold: Float32Array.from(nodes, (node) => forest.threshold[node]),
    left: child(forest.left),
    right: child(forest.right),
    missingLeft: Uint8Array.from(nodes, (node) => forest.missingLeft[node]),
    set: Int32Array.from(nodes, (node) => forest.set[node]),
    sets,
    value: Float64Array.from(nodes, (node) => forest.value[node]),
  };
}
