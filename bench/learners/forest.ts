import { RandomForestClassifier } from 'ml-random-forest';
import { median } from 'simple-statistics';
import { denseBlock } from 'spillway/extend';
import { forestKernel } from '../../lib/learn/kernels/index.js';
import {
  countVotes,
  flatForest,
  readTrees,
  voteLayout,
} from '../../lib/learn/learners/randomForest/index.js';
import { atLeast, atMost, type Check, leftOut, columns as table } from '../harness/checks.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { generatedRows } from './data.js';

const FLAT = "ml-random-forest's trees in flat form, as a multiple of its own speed";

export interface ForestResult {
  readonly classes: number;
  readonly rows: number;
  /** Microseconds to answer a row, trees and vote. */
  readonly theirs: number;
  readonly ours: number;
  readonly speedup: number;
  /** Rows whose votes differ, or whose answer isn't a class of most votes. */
  readonly different: number;
}

/** ml-random-forest's trained trees, evaluated by itself and in flat form. */
export async function measureForest(seed: number, classes: 2 | 4, quick: boolean): Promise<ForestResult> {
  const [trained, requested] = quick ? [150, 300] : [1_000, 5_000];
  const { columns, train, labels, test } = generatedRows(seed, trained, requested);
  const rowsOf = (values: Float32Array) =>
    Array.from({ length: values.length / columns }, (_, r) => [
      ...values.subarray(r * columns, (r + 1) * columns),
    ]);
  const known = rowsOf(train);
  const forest = new RandomForestClassifier({
    nEstimators: quick ? 5 : 25,
    maxFeatures: 0.7,
    replacement: false,
    seed,
    noOOB: true,
    treeOptions: { maxDepth: 8, gainThreshold: 0 },
  });
  // Four classes: the two, each split by the sign of a column that carries no information on them.
  forest.train(
    known,
    known.map((row, r) => labels[r] + (classes === 4 && row[6] > 0 ? 2 : 0)),
  );
  const trees = readTrees(forest);
  const layout = voteLayout(classes, trees.length);
  const flat = flatForest(trees, layout);
  const rows = rowsOf(test);
  const blocks = [denseBlock(requested, columns, test)];
  const sums = new Float64Array(requested * layout.outputs);
  const votes = new Float64Array(requested * classes);
  const answers = new Int32Array(requested);
  const kernel = forestKernel(flat, [columns]);
  const run = () => {
    kernel.run(blocks, sums);
    countVotes(layout, sums, votes);
    for (let row = 0; row < requested; row++) answers[row] = mostVotes(votes, row, classes);
  };
  const [theirs, ours] = await interleave([() => forest.predict(rows), run], quick ? 1 : 5, true);
  return {
    classes,
    rows: requested,
    theirs: (1000 * median(theirs)) / requested,
    ours: (1000 * median(ours)) / requested,
    speedup: medianRatio(theirs, ours),
    different: differing(forest, rows, votes, answers, classes),
  };
}

function mostVotes(votes: Float64Array, row: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (votes[row * classes + c] > votes[row * classes + best]) best = c;
  return best;
}

function differing(
  forest: RandomForestClassifier,
  rows: number[][],
  votes: Float64Array,
  answers: Int32Array,
  classes: number,
): number {
  const chosen = forest.predict(rows);
  const byTree = forest.predictionValues(rows).to2DArray();
  return byTree.filter((given, row) => {
    const counts = new Array<number>(classes).fill(0);
    for (const answer of given) counts[answer]++;
    const most = Math.max(...counts);
    // Ties between classes may be broken differently.
    return (
      counts.some((count, c) => count !== votes[row * classes + c]) ||
      counts[answers[row]] !== most ||
      counts[chosen[row]] !== most
    );
  }).length;
}

export function forestChecks(results: readonly ForestResult[], quick: boolean): Check[] {
  const slowest = Math.min(...results.map(({ speedup }) => speedup));
  return [
    quick ? leftOut(FLAT, '>= 10', 'too few rows') : atLeast(FLAT, slowest, 10),
    atMost(
      'rows that these answer otherwise',
      results.reduce((sum, { different }) => sum + different, 0),
      0,
    ),
  ];
}

export function forestTable(results: readonly ForestResult[]): string {
  return table([
    ['random forest', 'us a row', 'flat', 'times as fast', 'different'],
    ...results.map(({ classes, theirs, ours, speedup, different }) => [
      `${classes} classes`,
      theirs.toFixed(1),
      ours.toFixed(2),
      speedup.toFixed(0),
      String(different),
    ]),
  ]);
}
