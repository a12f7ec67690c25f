import test from 'ava';
import fc from 'fast-check';
import { exp, expm1 } from '../../../../lib/util/math/index.js';

test('near 0 it keeps its digits: x + x²/2 + x³/6', (t) => {
  for (const x of [1e-20, 1e-12, -1e-9, 3e-7, -2e-6]) {
    const series = x + (x * x) / 2 + (x * x * x) / 6;
    t.true(Math.abs(expm1(x) / series - 1) < 1e-15, `${x}`);
  }
});

test('far from 0 it is e^x - 1', (t) => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 700, noNaN: true }), (x) => {
      t.true(Math.abs(expm1(x) / (exp(x) - 1) - 1) < 1e-15);
    }),
  );
});

test('bounds and specials', (t) => {
  t.is(expm1(0), 0);
  t.true(Object.is(expm1(-0), -0));
  t.is(expm1(Number.NEGATIVE_INFINITY), -1);
  t.is(expm1(-800), -1);
  t.is(expm1(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
  t.is(expm1(1000), Number.POSITIVE_INFINITY);
  t.true(Number.isNaN(expm1(Number.NaN)));
});
