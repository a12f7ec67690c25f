import test from 'ava';
import fc from 'fast-check';
import { fitSigmoid } from '../../../../lib/learn/calibration/sigmoid.js';
import { near } from '../../../support/near.js';

test('two places of x, by hand', (t) => {
  // Three hits and three misses are worth 4/5 and 1/5: on average 2/5 at 0 and 3/5 at 1, which two parameters reach.
  const { slope, intercept } = fitSigmoid(Float64Array.of(0, 0, 0, 1, 1, 1), Uint8Array.of(1, 0, 0, 1, 1, 0));
  near(t, intercept, Math.log(2 / 3), 1e-9);
  near(t, slope, 2 * Math.log(3 / 2), 1e-9);
});

test('a constant x leaves the smoothed share of hits', (t) => {
  // Hits are worth 2/3, misses 1/5: (2/3 + 3/5) / 4 = 19/60.
  const { slope, intercept } = fitSigmoid(new Float64Array(4).fill(7.3), Uint8Array.of(0, 1, 0, 0));
  t.is(slope, 0);
  near(t, intercept, Math.log(19 / 41), 1e-12);
});

test('rows that x tells apart entirely have a finite slope, the smoothed targets themselves', (t) => {
  const { slope, intercept } = fitSigmoid(
    Float64Array.of(-800, -800, 900, 900, 900),
    Uint8Array.of(0, 0, 1, 1, 1),
  );
  near(t, slope * 900 + intercept, Math.log(4), 1e-9);
  near(t, slope * -800 + intercept, Math.log(1 / 3), 1e-9);
});

test('the gradient proves the optimum', (t) => {
  const row = fc.tuple(fc.double({ min: -50, max: 50, noNaN: true }), fc.boolean());
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), (rows) => {
      const x = Float64Array.from(rows, ([value]) => value);
      const hit = Uint8Array.from(rows, ([, value]) => Number(value));
      const { slope, intercept } = fitSigmoid(x, hit);
      const hits = hit.filter((h) => h === 1).length;
      let [byIntercept, bySlope] = [0, 0];
      rows.forEach(([value, isHit]) => {
        const target = isHit ? (hits + 1) / (hits + 2) : 1 / (rows.length - hits + 2);
        const excess = 1 / (1 + Math.exp(-slope * value - intercept)) - target;
        byIntercept += excess;
        bySlope += excess * value;
      });
      t.true(Math.abs(byIntercept) < 1e-7 * rows.length, `${byIntercept}`);
      t.true(Math.abs(bySlope) < 1e-5 * rows.length, `${bySlope}`);
    }),
    { seed: 5, numRuns: 300 },
  );
});
