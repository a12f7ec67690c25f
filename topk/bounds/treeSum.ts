import type { Block } from '../../lib/data/blocks/index.js';
import { OptionError } from '../../lib/errors.js';
import { isEnsemble, type Model, scoreInto } from '../../lib/learn/learners/index.js';
import { type TreeModel, trees } from '../pruning/index.js';

/**
 * Whether a model's score is the sum of its trees.
 *
 * @returns false for three classes or more, whose scores compare several sums
 */
export function isTreeSum(model: Model): model is TreeModel {
  return model.classes <= 2 && isEnsemble(model) && 'forest' in model && 'columns' in model;
}

/** @throws OptionError for a model that isn't the sum of its trees */
export function treeSum(model: Model): TreeModel {
  if (isTreeSum(model)) return model;
  const { name, classes } = model;
  const why =
    classes > 2 ? `has ${classes} classes, whose scores are no sums` : 'is not made of boosted trees';
  throw new OptionError(
    'mode',
    `'exact' needs boosted trees that add up one sum a row, and '${name}' ${why}; use 'cuts'`,
  );
}

/**
 * Refuses a model whose scores aren't the sums of its trees, bit for bit, on these rows.
 *
 * @throws OptionError
 */
export async function checkTreeSum(model: TreeModel, blocks: readonly Block[]): Promise<void> {
  const { rows } = blocks[0];
  const scores = new Float64Array(rows * model.classes);
  await scoreInto(model, blocks, scores);
  const additive = trees(model);
  const sums = new Float64Array(rows).fill(additive.start);
  additive.open(blocks).advance(sums, 0, additive.steps);
  const isSame = additive
    .link(sums)
    .every((score, row) => Object.is(score, scores[(row + 1) * model.classes - 1]));
  if (isSame) return;
  throw new OptionError('mode', `the scores of '${model.name}' aren't the sums of its trees; use 'cuts'`);
}
