import test from 'ava';
import { asPercent, count, grouped, upTwoDigits } from '../../../lib/util/count.js';

test('a count has its thousands apart', (t) => {
  t.is(count(0), '0');
  t.is(count(999), '999');
  t.is(count(12_345), '12,345');
  t.is(count(62_410.4), '62,410');
});

test('a number keeps so many digits, its thousands apart and a true minus', (t) => {
  t.is(grouped(0.1 + 0.2), '0.3');
  t.is(grouped(-1_234.5), '−1,234.5');
  t.is(grouped(1_234_567), '1,234,570');
  t.is(grouped(0.12345, 3), '0.123');
  t.is(grouped(2), '2');
  t.deepEqual(
    [1.23456789e300, -1.9e-302, 1e20, Number.POSITIVE_INFINITY].map((value) => grouped(value)),
    [...['1.23457e+300', '−1.9e-302', '100,000,000,000,000,000,000', '∞']],
  );
  t.is(count(17_477_090e290), '1.74771e+297');
});

test('what a person chose is printed as they would write it', (t) => {
  t.is(asPercent(0.01), '1 %');
  t.is(asPercent(0.005), '0.5 %');
  t.is(asPercent(1 - 0.05), '95 %');
  t.is(asPercent(0.07), '7 %');
});

test('a number is rounded up to two digits, and none is below itself', (t) => {
  t.deepEqual([0, 1, 50.5, 5.72, 9.91, 0.0991, 0.00123, 12_345].map(upTwoDigits), [
    ...[0, 1, 51, 5.8, 10, 0.1, 0.0013, 13_000],
  ]);
});
