import test from 'ava';
import fc from 'fast-check';
import { DataError } from '../../../../lib/errors.js';
import { logLoss } from '../../../../lib/learn/calibration/index.js';
import { near } from '../../../support/near.js';

test('two rows, by hand', (t) => {
  const loss = logLoss(Float64Array.of(0.5, 0.5, 0.25, 0.75), 2, Int32Array.of(0, 1));
  near(t, loss, (Math.log(2) + Math.log(4 / 3)) / 2, 1e-15);
});

test('rows that are no distributions are left out, and a 0 is not infinite', (t) => {
  const scores = Float64Array.of(0.5, 0.5, Number.NaN, 1, 0, 0);
  near(t, logLoss(scores, 2, Int32Array.of(0, 1, 0)), Math.log(2), 1e-15);
  near(t, logLoss(Float64Array.of(0, 1), 2, Int32Array.of(0)), 52 * Math.log(2), 1e-15);
  t.is(logLoss(scores.subarray(2), 2, Int32Array.of(1, 0)), Number.NaN);
  t.throws(() => logLoss(scores, 2, Int32Array.of(0, 1)), { instanceOf: DataError });
});

test('true probabilities have the least loss on average', (t) => {
  const inside = fc.double({ min: 0.001, max: 0.999, noNaN: true });
  fc.assert(
    fc.property(inside, inside, (truth, text) => {
      const expected = (p: number) => {
        const scores = Float64Array.of(1 - p, p);
        const [no, yes] = [0, 1].map((label) => logLoss(scores, 2, Int32Array.of(label)));
        return (1 - truth) * no + truth * yes;
      };
      t.true(expected(truth) <= expected(text) + 1e-15);
    }),
  );
});
