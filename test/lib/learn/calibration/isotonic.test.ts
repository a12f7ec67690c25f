import test from 'ava';
import fc from 'fast-check';
import { isotonic, isotonicRegression, logLoss } from '../../../../lib/learn/calibration/index.js';
import { near } from '../../../support/near.js';
import { anyScores, apart, binaryWorld } from '../exits/worlds.js';

const table = (scores: readonly number[]) => Float64Array.from(scores.flatMap((p) => [1 - p, p]));

test('four rows, by hand', (t) => {
  // Shares 0, ½ (pooled at .25) and 1, no closer to the ends than 1/6; the ends themselves at half of that.
  const calibrator = isotonic.fit(table([0.3, 0.1, 0.6, 0.2]), 2, Int32Array.of(0, 0, 1, 1));
  const out = table([0, 0.05, 0.1, 0.175, 0.25, 0.6, 0.8, 1]);
  calibrator.apply(out, 2);
  [1 / 12, 1 / 8, 1 / 6, 1 / 3, 1 / 2, 5 / 6, 7 / 8, 11 / 12].forEach((p, i) => {
    near(t, out[2 * i + 1], p, 1e-14);
    near(t, out[2 * i], 1 - p, 1e-14);
  });
});

test('three classes: their own curves, divided by their sum', (t) => {
  const calibrator = isotonic.fit(Float64Array.of(0.5, 0.3, 0.2, 0.1, 0.3, 0.6), 3, Int32Array.of(0, 1));
  const out = Float64Array.of(0.5, 0.3, 0.2);
  calibrator.apply(out, 3);
  // Class 0 is at its last point, ¾; class 1 at its only one, ½; class 2, never true, halfway from 1/8 at 0 to ¼ at .4.
  [3 / 4, 1 / 2, 3 / 16].forEach((p, c) => {
    near(t, out[c], p / (3 / 4 + 1 / 2 + 3 / 16), 1e-14);
  });
});

test('rows of one score are one point, in whatever order they come', (t) => {
  const rows: [number, number][] = [
    [0.4, 0],
    [0.4, 1],
    [0.4, 1],
    [0.7, 1],
    [0.2, 0],
  ];
  const fit = (order: readonly [number, number][]) =>
    isotonic.fit(
      table(order.map(([p]) => p)),
      2,
      Int32Array.from(order, ([, label]) => label),
    ).state.tensors.y;
  [1 / 14, 1 / 7, 2 / 3, 6 / 7, 13 / 14].forEach((p, i) => {
    near(t, fit(rows)[i], p, 1e-14);
    near(t, fit(rows.toReversed())[i], p, 1e-14);
  });
});

test('surer stays surer: no ties that were not there', (t) => {
  fc.assert(
    fc.property(anyScores, fc.uniqueArray(fc.integer({ min: 0, max: 1_000 })), (world, thousandths) => {
      fc.pre(world.classes === 2);
      const sorted = thousandths.sort((a, b) => a - b).map((p) => p / 1_000);
      const out = table(sorted);
      isotonic.fit(world.scores, 2, world.truth).apply(out, 2);
      for (let i = 1; i < sorted.length; i++) t.true(out[2 * i + 1] > out[2 * i - 1], `${out}`);
    }),
    { seed: 41, numRuns: 500 },
  );
});

test('a true map that is no sigmoid is found again: probabilities within .02 on average', (t) => {
  // Flat in the middle, steep at both ends.
  const chance = (p: number) => 0.5 + 4 * (p - 0.5) ** 3;
  const { scores, truth, calibrated } = binaryWorld('isotonic', 20_000, chance);
  const [before, loss] = [apart(scores, calibrated), logLoss(scores, 2, truth)];
  isotonic.fit(scores, 2, truth).apply(scores, 2);
  t.true(apart(scores, calibrated) < 0.02 && before > 0.1, `${apart(scores, calibrated)}, was ${before}`);
  t.true(logLoss(scores, 2, truth) < loss);
});

test('where the true map is smooth, the curve loses less on new rows than steps do', (t) => {
  const fresh = binaryWorld('fresh', 10_000, (p) => p);
  let [curve, steps] = [0, 0];
  for (let trial = 0; trial < 10; trial++) {
    const { scores, truth } = binaryWorld(`steps ${trial}`, 500, (p) => p);
    const out = fresh.scores.slice();
    isotonic.fit(scores, 2, truth).apply(out, 2);
    curve += logLoss(out, 2, fresh.truth);
    const order = [...truth.keys()].sort((a, b) => scores[2 * a + 1] - scores[2 * b + 1]);
    const fitted = isotonicRegression(
      Float64Array.from(order, (row) => truth[row]),
      new Float64Array(500).fill(1),
    );
    // Each pool holds from its first score up to that of the next, and ends are as far from 0 and 1 as the curve's.
    const stepped = fresh.truth.map((_, row) =>
      order.findLastIndex((r) => scores[2 * r + 1] <= fresh.scores[2 * row + 1]),
    );
    steps += logLoss(
      table([...stepped].map((i) => Math.min(501 / 502, Math.max(1 / 502, fitted[Math.max(0, i)])))),
      2,
      fresh.truth,
    );
  }
  t.true(curve < steps, `${curve / 10} ${steps / 10}`);
});
