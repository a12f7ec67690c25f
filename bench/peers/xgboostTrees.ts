import type { Forest } from '../../lib/learn/kernels/index.js';

/** XGBoost's code for no parent. */
const NONE = 2 ** 31 - 1;

/**
 * A forest of one output as the JSON of a model that XGBoost 3 loads. It goes left below a number rather than up to it, so
 * that each threshold becomes the next Float32 above. Sets of categories and infinite thresholds have no place in
 * it.
 */
export function xgboostTrees(forest: Forest, columns: number): string {
  const { outputs, roots, set, threshold, feature } = forest;
  if (outputs !== 1 || set.some((one) => one !== -1)) throw new RangeError('expected one output and no sets');
  if (!threshold.every(Number.isFinite)) throw new RangeError('expected finite thresholds');
  const trees = Array.from(roots, (root, tree) =>
    treeOf(forest, root, tree + 1 < roots.length ? roots[tree + 1] : feature.length, tree, columns),
  );
  const model = {
    version: [3, 0, 0],
    learner: {
      attributes: {},
      feature_names: [],
      feature_types: [],
      gradient_booster: {
        name: 'gbtree',
        model: {
          gbtree_model_param: { num_parallel_tree: '1', num_trees: String(trees.length) },
          iteration_indptr: Array.from({ length: trees.length + 1 }, (_, tree) => tree),
          tree_info: trees.map(() => 0),
          trees,
        },
      },
      learner_model_param: {
        // More digits it takes for no number.
        base_score: forest.base[0].toExponential(7),
        boost_from_average: '1',
        num_class: '0',
        num_feature: String(columns),
        num_target: '1',
      },
      objective: { name: 'reg:squarederror', reg_loss_param: { scale_pos_weight: '1' } },
    },
  };
  return JSON.stringify(model).replace(/"floats:([^"]*)"/g, '[$1]');
}

/** It accepts a whole number as a float only with an exponent; JSON.stringify writes none. */
function floats(values: readonly number[]): string {
  return `floats:${values.map((value) => value.toExponential()).join()}`;
}

function treeOf(forest: Forest, root: number, end: number, id: number, columns: number): object {
  const { feature, threshold, left, right, missingLeft, value } = forest;
  const nodes = Array.from({ length: end - root }, (_, i) => root + i);
  const isLeaf = (node: number) => feature[node] === -1;
  const children = (of: Int32Array) => nodes.map((node) => (isLeaf(node) ? -1 : of[node] - root));
  const parents = nodes.map(() => NONE);
  for (const node of nodes) {
    if (!isLeaf(node)) parents[left[node] - root] = parents[right[node] - root] = node - root;
  }
  const zeros = nodes.map(() => 0);
  return {
    base_weights: floats(zeros),
    categories: [],
    categories_nodes: [],
    categories_segments: [],
    categories_sizes: [],
    default_left: nodes.map((node) => missingLeft[node]),
    id,
    left_children: children(left),
    loss_changes: floats(zeros),
    parents,
    right_children: children(right),
    split_conditions: floats(nodes.map((node) => (isLeaf(node) ? value[node] : above(threshold[node])))),
    split_indices: nodes.map((node) => Math.max(0, feature[node])),
    split_type: zeros,
    sum_hessian: floats(zeros),
    tree_param: {
      num_deleted: '0',
      num_feature: String(columns),
      num_nodes: String(nodes.length),
      size_leaf_vector: '1',
    },
  };
}

/** The next Float32 above a finite one. */
export function above(number: number): number {
  const bits = new Int32Array(1);
  const float = new Float32Array(bits.buffer);
  float[0] = number;
  if (float[0] === 0) bits[0] = 1;
  else bits[0] += float[0] > 0 ? 1 : -1;
  return float[0];
}
