import test from 'ava';
import fc from 'fast-check';
import { binomialUpper, pairedLimit, pairedPValue } from '../../../lib/stats/index.js';
import { pairedUpper } from '../../../lib/stats/paired.js';
import { largest } from '../../support/largest.js';
import { near } from '../../support/near.js';

test('without gains the limit is that of the losses alone, at half of delta', (t) => {
  t.is(pairedUpper(3, 0, 800, 0.05), binomialUpper(3, 800, 0.025));
});

test('one loss and one gain in two rows', (t) => {
  // Both limits solve a quadratic: 1 - u² = .19 and 1 - (1 - l)² = .19.
  near(t, pairedUpper(1, 1, 2, 0.38), 0.9 - 0.1, 1e-13);
});

test('the most losses that the split bound certifies, as a prototype in another language found them', (t) => {
  for (const [n, epsilon, c, expected] of [
    [800, 0.01, 4, 3],
    [1_000, 0.01, 20, 13],
    [2_000, 0.005, 10, 7],
    [2_000, 0.01, 40, 35],
    [8_751, 0.01, 175, 207],
  ]) {
    t.is(
      largest(n - c, (b) => pairedUpper(b, c, n, 0.05) <= epsilon),
      expected,
    );
  }
});

test('the exact limit is where the exact test turns, and a plan that passed has none above its epsilon', (t) => {
  const count = fc.nat(25);
  fc.assert(
    fc.property(
      count,
      count,
      fc.integer({ min: 200, max: 2_000 }),
      fc.constantFrom(0.2, 0.05, 0.01),
      (b, c, n, delta) => {
        const limit = pairedLimit(b, c, n, delta);
        t.true(limit <= pairedUpper(b, c, n, delta));
        if (limit <= 1e-6) return;
        t.true(pairedPValue(b, c, n, limit, delta) <= delta);
        // The p-value with its allowance falls as epsilon grows, but for a wrinkle of some thousandths.
        t.true(pairedPValue(b, c, n, limit * 0.99, delta) > delta, `${b} ${c} ${n} ${delta}`);
        for (const epsilon of [0.01, 0.03]) {
          if (pairedPValue(b, c, n, epsilon, delta) <= delta) t.true(limit <= epsilon * (1 + 1e-5));
        }
      },
    ),
    { numRuns: 60, seed: 20 },
  );
});

test('where far more rows are made better than worse, the limit is the least, or the split one below 0', (t) => {
  t.is(pairedLimit(2, 12, 558, 0.01), 1e-6);
  t.is(pairedLimit(0, 60, 1_000, 0.05), pairedUpper(0, 60, 1_000, 0.05));
  t.true(Number.isNaN(pairedLimit(5, 5, 3, 0.05)));
});
