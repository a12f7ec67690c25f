import { DataError } from '../../../errors.js';
import type { Forest } from './forest.js';
import { prefix } from './prefix.js';

/**
 * The trees `from` to before `to` of a forest, with their own nodes only. Adding their sums to
 * those of the trees before `from` gives those of the trees before `to`, bit for bit; `from` must
 * be a whole number of trees an output.
 *
 * @throws DataError for more trees than there are, or a start beyond the trees or within a round
 */
export function segment(forest: Forest, from: number, to: number): Forest {
  const { feature, left, right, roots, ...whole } = prefix(forest, to);
  if (!(Number.isInteger(from) && from >= 0 && from <= to && from % forest.outputs === 0)) {
    throw new DataError(
      `can't go on from tree ${from}: expected a multiple of ${forest.outputs}, from 0 to ${to}`,
    );
  }
  const wanted = roots.subarray(from);
  if (from === 0) return { feature, left, right, roots, ...whole };
  const isIn = new Uint8Array(feature.length);
  for (const root of wanted) isIn[root] = 1;
  // Children come after their parents.
  for (let node = 0; node < feature.length; node++) {
    if (isIn[node] === 0 || feature[node] === -1) continue;
    isIn[left[node]] = 1;
    isIn[right[node]] = 1;
  }
  const nodes = Int32Array.from(feature.keys()).filter((node) => isIn[node] === 1);
  const place = new Int32Array(feature.length);
  nodes.forEach((node, i) => {
    place[node] = i;
  });
  const child = (children: Int32Array) =>
    nodes.map((node) => (feature[node] === -1 ? -1 : place[children[node]]));
  return {
    outputs: whole.outputs,
    base: whole.base,
    roots: wanted.map((root) => place[root]),
    feature: nodes.map((node) => feature[node]),
    threshold: Float32Array.from(nodes, (node) => whole.threshold[node]),
    left: child(left),
    right: child(right),
    missingLeft: Uint8Array.from(nodes, (node) => whole.missingLeft[node]),
    set: nodes.map((node) => whole.set[node]),
    sets: whole.sets,
    value: Float64Array.from(nodes, (node) => whole.value[node]),
  };
}
