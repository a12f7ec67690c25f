import type { Block } from '../../../lib/data/blocks/index.js';
import { type BoostedModel, boostedModel } from '../../../lib/learn/learners/boosting/model.js';
import type { Model } from '../../../lib/learn/learners/index.js';
import { anyForest } from '../../lib/learn/kernels/forests.js';
import { sorted } from '../select/plain.js';

/** Boosted trees of two classes, grown at random, for rows of `anyRows`. */
export function anyTrees(seed: number, trees: number, classes = 2): BoostedModel {
  const forest = anyForest(seed, trees, 1);
  return boostedModel('trees', { classes, columns: [4], forest, importance: new Float64Array(4) });
}

/** What ranking every candidate by a plain sort of the model's own scores gives. */
export function plainTopK(model: Pick<Model, 'classes' | 'score'>, blocks: readonly Block[], k: number) {
  const { rows } = blocks[0];
  const { classes } = model;
  const all = new Float64Array(rows * classes);
  model.score(blocks, all);
  const scores = Float64Array.from({ length: rows }, (_, row) => all[row * classes + classes - 1]);
  const indices = sorted(scores).slice(0, k);
  return { indices, scores: Float64Array.from(indices, (row) => scores[row]) };
}
