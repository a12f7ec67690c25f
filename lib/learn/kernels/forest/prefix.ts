import { DataError } from '../../../errors.js';
import { type Forest, SET_WORDS } from './forest.js';

/**
 * The first `trees` trees of a forest: what its sums are if it is cut there. Its arrays are views of the forest's,
 * nothing is copied.
 *
 * @throws DataError for more trees than there are
 *
 * @example
 * runForest(prefix(forest, 20), blocks, margins);
 */
export function prefix(forest: Forest, trees: number): Forest {
  const { roots, feature, left, right, set, sets } = forest;
  if (!(Number.isInteger(trees) && trees >= 0 && trees <= roots.length)) {
    throw new DataError(`can't cut a forest after ${trees} trees: expected 0 to ${roots.length}`);
  }
  let nodes = 0;
  for (let tree = 0; tree < trees; tree++) nodes = Math.max(nodes, roots[tree] + 1);
  let usedSets = 0;
  // Children come after their parents, so that none is missed.
  for (let node = 0; node < nodes; node++) {
    if (feature[node] === -1) continue;
    nodes = Math.max(nodes, left[node] + 1, right[node] + 1);
    usedSets = Math.max(usedSets, set[node] + 1);
  }
  return {
    outputs: forest.outputs,
    base: forest.base,
    roots: roots.subarray(0, trees),
    feature: feature.subarray(0, nodes),
    threshold: forest.threshold.subarray(0, nodes),
    left: left.subarray(0, nodes),
    right: right.subarray(0, nodes),
    missingLeft: forest.missingLeft.subarray(0, nodes),
    set: set.subarray(0, nodes),
    sets: sets.subarray(0, SET_WORDS * usedSets),
    value: forest.value.subarray(0, nodes),
  };
}
