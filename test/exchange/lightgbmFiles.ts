/** LightGBM's text, as it writes it, of three columns; lines that aren't read are left out. */
export function file(
  trees: readonly string[],
  { objective = 'regression', perIteration = 1, version = 'v4', more = [] as readonly string[] } = {},
): string {
  return [
    'tree',
    `version=${version}`,
    `num_class=${perIteration}`,
    `num_tree_per_iteration=${perIteration}`,
    'label_index=0',
    'max_feature_idx=2',
    ...(objective === '' ? [] : [`objective=${objective}`]),
    ...more,
    'feature_names=a b c',
    'feature_infos=[0:1] [0:1] none',
    `tree_sizes=${trees.map(() => 1).join(' ')}`,
    '',
    ...trees.flatMap((tree, i) => [`Tree=${i}`, tree, '', '']),
    'end of trees',
    '',
    'feature_importances:',
    'a=1',
    '',
    'parameters:',
    '[boosting: gbdt]',
    'end of parameters',
    '',
    'pandas_categorical:null',
    '',
  ].join('\n');
}

/** A tree of one division of column 0 into leaves 1 and 2. */
export function stump(threshold: string, type: number, more: readonly string[] = ['num_cat=0']): string {
  return [
    'num_leaves=2',
    'split_feature=0',
    'split_gain=1',
    `threshold=${threshold}`,
    `decision_type=${type}`,
    'left_child=-1',
    'right_child=-2',
    'leaf_value=1 2',
    ...more,
    'is_linear=0',
    'shrinkage=0.1',
  ].join('\n');
}

export function constant(value: number): string {
  return ['num_leaves=1', 'num_cat=0', `leaf_value=${value}`, 'is_linear=0', 'shrinkage=1'].join('\n');
}
