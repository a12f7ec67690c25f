import quantile from '@stdlib/stats-base-dists-beta-quantile';
import test from 'ava';
import fc from 'fast-check';
import {
  betaCdf,
  betaQuantile,
  betaSurvival,
  betaUpperQuantile,
  logGamma,
} from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

const shape = fc.double({ min: -2, max: 6, noNaN: true }).map((e) => 10 ** e);
const chance = fc.double({ min: 1e-12, max: 0.5, noNaN: true });

test('log-gamma is the factorial of the integers and ln √π of one half', (t) => {
  let factorial = 1;
  for (let n = 1; n <= 20; n++) {
    near(t, logGamma(n), Math.log(factorial), 1e-14, 4e-15);
    factorial *= n;
  }
  near(t, logGamma(0.5), Math.log(Math.PI) / 2, 1e-14);
  // ln 1e7! by Stirling's series with its first two corrections, which is exact to the last digit here.
  const n = 1e7;
  const stirling = n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n);
  near(t, logGamma(n + 1), stirling, 1e-15);
  t.is(logGamma(0), Number.NaN);
});

test('the distribution has its closed forms where one shape is 1, down to the smallest tails', (t) => {
  for (const shape of [1e-3, 0.5, 1, 2, 17.5, 4_000]) {
    for (const x of [1e-9, 0.01, 0.3, 0.5, 0.9]) {
      near(t, betaCdf(x, shape, 1), x ** shape, 2e-13, 1e-300);
      near(t, betaSurvival(x, 1, shape), Math.exp(shape * Math.log1p(-x)), 2e-13, 1e-300);
      near(t, betaSurvival(x, shape, 1), -Math.expm1(shape * Math.log(x)), 2e-13, 1e-14);
      near(t, betaCdf(x, 1, shape), -Math.expm1(shape * Math.log1p(-x)), 2e-13, 1e-14);
    }
  }
  // The arcsine law.
  for (const x of [1e-12, 0.2, 0.5, 0.97])
    near(t, betaCdf(x, 0.5, 0.5), (2 / Math.PI) * Math.asin(Math.sqrt(x)), 1e-13);
});

test('the two tails are 1 together and the mirror of each other', (t) => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), shape, shape, (x, a, b) => {
      near(t, betaCdf(x, a, b) + betaSurvival(x, a, b), 1, 1e-12);
      // 1 - x is rounded, which steep distributions see; a half isn't.
      near(t, betaCdf(0.5, a, b), betaSurvival(0.5, b, a), 1e-13, 1e-300);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('a quantile is where the distribution takes that value, in either tail', (t) => {
  fc.assert(
    fc.property(chance, shape, shape, (p, a, b) => {
      const lower = betaQuantile(p, a, b);
      // Below 1e-280, or within a rounding of 1, the nearest number isn't near in probability.
      if (lower > 1e-280 && lower < 0.9) near(t, betaCdf(lower, a, b), p, 1e-8);
      const upper = betaUpperQuantile(p, a, b);
      if (upper > 1e-280 && upper < 0.9) near(t, betaSurvival(upper, a, b), p, 1e-8);
      t.true(lower <= upper);
    }),
    { seed: 2, numRuns: 300 },
  );
});

test('quantiles agree with an independent implementation, n up to 1e7 and tails down to 1e-12', (t) => {
  for (const n of [10, 299, 5_000, 1e5, 1e7]) {
    for (const k of [0, 1, 7, Math.floor(0.01 * n), Math.floor(0.3 * n), n - 1]) {
      for (const p of [0.5, 0.05, 1e-3, 1e-6, 1e-12]) {
        near(t, betaQuantile(p, k + 1, n - k), quantile(p, k + 1, n - k), 1e-9);
        // The reference has no upper tail of its own: 1 - p would lose what is compared.
        near(t, betaUpperQuantile(p, k + 1, n - k), 1 - quantile(p, n - k, k + 1), 1e-9);
      }
    }
  }
});

test('quantiles reach 0 and 1, and arguments out of range give NaN', (t) => {
  t.deepEqual([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)], [0, 1]);
  t.deepEqual([betaUpperQuantile(0, 2, 3), betaUpperQuantile(1, 2, 3)], [1, 0]);
  t.deepEqual(
    [betaCdf(-1, 2, 3), betaCdf(2, 2, 3), betaSurvival(-1, 2, 3), betaSurvival(2, 2, 3)],
    [0, 1, 1, 0],
  );
  for (const value of [
    betaQuantile(-0.1, 2, 3),
    betaQuantile(0.1, 0, 3),
    betaUpperQuantile(Number.NaN, 2, 3),
    betaCdf(0.5, 2, -1),
    betaSurvival(Number.NaN, 2, 1),
  ]) {
    t.is(value, Number.NaN);
  }
});
