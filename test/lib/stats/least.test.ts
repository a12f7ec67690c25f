import test from 'ava';
import fc from 'fast-check';
import { leastFrom } from '../../../lib/stats/index.js';

test('the least number for which it holds, asked about few', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 2 ** 50 }), (first, more) => {
      let requested = 0;
      const found = leastFrom(first, (n) => {
        requested++;
        return n >= first + more;
      });
      t.is(found, first + more);
      t.true(requested < 300, `${requested}`);
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('beyond 2^53 it ends, near the least', (t) => {
  const found = leastFrom(1e15, (n) => n >= 3e20);
  t.true(found >= 3e20 && found < 3e20 * (1 + 1e-15));
  t.is(
    leastFrom(1, () => false),
    Number.POSITIVE_INFINITY,
  );
  t.is(
    leastFrom(Number.NaN, () => false),
    Number.POSITIVE_INFINITY,
  );
});
