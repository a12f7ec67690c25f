import test from 'ava';
import fc from 'fast-check';
import { limitOf } from '../../../detect/model/index.js';
import { lossesAllowed, passingCount, traceOf } from '../../../detect/training/thresholds.js';

test('so many may be lost: 5 of 1,000 at .995', (t) => {
  t.is(lossesAllowed(0.995, 1_000), 5);
  t.is(lossesAllowed(0.995, 199), 0);
  t.is(lossesAllowed(1, 50), 0);
});

test('one check loses the lowest ones', (t) => {
  const { thresholds, passing } = traceOf([Float64Array.of(3, 1, 2, 0)], 2);
  t.deepEqual([...passing], [0, 2]);
  t.is(passingCount([Float64Array.of(2, 1.999, 5)], thresholds), 2);
});

test('losses are spread over the checks, and none is lost twice', (t) => {
  const sums = [Float64Array.of(0, 1, 2, 3, 4, 5), Float64Array.of(5, 0, 9, 1, 9, 9)];
  // One at each check: the first at the first, the second, which has 0 then, at the second.
  const { thresholds, passing } = traceOf(sums, 2);
  t.deepEqual([...passing], [2, 3, 4, 5]);
  t.true(limitOf(thresholds[0]) <= 1 && limitOf(thresholds[0]) > 0.9999);
  t.is(passingCount(sums, thresholds), 4);
});

test('never more are lost than allowed, at any check', (t) => {
  const row = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 7, maxLength: 7 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), fc.nat(6), (rows, losses) => {
      const sums = rows.map((values) => Float64Array.from(values));
      const { thresholds, passing } = traceOf(sums, losses);
      for (let n = 1; n <= sums.length; n++) {
        const lost = 7 - passingCount(sums.slice(0, n), thresholds.slice(0, n));
        t.true(lost <= Math.floor((losses * n) / sums.length));
      }
      t.is(passing.length, passingCount(sums, thresholds));
    }),
  );
});
