import test from 'ava';
import fc from 'fast-check';
import {
  allowedErrors,
  binomialLower,
  binomialUpper,
  logGamma,
  pairedAllowed,
  pairedPValue,
  tangoScore,
} from '../../../lib/stats/index.js';
import { largest } from '../../support/largest.js';
import { near } from '../../support/near.js';

/** The simpler limit: of the rows made worse less those made better, each at half of delta. */
function pairedUpper(b: number, c: number, n: number, delta: number): number {
  return binomialUpper(b, n, delta / 2) - binomialLower(c, n, delta / 2);
}

/** The trinomial probability of all outcomes (b, c) that `inside` accepts: every one of them is looked at. */
function enumerate(n: number, pb: number, pc: number, inside: (b: number, c: number) => boolean): number {
  let sum = 0;
  for (let c = 0; c <= n; c++) {
    for (let b = 0; b + c <= n; b++) {
      if (!inside(b, c)) continue;
      const rest = n - b - c;
      const ways = logGamma(n + 1) - logGamma(b + 1) - logGamma(c + 1) - logGamma(rest + 1);
      sum += Math.exp(ways) * pb ** b * pc ** c * Math.max(0, 1 - pb - pc) ** rest;
    }
  }
  return sum;
}

test("Tango's score takes the spread at the constrained maximum of the likelihood", (t) => {
  for (const [b, c, n, epsilon] of [
    [5, 3, 60, 0.05],
    [0, 4, 60, 0.05],
    [9, 0, 40, 0.1],
    [12, 30, 2_000, 0.005],
  ]) {
    const likelihood = (q: number) =>
      b * Math.log(q + epsilon) + (c && c * Math.log(q)) + (n - b - c) * Math.log(1 - 2 * q - epsilon);
    // The likelihood is concave: golden sections find its top without the formula.
    let [low, high] = [0, (1 - epsilon) / 2];
    for (let i = 0; i < 200; i++) {
      const [left, right] = [low + 0.382 * (high - low), low + 0.618 * (high - low)];
      if (likelihood(left) < likelihood(right)) low = left;
      else high = right;
    }
    const q = (low + high) / 2;
    const expected = (b - c - n * epsilon) / Math.sqrt(n * (2 * q + epsilon * (1 - epsilon)));
    near(t, tangoScore(b, c, n, epsilon), expected, 1e-6);
  }
});

test('the score grows with losses and shrinks with gains, which the bounds rest on', (t) => {
  const n = 60;
  for (const epsilon of [0.005, 0.05, 0.3]) {
    for (let c = 0; c <= n; c++) {
      for (let b = 0; b + c < n; b++) {
        const score = tangoScore(b, c, n, epsilon);
        t.true(tangoScore(b + 1, c, n, epsilon) > score);
        t.true(tangoScore(b, c + 1, n, epsilon) < score);
      }
    }
  }
});

test('the p-value is the supremum over the nuisance interval: never below a fine grid, hardly above it', (t) => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 24 }),
      share,
      share,
      fc.constantFrom(0.01, 0.05, 0.2),
      (n, first, second, epsilon) => {
        const c = Math.floor(first * 0.5 * n);
        const b = Math.floor(second * (n - c));
        const observed = tangoScore(b, c, n, epsilon);
        const gamma = 5e-5;
        const low = binomialLower(c, n, gamma / 2);
        const high = Math.min(binomialUpper(c, n, gamma / 2), (1 - epsilon) / 2);
        let grid = 0;
        for (let i = 0; i <= 200; i++) {
          const q = low + (i / 200) * (high - low);
          grid = Math.max(
            grid,
            enumerate(n, q + epsilon, q, (i, j) => tangoScore(i, j, n, epsilon) <= observed),
          );
        }
        const p = pairedPValue(b, c, n, epsilon, 0.05) - gamma;
        t.true(p >= Math.min(1 - gamma, grid) - 1e-12, `${p} < ${grid}`);
        t.true(p <= grid * 1.001 + 3e-5, `${p} > ${grid}`);
      },
    ),
    { seed: 5, numRuns: 40 },
  );
});

test('by full enumeration at 60 rows, its size is at most delta on the boundary and inside, and close to it', (t) => {
  const [n, delta] = [60, 0.05];
  for (const epsilon of [0.02, 0.05, 0.1]) {
    const allowed = Array.from({ length: n + 1 }, (_, c) => pairedAllowed(c, n, epsilon, delta));
    const size = (pb: number, pc: number) => enumerate(n, pb, pc, (b, c) => b <= allowed[c]);
    let largestSize = 0;
    for (let i = 0; i <= 100; i++) {
      const pc = (i / 100) * ((1 - epsilon) / 2);
      const boundary = size(pc + epsilon, pc);
      t.true(boundary <= delta, `size ${boundary} at p_c = ${pc}`);
      largestSize = Math.max(largestSize, boundary);
      const deeper = pc + epsilon + 0.3 * (1 - 2 * pc - epsilon);
      t.true(size(deeper, pc) <= boundary);
    }
    t.true(largestSize > 0.045, `largest size ${largestSize}`);
  }
});

test('the most losses that certify, where a prototype in another language found 5, 19, 11, 44 and, with an allowance, 228', (t) => {
  t.is(pairedAllowed(4, 800, 0.01, 0.05), 5);
  t.is(pairedAllowed(20, 1_000, 0.01, 0.05), 19);
  t.is(pairedAllowed(10, 2_000, 0.005, 0.05), 11);
  t.is(pairedAllowed(40, 2_000, 0.01, 0.05), 44);
  // The prototype's allowance cost it one: the supremum for 229 is .0490 over the whole range of p_c.
  t.is(pairedAllowed(175, 8_751, 0.01, 0.05), 229);
});

test('without gains it allows what the binomial test on the losses allows', (t) => {
  for (const n of [100, 298, 299, 1_000, 2_000])
    t.is(pairedAllowed(0, n, 0.01, 0.05), allowedErrors(n, 0.01, 0.05));
});

test('its last p-value is on the right side of delta, and it allows more than the split bound', (t) => {
  let [exact, split] = [0, 0];
  fc.assert(
    fc.property(
      fc.integer({ min: 50, max: 3_000 }),
      fc.double({ min: 0, max: 0.05, noNaN: true }),
      fc.constantFrom(0.005, 0.01, 0.03),
      fc.constantFrom(0.1, 0.05, 0.001),
      (n, share, epsilon, delta) => {
        const c = Math.floor(share * n);
        const b = pairedAllowed(c, n, epsilon, delta);
        if (b >= 0) t.true(pairedPValue(b, c, n, epsilon, delta) <= delta);
        t.true(pairedPValue(b + 1, c, n, epsilon, delta) > delta);
        const simpler = largest(n - c, (losses) => pairedUpper(losses, c, n, delta) <= epsilon);
        // With no gain or one, a p-value a hair above delta can cost the count that the split bound just has.
        t.true(b >= simpler - (c > 1 ? 0 : 1));
        exact += b;
        split += simpler;
      },
    ),
    { seed: 6, numRuns: 60 },
  );
  t.true(exact > 1.05 * split, `${exact} against ${split}`);
});

test('arguments out of range give a p-value that certifies nothing', (t) => {
  for (const [b, c, n, epsilon] of [
    [0, 0, 0, 0.01],
    [5, 6, 10, 0.01],
    [-1, 0, 10, 0.01],
    [0, 0, 10, 0],
    [0, 0, 10, Number.NaN],
  ]) {
    t.is(pairedPValue(b, c, n, epsilon, 0.05), Number.NaN);
  }
});

test('where hardly anything but gains happened, the interval alone decides', (t) => {
  // p_c is surely above the (1 - epsilon) / 2 that p_b = p_c + epsilon leaves it.
  t.is(pairedPValue(0, 58, 60, 0.02, 0.05), 5e-5);
});

test('a million rows are answered too', (t) => {
  const b = pairedAllowed(20_000, 1_000_000, 0.01, 0.05);
  // The normal approximation: 1.645 standard deviations of b - c below its mean.
  near(t, b, 30_000 - 1.645 * Math.sqrt(49_600), 2e-3);
});
