import test from 'ava';
import fc from 'fast-check';
import { DataError } from '../../../../lib/errors.js';
import { reliability } from '../../../../lib/learn/calibration/index.js';
import { near } from '../../../support/near.js';
import { anyScores, binaryWorld } from '../exits/worlds.js';

test('four rows in two bins, by hand', (t) => {
  const scores = Float64Array.of(0.1, 0.9, 0.6, 0.4, 0.3, 0.7, 0.2, 0.8);
  const { bins, error, rows } = reliability(scores, 2, Int32Array.of(1, 1, 1, 0), 2);
  t.is(rows, 4);
  t.is(bins.length, 2);
  const [low, high] = bins;
  t.deepEqual({ ...low, confidence: 0 }, { rows: 2, low: 0.6, high: 0.7, confidence: 0, accuracy: 0.5 });
  t.deepEqual({ ...high, confidence: 0 }, { rows: 2, low: 0.8, high: 0.9, confidence: 0, accuracy: 0.5 });
  near(t, low.confidence, 0.65, 1e-15);
  near(t, high.confidence, 0.85, 1e-15);
  near(t, error, (0.15 + 0.35) / 2, 1e-15);
});

test('rows of one confidence stay together', (t) => {
  const scores = Float64Array.from([0.6, 0.7, 0.7, 0.7, 0.7, 0.9].flatMap((p) => [p, 1 - p]));
  const { bins } = reliability(scores, 2, new Int32Array(6), 3);
  t.deepEqual(
    bins.map((bin) => [bin.rows, bin.low, bin.high]),
    [
      [5, 0.6, 0.7],
      [1, 0.9, 0.9],
    ],
  );
  t.is(reliability(new Float64Array(12).fill(0.5), 2, new Int32Array(6), 3).bins.length, 1);
});

test('every distribution is in one bin, bins are in order and none is empty', (t) => {
  fc.assert(
    fc.property(anyScores, fc.integer({ min: 1, max: 40 }), ({ scores, classes, truth }, count) => {
      const { bins, rows, error } = reliability(scores, classes, truth, count);
      t.true(bins.length >= 1 && bins.length <= count);
      t.is(rows, truth.length);
      t.is(
        bins.reduce((sum, bin) => sum + bin.rows, 0),
        rows,
      );
      bins.forEach((bin, i) => {
        t.true(bin.rows > 0 && bin.low <= bin.high && (i === 0 || bin.low > bins[i - 1].high));
        t.true(bin.confidence >= bin.low - 1e-12 && bin.confidence <= bin.high + 1e-12);
      });
      t.true(error >= 0 && error <= 1);
    }),
    { seed: 51, numRuns: 300 },
  );
});

test('true probabilities have the error that chance gives, and others theirs', (t) => {
  // Confidence p means accuracy p: what is left is .8 · √(a (1 - a) · 20 / 20,000) at some 80 % accuracy.
  const calibrated = binaryWorld('calibrated', 20_000, (p) => p);
  const { bins, error } = reliability(calibrated.scores, 2, calibrated.truth, 20);
  t.true(
    bins.every((bin) => bin.rows === 1_000 && Math.abs(bin.confidence - bin.accuracy) < 0.06),
    JSON.stringify(bins),
  );
  t.true(error > 0.001 && error < 0.02, `${error}`);
  // Half as far from ½ as it says.
  const sure = binaryWorld('sure', 20_000, (p) => 0.5 + (p - 0.5) / 2);
  let excess = 0;
  sure.truth.forEach((_, row) => {
    excess += Math.abs(sure.scores[2 * row] - 0.5) / 2 / 20_000;
  });
  near(t, reliability(sure.scores, 2, sure.truth, 20).error, excess, 0, 0.015);
});

test('rows that are no distributions are left out', (t) => {
  const scores = Float64Array.of(Number.NaN, 0.5, 0.2, 0.8, 0, 0);
  const { bins, rows } = reliability(scores, 2, Int32Array.of(0, 1, 0), 10);
  t.deepEqual(bins, [{ rows: 1, low: 0.8, high: 0.8, confidence: 0.8, accuracy: 1 }]);
  t.is(rows, 1);
  const none = reliability(scores.subarray(4), 2, Int32Array.of(0), 10);
  t.deepEqual(none, { bins: [], error: Number.NaN, rows: 0 });
});

test('a number of bins that is none is refused', (t) => {
  for (const bins of [0, 1.5, Number.NaN]) {
    const refused = () => reliability(Float64Array.of(0.5, 0.5), 2, Int32Array.of(0), bins);
    t.throws(refused, { instanceOf: DataError, message: /bins: expected/ });
  }
});
