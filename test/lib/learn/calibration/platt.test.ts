import test from 'ava';
import fc from 'fast-check';
import { logLoss, platt } from '../../../../lib/learn/calibration/index.js';
import { near } from '../../../support/near.js';
import { apart, binaryWorld, softWorld } from '../exits/worlds.js';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const logit = (p: number) => Math.log(p / (1 - p));

test('two scores, by hand', (t) => {
  // The smoothed shares of class 1 are 2/5 where the score is 1/4, and 3/5 where it is 3/4.
  const scores = Float64Array.of(0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75);
  const calibrator = platt.fit(scores, 2, Int32Array.of(1, 0, 0, 1, 1, 0));
  const out = Float64Array.of(0.75, 0.25, 0.25, 0.75, 0.5, 0.5);
  calibrator.apply(out, 2);
  [0.6, 0.4, 0.4, 0.6, 0.5, 0.5].forEach((p, i) => {
    near(t, out[i], p, 1e-9);
  });
});

test('three classes: their own sigmoids, divided by their sum', (t) => {
  const { scores, truth } = softWorld('three', 500, 3, 2);
  const out = scores.slice();
  platt.fit(scores, 3, truth).apply(out, 3);
  // Each against the rest is a fit of two classes.
  const alone = [0, 1, 2].map((c) => {
    const own = Float64Array.from({ length: 1_000 }, (_, i) => {
      const p = scores[3 * (i >> 1) + c];
      return i % 2 === 1 ? p : 1 - p;
    });
    platt
      .fit(
        own,
        2,
        truth.map((label) => Number(label === c)),
      )
      .apply(own, 2);
    return own.filter((_, i) => i % 2 === 1);
  });
  for (let row = 0; row < 500; row++) {
    const sum = alone.reduce((total, p) => total + p[row], 0);
    alone.forEach((p, c) => {
      near(t, out[3 * row + c], p[row] / sum, 1e-6);
    });
  }
});

test('with smoothed targets the loss on its rows is no higher than that of the scores as they are', (t) => {
  const row = fc.tuple(fc.double({ min: 1e-4, max: 0.9999, noNaN: true }), fc.boolean());
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 50 }), (rows) => {
      const scores = Float64Array.from(rows.flatMap(([p]) => [1 - p, p]));
      const truth = Int32Array.from(rows, ([, hit]) => Number(hit));
      const hits = truth.filter((label) => label === 1).length;
      const lossOf = (table: Float64Array) =>
        truth.reduce((sum, label, i) => {
          const target = label === 1 ? (hits + 1) / (hits + 2) : 1 / (rows.length - hits + 2);
          return sum - target * Math.log(table[2 * i + 1]) - (1 - target) * Math.log(table[2 * i]);
        }, 0);
      const out = scores.slice();
      platt.fit(scores, 2, truth).apply(out, 2);
      t.true(lossOf(out) <= lossOf(scores) + 1e-9);
    }),
    { seed: 31, numRuns: 300 },
  );
});

test('a true sigmoid of the log-odds is found again: probabilities within .01 on average', (t) => {
  // Half as sure as it says, and class 1 too rarely said.
  const { scores, truth, calibrated } = binaryWorld('platt', 20_000, (p) => sigmoid(0.5 * logit(p) + 1));
  const [before, loss] = [apart(scores, calibrated), logLoss(scores, 2, truth)];
  const calibrator = platt.fit(scores, 2, truth);
  const { slopes, intercepts } = calibrator.state.tensors;
  near(t, slopes[0], 0.5, 0, 0.03);
  near(t, intercepts[0], 1, 0, 0.06);
  calibrator.apply(scores, 2);
  t.true(apart(scores, calibrated) < 0.01 && before > 0.1, `${apart(scores, calibrated)}, was ${before}`);
  t.true(logLoss(scores, 2, truth) < loss);
});

test('a stage that is more often wrong than right is turned round', (t) => {
  const { scores, truth } = binaryWorld('wrong', 2_000, (p) => 1 - p);
  platt.fit(scores, 2, truth).apply(scores, 2);
  let right = 0;
  truth.forEach((label, row) => {
    if (scores[2 * row + label] > 0.5) right++;
  });
  t.true(right > 1_400, `${right}`);
});

test('sure rows keep their digits and their order', (t) => {
  const { scores, truth } = binaryWorld('sure', 2_000, (p) => p);
  const calibrator = platt.fit(scores, 2, truth);
  const out = Float64Array.of(1, 1e-18, 1, 1e-20, 1, 1e-22);
  calibrator.apply(out, 2);
  t.true(out[1] > out[3] && out[3] > out[5], `${out}`);
});
