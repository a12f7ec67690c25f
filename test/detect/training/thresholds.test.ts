import test from 'ava';
import fc from 'fast-check';
import { limitOf } from '../../../detect/model/index.js';
import { lossesAllowed, passingShare, thresholdFor } from '../../../detect/training/thresholds.js';

test('so many may be lost: 5 of 1,000 at .995', (t) => {
  t.is(lossesAllowed(0.995, 1_000), 5);
  t.is(lossesAllowed(0.995, 199), 0);
  t.is(lossesAllowed(1, 50), 0);
});

test('a threshold loses the lowest ones', (t) => {
  const sums = Float64Array.of(3, 1, 2, 0);
  const threshold = thresholdFor(sums, 2);
  t.true(limitOf(threshold) <= 2 && limitOf(threshold) > 1.9999);
  t.is(passingShare(sums, threshold), 0.5);
  t.is(passingShare(Float64Array.of(2, 1.999, 5, 1), threshold), 0.5);
  t.deepEqual([...sums], [3, 1, 2, 0]);
});

test('never more are lost than allowed', (t) => {
  const row = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 7, maxLength: 7 });
  fc.assert(
    fc.property(row, fc.nat(6), (values, losses) => {
      const sums = Float64Array.from(values);
      t.true(Math.round(7 * (1 - passingShare(sums, thresholdFor(sums, losses)))) <= losses);
    }),
  );
});
