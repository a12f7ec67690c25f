import test from 'ava';
import { accuracyRefuted, disagreementRefuted, harmRefuted } from '../../../bench/harness/refute.js';

const none = { rows: 0, changed: 0, worse: 0, better: 0 };

test('disagreement is refuted by the exact upper tail over all runs together', (t) => {
  // P(Bin(2, 1 %) >= 1) = 1 - 0.99^2.
  const check = disagreementRefuted([
    { ...none, rows: 1, changed: 1 },
    { ...none, rows: 1, changed: 0 },
  ]);
  t.true(Math.abs(Number(check.value) - 0.0199) < 1e-12);
  t.true(check.ok);
});

test('nothing changed refutes nothing, and twice as much as allowed in many rows does', (t) => {
  t.is(disagreementRefuted([{ ...none, rows: 500 }]).value, 1);
  // Around 90 of 9,070 are expected at 1 %: 114 is 2.5 standard deviations above, 112 less than the .99 quantile.
  t.true(disagreementRefuted([{ ...none, rows: 9070, changed: 112 }]).ok);
  t.false(disagreementRefuted([{ ...none, rows: 9070, changed: 180 }]).ok);
});

test('harm counts right answers made wrong alone', (t) => {
  const check = harmRefuted([{ rows: 2, changed: 2, worse: 1, better: 1 }]);
  t.true(Math.abs(Number(check.value) - 0.0199) < 1e-12);
  t.false(harmRefuted([{ rows: 9070, changed: 180, worse: 180, better: 0 }]).ok);
});

test('accuracy made worse and better cancel, as far as both are known', (t) => {
  t.true(accuracyRefuted([{ rows: 9070, changed: 60, worse: 60, better: 0 }]).ok);
  t.false(accuracyRefuted([{ rows: 9070, changed: 180, worse: 180, better: 0 }]).ok);
  t.true(accuracyRefuted([{ rows: 9070, changed: 330, worse: 180, better: 150 }]).ok);
});
