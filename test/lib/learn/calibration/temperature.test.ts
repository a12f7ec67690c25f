import test from 'ava';
import fc from 'fast-check';
import { logLoss, temperature } from '../../../../lib/learn/calibration/index.js';
import { decide } from '../../../../lib/learn/exits/index.js';
import type { State } from '../../../../lib/util/state.js';
import { near } from '../../../support/near.js';
import { anyScores, apart, softWorld } from '../exits/worlds.js';

const temperatureOf = ({ json }: State): number =>
  typeof json === 'object' && json !== null && 'temperature' in json ? Number(json.temperature) : Number.NaN;

test('one score for all, by hand', (t) => {
  // Seven of nine right, and half of one more: ¾. Odds of 9 must become odds of 3.
  const scores = Float64Array.from({ length: 18 }, (_, i) => (i % 2 === 0 ? 0.1 : 0.9));
  const calibrator = temperature.fit(scores, 2, Int32Array.of(1, 1, 1, 0, 1, 1, 0, 1, 1));
  near(t, temperatureOf(calibrator.state), 2, 1e-9);
  calibrator.apply(scores, 2);
  near(t, scores[1], 0.75, 1e-9);
});

test('a stage that is always right or always wrong has a finite temperature', (t) => {
  const scores = Float64Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 0.2 : 0.8));
  const right = temperature.fit(scores, 2, new Int32Array(100).fill(1));
  const out = scores.slice();
  right.apply(out, 2);
  near(t, out[0], 0.5 / 101, 1e-9);
  t.is(temperatureOf(temperature.fit(scores, 2, new Int32Array(100)).state), 100);
});

test('the likeliest class stays so', (t) => {
  fc.assert(
    fc.property(anyScores, anyScores, (fitted, others) => {
      fc.pre(fitted.classes === others.classes);
      const { classes } = fitted;
      const out = others.scores.slice();
      temperature.fit(fitted.scores, classes, fitted.truth).apply(out, classes);
      for (let from = 0; from < out.length; from += classes) {
        const [most, next] = [...others.scores.subarray(from, from + classes)].sort((a, b) => b - a);
        if (most - next < 1e-12) continue;
        const [before, after] = [others.scores, out].map((s) => decide({ kind: 'argmax' }, s, from, classes));
        t.is(after, before);
      }
    }),
    { seed: 21, numRuns: 500 },
  );
});

test('the loss on its rows, one row of any class added, is least: no other temperature is better', (t) => {
  fc.assert(
    fc.property(anyScores, fc.double({ min: 0.011, max: 99, noNaN: true }), (world, other) => {
      const { classes, truth } = world;
      // Without zeros the logits are plain.
      const scores = world.scores.map((p) => 0.99 * p + 0.01 / classes);
      const lossAt = (t: number) => {
        let loss = 0;
        truth.forEach((label, row) => {
          const logits = [...scores.subarray(row * classes, (row + 1) * classes)].map((p) => Math.log(p) / t);
          const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
          const mean = logits.reduce((sum, logit) => sum + logit, 0) / classes;
          loss += total - logits[label] + (total - mean) / truth.length;
        });
        return loss;
      };
      const found = lossAt(temperatureOf(temperature.fit(scores, classes, truth).state));
      for (const value of [1, other]) t.true(found <= lossAt(value) * (1 + 1e-10) + 1e-10);
    }),
    { seed: 22, numRuns: 300 },
  );
});

test('a true temperature is found again within 3 %, and the true probabilities within .005 on average', (t) => {
  for (const [classes, value] of [
    [2, 2.5],
    [3, 2.5],
    [8, 0.6],
  ]) {
    const { scores, truth, calibrated } = softWorld(`temperature ${classes}`, 20_000, classes, value);
    const before = apart(scores, calibrated);
    const calibrator = temperature.fit(scores, classes, truth);
    near(t, temperatureOf(calibrator.state), value, 0.03);
    const loss = logLoss(scores, classes, truth);
    calibrator.apply(scores, classes);
    t.true(apart(scores, calibrated) < 0.005 && before > 0.01, `${apart(scores, calibrated)}, was ${before}`);
    t.true(logLoss(scores, classes, truth) < loss);
  }
});
