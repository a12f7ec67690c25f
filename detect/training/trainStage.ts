import { exp } from '../../lib/util/math/index.js';
import { type Binned, growTree } from './growTree.js';
import type { FindSplit } from './splitSearch.js';
import { lossesAllowed, passingCount, traceOf } from './thresholds.js';
import { leavesOf, type WeakTree } from './weakTree.js';
import type { WindowSet } from './windowSet.js';

/** Windows and what earlier stages of a soft cascade summed up for each of them: 0 otherwise. */
export interface SummedWindows {
  readonly windows: WindowSet;
  readonly sums: Float64Array;
}

/** A stage to be trained. */
export interface StageTask {
  readonly binned: Binned;
  /** Sums of the windows in `binned` before the stage. */
  readonly sums: Float64Array;
  readonly validationPositives: SummedWindows;
  readonly validationNegatives: SummedWindows;
  readonly depth: 1 | 2;
  readonly hitRate: number;
  readonly falseAlarmRate: number;
  readonly maxWeak: number;
  /** Whether windows are checked after every tree, not only at the end. */
  readonly soft: boolean;
}

/** A stage as far as it is trained. */
export interface TrainedStage {
  readonly trees: readonly WeakTree[];
  /** One, or one a tree in a soft cascade. */
  readonly thresholds: readonly number[];
  /** Shares of the validation windows that pass. */
  readonly hits: number;
  readonly falseAlarms: number;
}

/**
 * Trains a stage by gentle boosting: adds weak learners until at most a share `falseAlarmRate` of the negatives of validation pass
 * the thresholds that a share `hitRate` of its positives pass, or there are `maxWeak`, or none lowers the error.
 *
 * It gives the stage after each weak learner, so that the caller can report it and stop.
 *
 * @see Friedman, Hastie and Tibshirani, Additive logistic regression, Annals of Statistics 2000, algorithm 4
 */
export async function* trainStage(
  task: StageTask,
  findSplit: FindSplit,
): AsyncGenerator<TrainedStage, void, void> {
  const { binned, depth, falseAlarmRate, maxWeak, soft } = task;
  const { kind, features, windows } = binned;
  const weights = binned.histograms.weights.subarray(0, windows.count);
  startWeights(weights, task.sums, binned.positives);
  const leaves = new Uint8Array(windows.count);
  const positives = new Checks(binned, task.validationPositives, soft);
  const negatives = new Checks(binned, task.validationNegatives, soft);
  const losses = lossesAllowed(task.hitRate, positives.count);
  const trees: WeakTree[] = [];
  while (trees.length < maxWeak) {
    const tree = await growTree(binned, depth, findSplit);
    if (tree === undefined) return;
    trees.push(tree);
    leavesOf(tree, kind, features, windows, leaves);
    updateWeights(weights, tree, leaves, binned.positives);
    positives.add(tree);
    negatives.add(tree);
    const { thresholds, passing } = traceOf(positives.sums, losses);
    const hits = passing.length / positives.count;
    const falseAlarms = passingCount(negatives.sums, thresholds) / negatives.count;
    yield { trees: [...trees], thresholds, hits, falseAlarms };
    if (falseAlarms <= falseAlarmRate) return;
  }
}

/** Sums of windows wherever they are checked. */
class Checks {
  readonly sums: Float64Array[] = [];
  private readonly leaves: Uint8Array;

  constructor(
    private readonly binned: Binned,
    private readonly given: SummedWindows,
    private readonly isSoft: boolean,
  ) {
    this.leaves = new Uint8Array(given.windows.count);
  }

  get count(): number {
    return this.given.windows.count;
  }

  add(tree: WeakTree): void {
    const { binned, given, leaves, sums } = this;
    leavesOf(tree, binned.kind, binned.features, given.windows, leaves);
    const before = sums.at(-1) ?? given.sums;
    const after = before.map((sum, i) => sum + tree.leaves[leaves[i]]);
    if (this.isSoft) sums.push(after);
    else sums[0] = after;
  }
}

/** Each class has half of the weight, so that it doesn't matter how many negatives were collected. */
function startWeights(weights: Float64Array, sums: Float64Array, positives: number): void {
  const count = weights.length;
  for (let i = 0; i < positives; i++) weights[i] = exp(-sums[i]);
  for (let i = positives; i < count; i++) weights[i] = exp(sums[i]);
  scale(weights, 0, positives, 0.5);
  scale(weights, positives, count, 0.5);
}

/** Weights grow by exp(-label * answer), and sum to 1 again. */
function updateWeights(weights: Float64Array, tree: WeakTree, leaves: Uint8Array, positives: number): void {
  const up = Array.from(tree.leaves, (leaf) => exp(leaf));
  const down = Array.from(tree.leaves, (leaf) => exp(-leaf));
  for (let i = 0; i < positives; i++) weights[i] *= down[leaves[i]];
  for (let i = positives; i < weights.length; i++) weights[i] *= up[leaves[i]];
  scale(weights, 0, weights.length, 1);
}

function scale(weights: Float64Array, begin: number, end: number, total: number): void {
  let sum = 0;
  for (let i = begin; i < end; i++) sum += weights[i];
  const factor = total / sum;
  for (let i = begin; i < end; i++) weights[i] *= factor;
}
