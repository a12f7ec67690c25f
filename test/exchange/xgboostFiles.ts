/** XGBoost's JSON, as small as it can be: two columns, a bias of 0.5. */
export function model(
  trees: readonly object[],
  { objective = 'reg:squarederror', base_score = '5E-1', classes = 0, targets = 1, booster = 'gbtree' } = {},
) {
  return {
    learner: {
      gradient_booster: { model: { trees, tree_info: trees.map(() => 0) }, name: booster },
      learner_model_param: {
        base_score,
        num_class: `${classes}`,
        num_feature: '2',
        num_target: `${targets}`,
      },
      objective: { name: objective },
    },
    version: [3, 0, 0],
  };
}

/** Column 0 below the threshold, or missing: left. */
export function stump({
  threshold,
  left,
  right,
  change = {},
}: {
  readonly threshold: number;
  readonly left: number;
  readonly right: number;
  readonly change?: object;
}): object {
  return {
    split_conditions: [threshold, left, right],
    split_indices: [0, 0, 0],
    default_left: [1, 0, 0],
    left_children: [1, -1, -1],
    right_children: [2, -1, -1],
    tree_param: { num_nodes: '3', size_leaf_vector: '1' },
    ...change,
  };
}
