import test from 'ava';
import { flipsOf } from '../../../cascades/certification/index.js';
import { binomialLower, binomialUpper } from '../../../lib/stats/index.js';

const full = Float64Array.of(0, 0, 1, 1, 0, 1, 0, 0, 0, 0);
const second = Float64Array.of(0, 1, 1, 0, 0, 1, 0, 0, 0, 0);

test('rows of two answers are counted, and their share has exact limits', (t) => {
  t.deepEqual(flipsOf({ full, second }, undefined, 0.1, 'rows'), {
    rows: 10,
    differ: 2,
    lower: binomialLower(2, 10, 0.05),
    upper: binomialUpper(2, 10, 0.05),
  });
  t.is(flipsOf({ full }, undefined, 0.1, 'rows'), undefined);
});

test('rows of groups aren’t independent, and have no limits', (t) => {
  t.like(flipsOf({ full, second }, undefined, 0.1, 'groups'), { differ: 2, lower: null, upper: null });
});

test('where equal rows may be draws or copies, the limits hold in both cases', (t) => {
  const samples = [{}, { rows: Int32Array.of(0, 1, 2, 3), seen: 3 }];
  t.deepEqual(flipsOf({ full, second }, samples, 0.1, 'rows'), {
    rows: 10,
    differ: 2,
    // The units that were seen may have one answer or two.
    lower: Math.min(binomialLower(2, 10, 0.05), binomialLower(2, 7, 0.05)),
    upper: binomialUpper(5, 7, 0.05),
  });
});
