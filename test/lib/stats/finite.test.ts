import test from 'ava';
import fc from 'fast-check';
import { binomialPValue, finitePValue } from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

/** How many sets of k can be drawn from n: whole numbers, exact up to n = 50. */
function ways(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return result;
}

/** P(Hypergeometric(rows, wrong, sampled) = k), by counting sets. */
function mass(k: number, sampled: number, rows: number, wrong: number): number {
  return (ways(wrong, k) * ways(rows - wrong, sampled - k)) / ways(rows, sampled);
}

/** A batch of up to `most` rows, as many of them sampled, wrong, and wrong in the sample as anyhow possible. */
function batch(most: number): fc.Arbitrary<{ k: number; sampled: number; rows: number; wrong: number }> {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  return fc
    .tuple(fc.integer({ min: 1, max: most }), share, share, share)
    .map(([rows, first, second, third]) => {
      const [sampled, wrong] = [Math.round(first * rows), Math.round(second * rows)];
      const least = Math.max(0, sampled + wrong - rows);
      const k = least + Math.round(third * (Math.min(sampled, wrong) - least));
      return { k, sampled, rows, wrong };
    });
}

test('two of five rows sampled, two wrong, by hand', (t) => {
  // Ten pairs: three without a wrong row, six with one, one with both.
  near(t, finitePValue(0, 2, 5, 2), 0.3, 1e-15);
  near(t, finitePValue(1, 2, 5, 2), 0.9, 1e-15);
  t.is(finitePValue(2, 2, 5, 2), 1);
  // Four wrong rows leave one right: two right ones can't have been drawn.
  t.is(finitePValue(0, 2, 5, 4), 0);
  t.is(finitePValue(0, 0, 5, 2), 1);
  t.is(finitePValue(0, 3, 5, 0), 1);
});

test('it is the sum over all samples, up to 40 rows', (t) => {
  fc.assert(
    fc.property(batch(40), ({ k, sampled, rows, wrong }) => {
      let sum = 0;
      for (let j = 0; j <= k; j++) sum += mass(j, sampled, rows, wrong);
      near(t, finitePValue(k, sampled, rows, wrong), sum, 1e-13);
    }),
    { seed: 24, numRuns: 500 },
  );
});

test('it agrees with the distribution worked out at 50 digits, up to 10 million rows and in any tail', (t) => {
  // Python: whole numbers (math.comb) up to 2,000 rows, above that a sum of ratios of neighbouring terms in decimal.
  for (const [k, sampled, rows, wrong, expected] of [
    [0, 265, 1_814, 19, 0.04895674977995984],
    [0, 264, 1_814, 19, 0.04956431231805209],
    [2, 400, 1_814, 19, 0.17506657516615937],
    [10, 1_000, 1_814, 19, 0.5016039408832672],
    [3, 500, 2_000, 40, 0.004394361122658494],
    [150, 500, 2_000, 700, 0.0037796324680595453],
    [600, 1_000, 2_000, 1_100, 0.9999972334285214],
    [0, 1_000, 1e6, 10_000, 4.295383217017416e-5],
    [40, 10_000, 1e6, 10_000, 5.201789358435751e-12],
    [12, 1_000, 1e6, 10_000, 0.792607118776993],
    [900, 100_000, 1e6, 10_000, 3.627423539167798e-4],
    [0, 3_000, 1e7, 100_000, 8.00958451210008e-14],
    [20, 100_000, 1e7, 10_000, 1.3350900642245377e-22],
    [485_000, 1e6, 1e7, 5e6, 8.676907038750071e-220],
    [2_490_000, 5e6, 1e7, 5e6, 5.701924216832073e-37],
    [2_495_000, 5e6, 1e7, 5e6, 1.2750083088267794e-10],
    [2_501_000, 5e6, 1e7, 5e6, 0.8971617220784848],
    [48_000, 5e6, 1e7, 100_000, 2.558049811304089e-37],
    [99_990, 9_999_000, 1e7, 100_000, 0.5427056323192324],
  ]) {
    near(t, finitePValue(k, sampled, rows, wrong), expected, 1e-13);
  }
});

test('sampled and wrong rows are two sets that may change places', (t) => {
  fc.assert(
    fc.property(batch(1e5), ({ k, sampled, rows, wrong }) => {
      near(t, finitePValue(k, sampled, rows, wrong), finitePValue(k, wrong, rows, sampled), 1e-12);
    }),
    { seed: 25, numRuns: 300 },
  );
});

test('it grows with errors and with the batch, and shrinks with rows sampled and with rows held to be wrong', (t) => {
  fc.assert(
    fc.property(batch(20_000), ({ k, sampled, rows, wrong }) => {
      const p = finitePValue(k, sampled, rows, wrong);
      // Neighbours may differ by less than a rounding.
      const [below, above] = [p * (1 - 1e-12), p * (1 + 1e-12)];
      t.true(p > 0 && p <= 1);
      if (k < sampled) t.true(finitePValue(k + 1, sampled, rows, wrong) >= below);
      t.true(finitePValue(k, sampled, rows + 1, wrong) >= below);
      if (sampled < rows) t.true(finitePValue(k, sampled + 1, rows, wrong) <= above);
      if (wrong < rows) t.true(finitePValue(k, sampled, rows, wrong + 1) <= above);
    }),
    { seed: 26, numRuns: 500 },
  );
});

test('by full enumeration, a batch that has so many wrong rows is held to have fewer with a chance below delta', (t) => {
  for (const [rows, sampled] of [
    [12, 5],
    [30, 20],
    [40, 11],
  ]) {
    for (let wrong = 1; wrong <= rows; wrong++) {
      for (const delta of [0.2, 0.05, 0.01]) {
        let rejected = 0;
        for (let k = 0; k <= Math.min(sampled, wrong); k++) {
          if (finitePValue(k, sampled, rows, wrong) <= delta) rejected += mass(k, sampled, rows, wrong);
        }
        t.true(rejected <= delta * (1 + 1e-12), `${rejected} > ${delta}`);
      }
    }
  }
});

test('in an endless batch it is the binomial test', (t) => {
  for (const k of [0, 2, 9]) near(t, finitePValue(k, 1_000, 1e8, 1e6), binomialPValue(k, 1_000, 0.01), 1e-4);
});

test('counts that are none, or more than there are, give NaN', (t) => {
  for (const [k, sampled, rows, wrong] of [
    [-1, 2, 5, 2],
    [3, 2, 5, 2],
    [0, 6, 5, 2],
    [0, 2, 5, 6],
    [0, 2, 5, 1.5],
    [0.5, 2, 5, 2],
    [0, 2, Infinity, 2],
    [0, Number.NaN, 5, 2],
  ]) {
    t.is(finitePValue(k, sampled, rows, wrong), Number.NaN);
  }
});
