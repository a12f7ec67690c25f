import { below } from '../../lib/util/floats.js';
import { decision, membership, type NodeDecision } from '../decision.js';
import { damagedModel, type Fields, unsupportedModel } from '../fields.js';
import type { ForeignTree } from '../forestBuilder.js';

/** @param weight of its leaves */
export function readXgboostTree(tree: Fields, weight: number): ForeignTree {
  const parameters = tree.fields('tree_param');
  if (parameters.has('size_leaf_vector') && parameters.count('size_leaf_vector') > 1) {
    throw unsupportedModel('xgboost', 'has leaves of several numbers each; train it with one tree an output');
  }
  const nodes = parameters.count('num_nodes');
  const left = tree.numbers('left_children', nodes);
  const right = tree.numbers('right_children', nodes);
  const columns = tree.numbers('split_indices', nodes);
  const conditions = tree.numbers('split_conditions', nodes);
  const defaultLeft = tree.numbers('default_left', nodes);
  const categories = readCategories(tree, nodes);
  return {
    nodes,
    isLeaf: (node) => left[node] === -1,
    left: (node) => left[node],
    right: (node) => right[node],
    column: (node) => columns[node],
    decision: (node) => decisionOf(conditions[node], defaultLeft[node] !== 0, categories.get(node)),
    value: (node) => weight * Math.fround(conditions[node]),
  };
}

/**
 * Missing values go their own way; other numbers left if they are below the threshold, or if their category isn't in
 * the set.
 */
function decisionOf(
  threshold: number,
  missingLeft: boolean,
  categories: readonly number[] | undefined,
): NodeDecision {
  if (categories !== undefined) return membership(categories, false, missingLeft);
  return decision([[below(Math.fround(threshold)), true]], false, missingLeft);
}

/** The sets of the nodes that have one. */
function readCategories(tree: Fields, nodes: number): ReadonlyMap<number, readonly number[]> {
  const sets = new Map<number, readonly number[]>();
  // Releases before 1.3 knew no categories.
  if (!tree.has('split_type')) return sets;
  const types = tree.numbers('split_type', nodes);
  const owners = tree.numbers('categories_nodes');
  const starts = tree.numbers('categories_segments', owners.length);
  const sizes = tree.numbers('categories_sizes', owners.length);
  const categories = tree.numbers('categories');
  for (let i = 0, at = 0; i < owners.length; i++) {
    if (starts[i] !== at || !(sizes[i] >= 0 && at + sizes[i] <= categories.length)) {
      throw damagedModel('xgboost', `a set of categories at ${starts[i]}, where ${at} is expected`);
    }
    sets.set(owners[i], Array.prototype.slice.call(categories, at, at + sizes[i]));
    at += sizes[i];
  }
  for (const set of sets.values()) {
    const wrong = set.find((category) => !(Number.isSafeInteger(category) && category >= 0));
    if (wrong !== undefined) throw damagedModel('xgboost', `a category ${wrong}`);
  }
  for (let node = 0; node < nodes; node++) {
    if ((types[node] === 1) !== sets.has(node))
      throw damagedModel('xgboost', `a node ${node} without its categories`);
  }
  return sets;
}
