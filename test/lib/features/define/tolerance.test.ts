import test from 'ava';
import { sameWithin } from '../../../../lib/features/define/tolerance.js';

test('values within the tolerance of the larger magnitude are the same', (t) => {
  t.true(sameWithin(1000, 1000.009, 1e-5));
  t.false(sameWithin(1000, 1000.02, 1e-5));
});

test('below 1 the tolerance is absolute', (t) => {
  t.true(sameWithin(1e-9, 2e-9, 1e-5));
  t.false(sameWithin(0, 2e-5, 1e-5));
});

test('a missing value is the same only as another', (t) => {
  t.true(sameWithin(Number.NaN, Number.NaN, 0));
  t.false(sameWithin(Number.NaN, 0, 1));
});

test('an infinity is the same only as itself', (t) => {
  t.true(sameWithin(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0));
  t.false(sameWithin(Number.POSITIVE_INFINITY, 1, 1e-5));
});
