import test from 'ava';
import fc from 'fast-check';
import { plainHistograms } from '../../../detect/histograms/index.js';
import { limitOf } from '../../../detect/model/index.js';
import { WindowSet } from '../../../detect/training/examples/index.js';
import type { Binned } from '../../../detect/training/growTree.js';
import { findSplitBy } from '../../../detect/training/splitSearch.js';
import {
  lossesAllowed,
  passingShare,
  type StageTask,
  type TrainedStage,
  thresholdFor,
  trainStage,
} from '../../../detect/training/trainStage.js';
import { near } from '../../support/near.js';

/**
 * Columns c, 0, 100, d: the two in the middle have a standard deviation of 50, so that the right half less the left one is
 * 4 (100 + d - c) / (4 * 50).
 */
function windowOf(c: number, d: number): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, i) => [c, 0, 100, d][i % 4]);
}

const HALVES = {
  count: 1,
  rectangles: Int32Array.of(0, 0, 4, 4, 2, 0, 2, 4, 0, 0, 0, 0),
  weights: Float32Array.of(-1, 2, 0),
  tilted: new Uint8Array(1),
};

/** Values 0 and 2 of positives, -2 and 4 of negatives. */
const windows = [windowOf(100, 0), windowOf(0, 0), windowOf(200, 0), windowOf(0, 100)];

function taskOf() {
  const set = new WindowSet(windows, 4, 4);
  const histograms = plainHistograms(1, 4);
  histograms.bins.set([1, 2, 0, 3]);
  const binned: Binned = { kind: 'haar', features: HALVES, windows: set, positives: 2, histograms };
  return {
    binned,
    validationPositives: new WindowSet(windows.slice(0, 2), 4, 4),
    validationNegatives: new WindowSet(windows.slice(2), 4, 4),
    testPositives: new WindowSet([windows[1], windows[3]], 4, 4),
    depth: 1 as 1 | 2,
    hitRate: 1,
    falseAlarmRate: 0.4,
    maxWeak: 10,
  };
}

function roundsOf(task: StageTask) {
  return trainStage(task, findSplitBy(task.binned.histograms, 1, 'haar'));
}

async function allOf(task: StageTask): Promise<TrainedStage[]> {
  const stages: TrainedStage[] = [];
  for await (const stage of roundsOf(task)) stages.push(stage);
  return stages;
}

test('values of a feature, by hand', (t) => {
  const { binned } = taskOf();
  const values = new Float32Array(4);
  binned.windows.haar(HALVES, 0, values);
  t.deepEqual([...values], [0, 2, -2, 4]);
});

test('a stump of gentle boosting, by hand', async (t) => {
  const task = taskOf();
  const { binned } = task;
  const rounds = roundsOf(task);
  const first = (await rounds.next()).value!;
  // The cuts gain 1/3, 0 and 1/3: the first wins. On the left is one negative, on the right two positives and a negative.
  const [{ nodes, leaves }] = first.trees;
  t.is(nodes[0].threshold, -1);
  t.deepEqual(leaves, Float32Array.of(-1, 1 / 3));
  // Both positives have 1/3 and must pass; so does one negative.
  t.true(limitOf(first.threshold) <= Math.fround(1 / 3));
  t.is(first.validationHits, 1);
  t.is(first.falseAlarms, 0.5);
  // Weights are e^(-1/3), e^(-1/3), e^-1 and e^(1/3), over their sum.
  const raw = [-1 / 3, -1 / 3, -1, 1 / 3].map(Math.exp);
  const total = raw.reduce((sum, weight) => sum + weight);
  raw.forEach((weight, i) => {
    near(t, binned.histograms.weights[i], weight / total, 1e-7);
  });
  // The second stump cuts off the negative on the right. It takes the false alarm away.
  const second = (await rounds.next()).value!;
  t.is(second.trees[1].nodes[0].threshold, 3);
  t.is(second.trees[1].leaves[1], -1);
  t.is(second.falseAlarms, 0);
  t.true((await rounds.next()).done);
});

test('a tree of depth 2 divides what one stump can not', async (t) => {
  const task = { ...taskOf(), depth: 2 as const };
  const [stage] = await allOf(task);
  t.deepEqual(stage.trees[0].leaves, Float32Array.of(-1, 1, -1));
  t.deepEqual(
    stage.trees[0].nodes.map(({ threshold, left, right }) => [threshold, left, right]),
    [
      [-1, 0, 1],
      [3, -1, -2],
    ],
  );
  t.is(stage.falseAlarms, 0);
});

test('no more than maxWeak learners', async (t) => {
  const task = { ...taskOf(), maxWeak: 1 };
  t.is((await allOf(task)).length, 1);
});

test('where no split lowers the error there is no learner', async (t) => {
  const task = taskOf();
  task.binned.histograms.bins.fill(0);
  t.is((await allOf(task)).length, 0);
});

test('so many may be lost: 5 of 1,000 at .995', (t) => {
  t.is(lossesAllowed(0.995, 1_000), 5);
  t.is(lossesAllowed(0.995, 199), 0);
  t.is(lossesAllowed(1, 50), 0);
});

test('a threshold loses the lowest ones', (t) => {
  const sums = Float64Array.of(3, 1, 2, 0);
  const threshold = thresholdFor(sums, 2);
  t.true(limitOf(threshold) <= 2 && limitOf(threshold) > 1.9999);
  t.is(passingShare(sums, threshold), 0.5);
  t.is(passingShare(Float64Array.of(2, 1.999, 5, 1), threshold), 0.5);
  t.deepEqual([...sums], [3, 1, 2, 0]);
});

test('never more are lost than allowed', (t) => {
  const row = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 7, maxLength: 7 });
  fc.assert(
    fc.property(row, fc.nat(6), (values, losses) => {
      const sums = Float64Array.from(values);
      t.true(Math.round(7 * (1 - passingShare(sums, thresholdFor(sums, losses)))) <= losses);
    }),
  );
});
