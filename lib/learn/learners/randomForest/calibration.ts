import { type Block, type DenseBlock, denseBlock } from '../../../data/blocks/index.js';
import { log } from '../../../util/math/index.js';
import { type Forest, runForest } from '../../kernels/index.js';
import type { LinearModel } from '../linear.js';
import { logisticRegression } from '../logistic.js';
import { countVotes, type VoteLayout } from './votes.js';

/**
 * Turns votes into probabilities: logistic regression on their logarithms, fitted to rows that no
 * tree has seen. For two classes that is Platt's sigmoid, which suits forests (Niculescu-Mizil and
 * Caruana, ICML 2005); for more it is matrix scaling (Guo et al., ICML 2017, section 4.2) with a
 * penalty.
 *
 * Out-of-bag votes would save these rows, but come from a third of the trees: coarser than the
 * votes of all, and a calibration fitted to them is too conservative.
 *
 * @param blocks of the rows that no tree has seen
 * @param targets each row's distribution, rows x classes
 * @param prior of all rows, seen or not
 */
export async function fitCalibration(
  forest: Forest,
  layout: VoteLayout,
  blocks: readonly Block[],
  targets: Float64Array,
  prior: Float64Array,
): Promise<LinearModel> {
  const { classes } = layout;
  const rows = targets.length / classes;
  const sums = new Float64Array(rows * layout.outputs);
  runForest(forest, blocks, sums);
  // As if there were one more row, of the average class. Otherwise no class that these rows lack
  // would be possible, and trees that are right on all of them would be confident without limit.
  const soft = targets.map((target, i) => (rows * target + prior[i % classes]) / (rows + 1));
  return logisticRegression({ l2: 1 }).fit(
    { blocks: [logShares(layout, sums)], rows, classes, labels: new Int32Array(0), soft },
    { seed: 0 },
  );
}

/**
 * The inputs of calibration: the logarithm of each class's share of the votes; for two classes the
 * log-odds of the second. Half a vote more keeps them finite.
 *
 * @param sums of the forest, rows x outputs
 */
export function logShares(layout: VoteLayout, sums: Float64Array): DenseBlock {
  const { classes, trees, outputs } = layout;
  const rows = sums.length / outputs;
  const votes = new Float64Array(rows * classes);
  countVotes(layout, sums, votes);
  const logs = Float32Array.from(votes, (count) => log((count + 0.5) / (trees + 0.5)));
  if (classes > 2) return denseBlock(rows, classes, logs);
  return denseBlock(
    rows,
    1,
    Float32Array.from({ length: rows }, (_, row) => logs[2 * row + 1] - logs[2 * row]),
  );
}
