import test from 'ava';
import { binomialUpper, pairedUpper } from '../../../lib/stats/index.js';
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
