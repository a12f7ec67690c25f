import test from 'ava';
import {
  auc,
  aucOfClasses,
  calibrationError,
  calibrationOf,
  logLoss,
} from '../../../bench/harness/metrics.js';

test('AUC counts pairs in order, ties half', (t) => {
  t.is(
    auc([0.1, 0.4, 0.35, 0.8], (row) => row === 1 || row === 3),
    1,
  );
  // Of four pairs three are in order.
  t.is(
    auc([0.1, 0.4, 0.35, 0.8], (row) => row === 2 || row === 3),
    0.75,
  );
  t.is(
    auc([1, 1, 1], (row) => row === 0),
    0.5,
  );
  t.is(aucOfClasses(Float64Array.of(0.9, 0.1, 0.2, 0.8), Int32Array.of(0, 1), 2), 1);
});

test('calibration errors are gaps of bins, weighed by their rows', (t) => {
  // Two rows at .75 of which one is right, and one at .25 that is: (.5 + .75) / 3.
  t.is(calibrationError([0.75, 0.75, 0.25], [true, false, true]), 1.25 / 3);
  t.is(calibrationError([1, 0], [true, false]), 0);
  t.is(calibrationOf(Float64Array.of(0.25, 0.75, 0.25, 0.75), Int32Array.of(0, 1)), 0.25);
  t.is(calibrationOf(Float64Array.of(0.5, 0.25, 0.25), Int32Array.of(0)), 0.5);
});

test('log loss is the mean of minus the logarithms', (t) => {
  t.is(logLoss(Float64Array.of(0.5, 0.5, 0.25, 0.75), Int32Array.of(1, 0)), (Math.log(2) + Math.log(4)) / 2);
});
