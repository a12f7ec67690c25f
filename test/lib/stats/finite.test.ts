import test from 'ava';
import fc from 'fast-check';
import {
  binomialPValue,
  binomialUpper,
  finitePValue,
  finiteRowsNeeded,
  finiteUpper,
  rowsNeeded,
} from '../../../lib/stats/index.js';
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
        let [rejected, below] = [0, 0];
        for (let k = 0; k <= Math.min(sampled, wrong); k++) {
          const chance = mass(k, sampled, rows, wrong);
          if (finitePValue(k, sampled, rows, wrong) <= delta) rejected += chance;
          if (finiteUpper(k, sampled, rows, delta) < wrong) below += chance;
        }
        t.true(rejected <= delta * (1 + 1e-12), `${rejected} > ${delta}`);
        t.true(Math.abs(below - rejected) < 1e-14, 'the limit and the test are two views of one comparison');
      }
    }
  }
});

test('the upper limit is the last number of wrong rows that stands', (t) => {
  const level = fc.double({ min: 1e-12, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(batch(5_000), level, ({ k, sampled, rows }, delta) => {
      const upper = finiteUpper(k, sampled, rows, delta);
      t.true(upper >= k && upper <= rows - sampled + k);
      t.true(finitePValue(k, sampled, rows, upper) > delta);
      if (upper < rows) t.true(finitePValue(k, sampled, rows, upper + 1) <= delta);
    }),
    { seed: 27, numRuns: 300 },
  );
});

test('the upper limit grows with errors, and shrinks with rows sampled and with delta', (t) => {
  const level = fc.double({ min: 1e-12, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(batch(5_000), level, ({ k, sampled, rows }, delta) => {
      const upper = finiteUpper(k, sampled, rows, delta);
      if (k < sampled) t.true(finiteUpper(k + 1, sampled, rows, delta) >= upper);
      if (sampled < rows) t.true(finiteUpper(k, sampled + 1, rows, delta) <= upper);
      t.true(finiteUpper(k, sampled, rows, delta / 2) >= upper);
    }),
    { seed: 28, numRuns: 300 },
  );
});

test('with every row sampled nothing is left to chance, with none nothing is known', (t) => {
  t.is(finiteUpper(7, 500, 500, 0.05), 7);
  t.is(finiteUpper(0, 0, 500, 0.05), 500);
});

test('in an endless batch it is the binomial test', (t) => {
  for (const k of [0, 2, 9]) near(t, finitePValue(k, 1_000, 1e8, 1e6), binomialPValue(k, 1_000, 0.01), 1e-4);
  near(t, finiteUpper(3, 1_000, 1e8, 0.05) / 1e8, binomialUpper(3, 1_000, 0.05), 1e-4);
  t.is(finiteRowsNeeded(1e8, 1e6, 0.05), rowsNeeded(0.01, 0.05));
});

test('rows needed without an error: known numbers, and fewer than in an endless batch', (t) => {
  // A single wrong row is missed with chance 1 - sampled / rows.
  t.is(finiteRowsNeeded(100, 1, 0.05), 95);
  t.is(finiteRowsNeeded(1_814, 19, 0.05), 264);
  t.is(finiteRowsNeeded(10, 10, 0.05), 1);
  const level = fc.double({ min: 1e-9, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(batch(5_000), level, ({ rows, wrong }, delta) => {
      fc.pre(wrong > 0);
      const sampled = finiteRowsNeeded(rows, wrong, delta);
      t.true(finitePValue(0, sampled, rows, wrong) <= delta);
      t.true(finitePValue(0, sampled - 1, rows, wrong) > delta);
      if (wrong < rows) t.true(sampled <= rowsNeeded(wrong / rows, delta));
    }),
    { seed: 29, numRuns: 300 },
  );
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
  t.is(finiteUpper(3, 2, 5, 0.05), Number.NaN);
  t.is(finiteUpper(0, 2, 5, 0), Number.NaN);
  t.is(finiteRowsNeeded(5, 0, 0.05), Number.NaN);
  t.is(finiteRowsNeeded(5, 6, 0.05), Number.NaN);
  t.is(finiteRowsNeeded(5, 1, 1), Number.NaN);
});
