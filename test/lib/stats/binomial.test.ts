import test from 'ava';
import fc from 'fast-check';
import {
  allowedErrors,
  binomialCdf,
  binomialLower,
  binomialPmf,
  binomialPValue,
  binomialUpper,
  rowsNeeded,
} from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

/** P(Bin(n, p) = 0 … most), each term from the one before it. */
function terms(most: number, n: number, p: number): number[] {
  const result = [Math.exp(n * Math.log1p(-p))];
  for (let k = 1; k <= most; k++) result.push(((result[k - 1] * (n - k + 1)) / k) * (p / (1 - p)));
  return result;
}

test('four tosses of a fair coin', (t) => {
  const pmf = [1, 4, 6, 4, 1].map((ways) => ways / 16);
  for (let k = 0; k <= 4; k++) near(t, binomialPmf(k, 4, 0.5), pmf[k], 1e-14);
  const cdf = [1, 5, 11, 15, 16].map((ways) => ways / 16);
  for (let k = 0; k <= 4; k++) near(t, binomialCdf(k, 4, 0.5), cdf[k], 1e-14);
});

test('probabilities agree with a plain sum of terms, from 10 rows to 10 million', (t) => {
  for (const [n, p] of [
    [10, 0.3],
    [1_000, 0.01],
    [10_000, 0.005],
    [1e7, 1e-6],
    [1e7, 2e-5],
  ]) {
    let sum = 0;
    for (const [k, term] of terms(Math.min(n - 1, 300), n, p).entries()) {
      sum += term;
      near(t, binomialPmf(k, n, p), term, 1e-12);
      near(t, binomialCdf(k, n, p), Math.min(1, sum), 1e-12);
    }
  }
});

test('the edges: no successes, all successes, and certain chances', (t) => {
  t.deepEqual([binomialCdf(-1, 5, 0.2), binomialCdf(5, 5, 0.2), binomialCdf(9, 5, 0.2)], [0, 1, 1]);
  t.deepEqual([binomialCdf(2, 5, 0), binomialCdf(2, 5, 1)], [1, 0]);
  t.deepEqual(
    [binomialPmf(0, 5, 0), binomialPmf(5, 5, 1), binomialPmf(2, 5, 0), binomialPmf(2, 5, 1)],
    [1, 1, 0, 0],
  );
  t.deepEqual([binomialPmf(-1, 5, 0.5), binomialPmf(6, 5, 0.5)], [0, 0]);
  t.is(binomialCdf(0, 5, 1.5), Number.NaN);
  t.is(binomialCdf(Number.NaN, 5, 0.5), Number.NaN);
});

test('limits of the risk: the rule of three, and all or none wrong', (t) => {
  near(t, binomialUpper(0, 100, 0.05), 1 - 0.05 ** (1 / 100), 1e-12);
  near(t, binomialLower(100, 100, 0.05), 0.05 ** (1 / 100), 1e-12);
  t.is(binomialUpper(100, 100, 0.05), 1);
  t.is(binomialLower(0, 100, 0.05), 0);
  // One of two wrong: P(Bin(2, u) <= 1) = 1 - u² and P(Bin(2, l) >= 1) = 1 - (1 - l)².
  near(t, binomialUpper(1, 2, 0.19), 0.9, 1e-13);
  near(t, binomialLower(1, 2, 0.19), 0.1, 1e-13);
});

test('a risk at its upper limit has the p-value delta, at its lower limit the mirrored one', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50_000 }),
      fc.double({ min: 0, max: 0.9, noNaN: true }),
      fc.double({ min: 1e-12, max: 0.5, noNaN: true }),
      (n, share, delta) => {
        const k = Math.floor(share * n);
        const upper = binomialUpper(k, n, delta);
        // Closer to 1 the limit's own rounding shows.
        if (upper < 0.99) near(t, binomialPValue(k, n, upper), delta, 1e-8);
        if (k > 0) near(t, 1 - binomialCdf(k - 1, n, binomialLower(k, n, delta)), delta, 1e-8, 1e-12);
      },
    ),
    { seed: 3, numRuns: 300 },
  );
});

test('rows needed without an error: known numbers', (t) => {
  t.is(rowsNeeded(0.01, 0.05), 299);
  t.is(rowsNeeded(0.005, 0.05), 598);
  t.is(rowsNeeded(0.05, 0.05), 59);
  // Met to the last bit.
  t.is(rowsNeeded(0.5, 0.25), 2);
  t.is(rowsNeeded(0.5, 0.125), 3);
  t.is(rowsNeeded(0.25, 0.5625), 2);
  t.is(rowsNeeded(0.9, 0.5), 1);
  t.is(rowsNeeded(0, 0.05), Number.NaN);
});

test('rows needed and errors allowed are two views of one comparison', (t) => {
  const risk = fc.double({ min: 1e-4, max: 0.9, noNaN: true });
  const level = fc.double({ min: 1e-9, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(risk, level, fc.integer({ min: 0, max: 3_000 }), (epsilon, delta, more) => {
      const n = rowsNeeded(epsilon, delta);
      t.is(allowedErrors(n - 1, epsilon, delta), -1);
      const k = allowedErrors(n + more, epsilon, delta);
      t.true(k >= 0);
      t.true(binomialPValue(k, n + more, epsilon) <= delta);
      t.true(binomialPValue(k + 1, n + more, epsilon) > delta);
    }),
    { seed: 4, numRuns: 200 },
  );
});

test('errors allowed among more rows than 31 bits count', (t) => {
  for (const n of [3e9, 1e11, 2 ** 53]) {
    const epsilon = 20 / n;
    const k = allowedErrors(n, epsilon, 0.05);
    // Of so many rows the count is Poisson's: P(X <= 12) is 0.0390 and P(X <= 13) 0.0661 where the mean is 20.
    t.is(k, 12);
  }
});

test('p-values agree with references at 50 digits, up to 10 million rows and far below 1e-12', (t) => {
  // Python's decimal: the plain sum of terms, each from the one before it, from (1 - epsilon)^n on.
  for (const [k, n, epsilon, expected] of [
    [0, 299, 0.01, 0.04953625663766248],
    [3, 1_000, 0.01, 0.010072654772014378],
    [70, 10_000, 0.01, 0.0009255700234974339],
    [850, 100_000, 0.01, 5.544211620378213e-7],
    [0, 1e7, 2e-6, 2.061112399723376e-9],
    [7, 1e7, 3e-6, 5.233594080006866e-7],
    [9_000, 1e7, 0.001, 1.3212142519246921e-24],
    [98_000, 1e7, 0.01, 9.121455458137904e-11],
    [101_000, 1e7, 0.01, 0.9992510472882716],
    [45, 100, 0.5, 0.18410080866334813],
    [99, 100, 0.999, 0.09520785288629104],
  ]) {
    near(t, binomialPValue(k, n, epsilon), expected, 1e-12);
  }
});

test('limits agree with references at 50 digits, up to 10 million rows and down to a delta of 1e-12', (t) => {
  // The same sum, solved for the risk by Newton's method; scipy's beta.isf and beta.ppf say the same to 1e-10.
  for (const [k, n, delta, upper, lower] of [
    [0, 10, 0.05, 0.2588655508930523, 0],
    [1, 10, 1e-12, 0.9639298412625941, 1.00000000000045e-13],
    [3, 299, 0.05, 0.025726467406895444, 0.002740182264045626],
    [3, 299, 1e-6, 0.06925404553860375, 6.12543379552362e-5],
    [10, 1_000, 0.05, 0.016903175120562504, 0.005435140144706773],
    [10, 1_000, 1e-12, 0.05121073879581578, 0.0002947447284290008],
    [50, 10_000, 0.001, 0.007584335323688286, 0.003098694859577018],
    [0, 1e6, 1e-6, 1.3815415124237774e-5, 0],
    [1_000, 1e6, 0.05, 0.001053574877454436, 0.0009485837785936197],
    [1_000, 1e6, 1e-12, 0.0012398267372870384, 0.0007935208026419017],
    [0, 1e7, 1e-12, 2.7630982942297312e-6, 0],
    [7, 1e7, 0.05, 1.314810976062732e-6, 3.2853161378245433e-7],
    [7, 1e7, 0.001, 1.962616500520753e-6, 1.5203366009286796e-7],
    [7, 1e7, 1e-12, 4.607868813134845e-6, 6.5796578518957765e-9],
    [10_000, 1e7, 1e-6, 0.0010483331385745364, 0.0009532057823353927],
    [100_000, 1e7, 0.05, 0.010051909014411874, 0.009948300670498948],
    [100_000, 1e7, 1e-12, 0.010223021003200784, 0.009780245688128427],
    [3e6, 1e7, 1e-6, 0.3006891942208598, 0.2993114217120849],
  ]) {
    near(t, binomialUpper(k, n, delta), upper, 1e-12);
    near(t, binomialLower(k, n, delta), lower, 1e-12);
  }
});

test('p-values and limits grow with errors, and p-values and upper limits shrink with rows and the level', (t) => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 7, noNaN: true }).map((e) => Math.ceil(10 ** e)),
      fc.double({ min: 0, max: 0.9, noNaN: true }),
      fc.double({ min: 1e-6, max: 0.9, noNaN: true }),
      fc.double({ min: 1e-12, max: 0.5, noNaN: true }),
      (n, share, epsilon, delta) => {
        const k = Math.floor(share * n);
        const p = binomialPValue(k, n, epsilon);
        // Neighbours may differ by less than a rounding.
        t.true(binomialPValue(k + 1, n, epsilon) >= p * (1 - 1e-12));
        t.true(binomialPValue(k, n + 1, epsilon) <= p * (1 + 1e-12));
        t.true(binomialPValue(k, n, 1.1 * epsilon) <= p * (1 + 1e-12));
        const [lower, upper] = [binomialLower(k, n, delta), binomialUpper(k, n, delta)];
        t.true(lower <= k / n && upper >= k / n);
        t.true(binomialLower(k + 1, n + 1, delta) > lower);
        t.true(binomialUpper(k + 1, n + 1, delta) >= upper);
        t.true(binomialLower(k, n + 1, delta) <= lower);
        t.true(binomialUpper(k, n + 1, delta) < upper);
        t.true(binomialLower(k, n, delta / 2) <= lower);
        t.true(binomialUpper(k, n, delta / 2) >= upper);
      },
    ),
    { seed: 32, numRuns: 500 },
  );
});
