import test from 'ava';
import { withFolds } from '../../../../cascades/problem/split/index.js';

test('the more rows there are to develop on, the fewer folds', (t) => {
  // 60 % of the rows are developed on, or all where others are certified on.
  t.is(withFolds(undefined, 'default', 6_600, false)?.folds, 5);
  t.is(withFolds(undefined, 'default', 6_700, false)?.folds, 3);
  t.is(withFolds(undefined, 'default', 16_600, false)?.folds, 3);
  t.is(withFolds(undefined, 'default', 16_700, false)?.folds, 2);
  t.is(withFolds(undefined, 'default', 10_000, true)?.folds, 2);
  t.is(withFolds({ certify: 0.8 }, 'default', 16_700, false)?.folds, 5);
});

test('quick has three folds at most, thorough leaves them at five, and a number that is given stays', (t) => {
  t.is(withFolds(undefined, 'quick', 1_000, false)?.folds, 3);
  t.is(withFolds(undefined, 'quick', 20_000, false)?.folds, 2);
  t.is(withFolds(undefined, 'thorough', 100_000, false), undefined);
  t.deepEqual(withFolds({ folds: 4 }, 'default', 100_000, false), { folds: 4 });
});
