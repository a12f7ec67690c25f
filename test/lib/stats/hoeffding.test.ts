import test from 'ava';
import fc from 'fast-check';
import { binomialPmf, binomialPValue, hoeffdingBentkusPValue, random } from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

const chance = fc.double({ min: 1e-4, max: 0.99, noNaN: true });

/** P(the sum of n independent losses takes each of its values), for losses j / (p.length - 1) with chance p[j]. */
function sums(n: number, p: readonly number[]): number[] {
  let result = [1];
  for (let i = 0; i < n; i++) {
    const next = new Array<number>(result.length + p.length - 1).fill(0);
    for (const [s, mass] of result.entries()) for (const [j, q] of p.entries()) next[s + j] += mass * q;
    result = next;
  }
  return result;
}

test('two losses against a half, by hand', (t) => {
  // Hoeffding: KL(0 || ½) = ln 2, so ½ to the power of two. Bentkus: e P(no success) is above that.
  near(t, hoeffdingBentkusPValue(0, 2, 0.5), 0.25, 1e-14);
  // KL(¼ || ½) = ¼ ln ½ + ¾ ln 1½; three of four binomial outcomes, e-fold, say nothing.
  near(
    t,
    hoeffdingBentkusPValue(0.25, 2, 0.5),
    Math.exp(-2 * (0.25 * Math.log(0.5) + 0.75 * Math.log(1.5))),
    1e-13,
  );
  t.is(hoeffdingBentkusPValue(0.5, 2, 0.5), 1);
  t.is(hoeffdingBentkusPValue(0.9, 1_000, 0.5), 1);
});

test('far below epsilon, many losses are judged by Bentkus', (t) => {
  near(t, hoeffdingBentkusPValue(0.005, 4_000, 0.01), Math.E * binomialPValue(20, 4_000, 0.01), 1e-13);
  // Between two whole sums it is the larger that counts.
  t.is(hoeffdingBentkusPValue(20.2 / 4_000, 4_000, 0.01), Math.E * binomialPValue(21, 4_000, 0.01));
});

test('it agrees with both bounds worked out at 50 digits, up to 10 million losses', (t) => {
  // Python's decimal: the divergence by ln, the binomial tail as a sum of its terms from (1 - epsilon)^n on.
  for (const [mean, n, epsilon, expected] of [
    [0, 300, 0.01, 0.049040894071285854],
    [0.005, 1_000, 0.01, 0.17978583254514913],
    [0.0005, 4_000, 0.01, 8.09614434937967e-15],
    [0.0099, 1_000, 0.01, 0.9994934029782813],
    [0.2, 50, 0.3, 0.21433822061915603],
    [0.0101, 100_000, 0.0105, 0.2982209927529548],
    [0.009, 1e6, 0.01, 2.269878384704855e-24],
    [0.0098, 1e7, 0.01, 2.479468662095484e-10],
  ]) {
    near(t, hoeffdingBentkusPValue(mean, n, epsilon), expected, 1e-10);
  }
});

test('a mean of k / n counts as k, however it is rounded', (t) => {
  for (let n = 200; n < 1_000; n += 7) {
    for (let k = 0; k < 0.2 * n; k++) {
      const bentkus = Math.E * binomialPValue(k, n, 0.3);
      t.true(hoeffdingBentkusPValue(k / n, n, 0.3) <= bentkus * (1 + 1e-12));
    }
  }
});

test('it grows with the mean and shrinks with epsilon and, sums being whole, with the losses', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), chance, chance, chance, (n, first, second, third) => {
      const [small, middle, large] = [first, second, third].sort((a, b) => a - b);
      const p = hoeffdingBentkusPValue(small, n, large);
      t.true(p >= 0 && p <= 1);
      t.true(hoeffdingBentkusPValue(middle, n, large) >= p * (1 - 1e-11));
      t.true(hoeffdingBentkusPValue(small, n, middle) >= p * (1 - 1e-11));
      const mean = Math.floor(small * n) / n;
      t.true(
        hoeffdingBentkusPValue(mean, 2 * n, large) <= hoeffdingBentkusPValue(mean, n, large) * (1 + 1e-11),
      );
    }),
    { seed: 21, numRuns: 400 },
  );
});

test('by full enumeration, losses of 0, ½ and 1 whose mean is epsilon are certified with a chance below delta', (t) => {
  for (const n of [1, 5, 20, 80]) {
    for (const [half, one] of [
      [0, 0.1],
      [0.1, 0.05],
      [0.2, 0],
      [0, 0.5],
      [0.3, 0.3],
    ]) {
      const epsilon = half / 2 + one;
      const mass = sums(n, [1 - half - one, half, one]);
      for (const delta of [0.3, 0.1, 0.05, 0.001]) {
        let rejected = 0;
        for (const [s, p] of mass.entries())
          if (hoeffdingBentkusPValue(s / (2 * n), n, epsilon) <= delta) rejected += p;
        t.true(rejected <= delta, `${rejected} > ${delta} for ${n} losses`);
      }
    }
  }
});

test('for losses of 0 and 1 it is never below the exact test, and not far above', (t) => {
  for (const k of [0, 3, 20, 35]) {
    const [exact, bound] = [binomialPValue(k, 5_000, 0.01), hoeffdingBentkusPValue(k / 5_000, 5_000, 0.01)];
    t.true(bound >= exact && bound <= Math.E * exact * (1 + 1e-12));
  }
  let size = 0;
  for (let k = 0; k <= 300; k++)
    if (hoeffdingBentkusPValue(k / 300, 300, 0.05) <= 0.1) size += binomialPmf(k, 300, 0.05);
  t.true(size > 0.02, `${size}: a bound that hardly ever fails is not this one`);
});

test('continuous losses keep the promise too', (t) => {
  const rng = random('hoeffding');
  const [n, delta, trials] = [100, 0.1, 4_000];
  let wrong = 0;
  for (let trial = 0; trial < trials; trial++) {
    let sum = 0;
    // The square of a uniform has the mean 1/3.
    for (let i = 0; i < n; i++) sum += rng.uniform() ** 2;
    if (hoeffdingBentkusPValue(sum / n, n, 1 / 3) <= delta) wrong++;
  }
  t.true(wrong <= delta * trials + 3 * Math.sqrt(delta * (1 - delta) * trials), `${wrong} of ${trials}`);
});

test('arguments out of range give a p-value that certifies nothing', (t) => {
  for (const [mean, n, epsilon] of [
    [-0.1, 10, 0.1],
    [1.1, 10, 0.1],
    [Number.NaN, 10, 0.1],
    [0, 0, 0.1],
    [0, 10.5, 0.1],
    [0, 10, 0],
    [0, 10, 1],
  ]) {
    t.is(hoeffdingBentkusPValue(mean, n, epsilon), Number.NaN);
  }
});
