import { exp } from '../../lib/util/math/index.js';
import { limitOf, thresholdAt } from '../model/index.js';
import type { WindowSet } from './examples/index.js';
import { type Binned, growTree } from './growTree.js';
import type { FindSplit } from './splitSearch.js';
import { leavesOf, type WeakTree } from './weakTree.js';

/** A stage to be trained. */
export interface StageTask {
  readonly binned: Binned;
  readonly validationPositives: WindowSet;
  readonly validationNegatives: WindowSet;
  readonly testPositives: WindowSet;
  readonly depth: 1 | 2;
  readonly hitRate: number;
  readonly falseAlarmRate: number;
  readonly maxWeak: number;
}

/** A stage as far as it is trained. */
export interface TrainedStage {
  readonly trees: readonly WeakTree[];
  readonly threshold: number;
  /** Shares of the validation windows that pass. */
  readonly validationHits: number;
  readonly falseAlarms: number;
  /** The share of the test objects that pass; null without any. */
  readonly hits: number | null;
}

/**
 * Trains a stage by gentle boosting: adds weak learners until at most a share `falseAlarmRate` of the negatives of
 * validation pass the threshold that a share `hitRate` of its positives pass, or there are `maxWeak`, or none lowers
 * the error.
 *
 * It gives the stage after each weak learner, so that the caller can report it and stop.
 *
 * @see Friedman, Hastie and Tibshirani, Additive logistic regression, Annals of Statistics 2000, algorithm 4
 */
export async function* trainStage(
  task: StageTask,
  findSplit: FindSplit,
): AsyncGenerator<TrainedStage, void, void> {
  const { binned, depth, falseAlarmRate, maxWeak } = task;
  const { kind, features, windows } = binned;
  const weights = binned.histograms.weights.subarray(0, windows.count);
  startWeights(weights, binned.positives);
  const leaves = new Uint8Array(windows.count);
  const positives = new Sums(binned, task.validationPositives);
  const negatives = new Sums(binned, task.validationNegatives);
  const tested = new Sums(binned, task.testPositives);
  const losses = lossesAllowed(task.hitRate, positives.values.length);
  const trees: WeakTree[] = [];
  while (trees.length < maxWeak) {
    const tree = await growTree(binned, depth, findSplit);
    if (tree === undefined) return;
    trees.push(tree);
    leavesOf(tree, kind, features, windows, leaves);
    updateWeights(weights, tree, leaves, binned.positives);
    positives.add(tree);
    negatives.add(tree);
    tested.add(tree);
    const threshold = thresholdFor(positives.values, losses);
    const validationHits = passingShare(positives.values, threshold);
    const falseAlarms = passingShare(negatives.values, threshold);
    const hits = tested.values.length === 0 ? null : passingShare(tested.values, threshold);
    yield { trees: [...trees], threshold, validationHits, falseAlarms, hits };
    if (falseAlarms <= falseAlarmRate) return;
  }
}

/** What the trees so far sum up to for each window. */
class Sums {
  readonly values: Float64Array;
  private readonly leaves: Uint8Array;

  constructor(
    private readonly binned: Binned,
    private readonly windows: WindowSet,
  ) {
    this.values = new Float64Array(windows.count);
    this.leaves = new Uint8Array(windows.count);
  }

  add(tree: WeakTree): void {
    const { binned, windows, leaves, values } = this;
    leavesOf(tree, binned.kind, binned.features, windows, leaves);
    for (let i = 0; i < values.length; i++) values[i] += tree.leaves[leaves[i]];
  }
}

/** Each class has half of the weight, so that it doesn't matter how many negatives were collected. */
function startWeights(weights: Float64Array, positives: number): void {
  weights.fill(0.5 / positives, 0, positives);
  weights.fill(0.5 / (weights.length - positives), positives);
}

/** Weights grow by exp(-label * answer), and sum to 1 again. */
function updateWeights(weights: Float64Array, tree: WeakTree, leaves: Uint8Array, positives: number): void {
  const up = Array.from(tree.leaves, (leaf) => exp(leaf));
  const down = Array.from(tree.leaves, (leaf) => exp(-leaf));
  for (let i = 0; i < positives; i++) weights[i] *= down[leaves[i]];
  for (let i = positives; i < weights.length; i++) weights[i] *= up[leaves[i]];
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i];
  const factor = 1 / sum;
  for (let i = 0; i < weights.length; i++) weights[i] *= factor;
}

/** How many of `count` positives may be lost at most, so that a share of `hitRate` passes. */
export function lossesAllowed(hitRate: number, count: number): number {
  // 1 - .995 is a little more or less than .005.
  return Math.floor((1 - hitRate) * count + 1e-9);
}

/** The greatest threshold that loses at most so many positives. @param sums of each of them */
export function thresholdFor(sums: Float64Array, losses: number): number {
  const ascending = sums.slice().sort();
  return thresholdAt(ascending[Math.min(losses, ascending.length - 1)]);
}

/** The share of windows that pass. */
export function passingShare(sums: Float64Array, threshold: number): number {
  const limit = limitOf(threshold);
  let count = 0;
  for (const sum of sums) if (sum >= limit) count++;
  return count / sums.length;
}
