import { type Block, type DenseBlock, denseBlock } from '../../blocks/index.js';
import { type Forest, runForest } from '../../kernels/index.js';
import type { LinearModel } from '../linear.js';
import { logisticRegression } from '../logistic.js';

/**
 * What turns votes into probabilities: logistic regression on their logarithms, fitted to rows that no tree has seen. For two classes
 * that is Platt's sigmoid, which suits forests (Niculescu-Mizil and Caruana, ICML 2005); for more it is matrix scaling (Guo et al.,
 * ICML 2017, section 4.2) with a penalty.
 *
 * Out-of-bag votes would spare these rows, but they are those of a third of the trees: coarser than the votes of all, and a
 * calibration fitted to them is too careful.
 *
 * @param blocks of the rows that no tree has seen
 * @param targets distribution of each of them, rows x classes
 * @param prior of all rows, seen or not
 */
export async function fitCalibration(
  forest: Forest,
  trees: number,
  blocks: readonly Block[],
  targets: Float64Array,
  prior: Float64Array,
): Promise<LinearModel> {
  const classes = prior.length;
  const rows = targets.length / classes;
  const votes = new Float64Array(rows * forest.outputs);
  runForest(forest, blocks, votes);
  // As if one row more had been there, of the average class: else no class that they lack were possible, and trees that are right on
  // all of them would be sure without limit.
  const soft = targets.map((target, i) => (rows * target + prior[i % classes]) / (rows + 1));
  return logisticRegression().fit(
    { blocks: [logShares(votes, forest.outputs, trees)], rows, classes, labels: new Int32Array(0), soft },
    { seed: 0 },
  );
}

/**
 * Votes, rows x outputs, as what is calibrated: the log-odds of the only output's share, or the logarithms of several. Half a vote more on
 * either side keeps them finite.
 */
export function logShares(votes: Float64Array, outputs: number, trees: number): DenseBlock {
  const of = (count: number) => Math.log((count + 0.5) / (trees + 0.5));
  const value = outputs === 1 ? (count: number) => of(count) - of(trees - count) : of;
  return denseBlock(votes.length / outputs, outputs, Float32Array.from(votes, value));
}
