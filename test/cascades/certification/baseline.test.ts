import test from 'ava';
import { baselineOf } from '../../../cascades/certification/index.js';

test('of classes an error is the share of wrong answers, and the constant the most frequent class', (t) => {
  const judged = { full: Float64Array.of(0, 1, 1, 2, 1), labels: Float64Array.of(0, 1, 2, 2, 2) };
  t.deepEqual(baselineOf(judged, ['a', 'b', 'c'], 'certification'), {
    of: 'certification',
    rows: 5,
    byClass: [1, 1, 3],
    full: 2 / 5,
    constant: { answer: 'c', error: 2 / 5 },
  });
});

test('of numbers it is the mean absolute error, and the constant their median', (t) => {
  const judged = { full: Float64Array.of(1, 2, 4, 8), labels: Float64Array.of(10, 2, 3, 9) };
  // The median of 2, 3, 9, 10 is 6; |1-10|, 0, 1, 1; |6-10|, 4, 3, 3.
  t.deepEqual(baselineOf(judged, [], 'tuning'), {
    of: 'tuning',
    rows: 4,
    byClass: [],
    full: 11 / 4,
    constant: { answer: 6, error: 14 / 4 },
  });
});

test('without labels or rows there is none', (t) => {
  t.is(baselineOf({ full: Float64Array.of(1), labels: undefined }, ['a', 'b'], 'tuning'), undefined);
  t.is(baselineOf({ full: new Float64Array(0), labels: new Float64Array(0) }, [], 'tuning'), undefined);
});
