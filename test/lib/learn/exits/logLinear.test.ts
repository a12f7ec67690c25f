import test from 'ava';
import fc from 'fast-check';
import { fitLogLinear } from '../../../../lib/learn/exits/logLinear.js';

const close = (a: number, b: number) => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b));

test('two places by hand: the curve goes through their means', (t) => {
  const { intercept, slope } = fitLogLinear(Float64Array.of(0, 0, 1, 1), Float64Array.of(1, 3, 4, 12));
  t.true(close(intercept, Math.log(2)) && close(slope, Math.log(4)));
});

test('at the optimum fitted values sum to the values, plain and weighted by x', (t) => {
  const point = fc.tuple(
    fc.double({ min: -3, max: 3, noNaN: true }),
    fc.double({ min: 0.01, max: 10, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(point, { minLength: 5, maxLength: 40 }), (points) => {
      const x = Float64Array.from(points, ([each]) => each);
      const values = Float64Array.from(points, ([, value]) => value);
      const { intercept, slope } = fitLogLinear(x, values);
      const total = values.reduce((a, b) => a + b, 0);
      fc.pre(total > 0.1);
      const fitted = x.map((each) => Math.exp(intercept + slope * each));
      const sum = (of: (i: number) => number) => x.reduce((all, _, i) => all + of(i), 0);
      t.true(Math.abs(sum((i) => fitted[i] - values[i])) < 1e-4 * total);
      // Where the slope wasn't fitted it is 1.
      if (slope !== 1) t.true(Math.abs(sum((i) => (fitted[i] - values[i]) * x[i])) < 1e-4 * (1 + total));
    }),
    { seed: 5, numRuns: 300 },
  );
});

test('what does not rise, or has one x, or is all 0 gets a slope of 1', (t) => {
  t.is(fitLogLinear(Float64Array.of(0, 1, 2), Float64Array.of(3, 2, 1)).slope, 1);
  const flat = fitLogLinear(Float64Array.of(1, 1, 1), Float64Array.of(3, 2, 1));
  t.is(flat.slope, 1);
  t.true(close(Math.exp(flat.intercept + 1), 2));
  t.deepEqual(fitLogLinear(Float64Array.of(0, 1), Float64Array.of(0, 0)), { intercept: 0, slope: 1 });
});
