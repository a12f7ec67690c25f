import test from 'ava';
import fc from 'fast-check';
import { logGamma, pairedAllowed, pairedMixturePValue, random } from '../../../lib/stats/index.js';
import { largest } from '../../support/largest.js';
import { near } from '../../support/near.js';

const counts = fc.record({
  n: fc.integer({ min: 1, max: 5_000 }),
  lost: fc.double({ min: 0, max: 0.08, noNaN: true }),
  gained: fc.double({ min: 0, max: 0.2, noNaN: true }),
  epsilon: fc.double({ min: 1e-3, max: 0.3, noNaN: true }),
});

test('up to sixteen rows everything is staked, which is easily worked out by hand', (t) => {
  // Without a loss or a gain each row multiplies the capital by 1 / (1 - epsilon).
  near(t, pairedMixturePValue(0, 0, 4, 0.5), 1 / 16, 1e-14);
  // A gain multiplies it by 1 + (1 + epsilon) / (1 - epsilon), here 4.
  near(t, pairedMixturePValue(0, 1, 4, 0.5), 1 / 32, 1e-14);
  t.is(pairedMixturePValue(1, 3, 4, 0.5), 1);
});

test('it is the mean of the products, evaluated plainly', (t) => {
  const [n, epsilon] = [400, 0.02];
  for (const [b, c] of [
    [0, 0],
    [3, 2],
    [10, 30],
    [20, 5],
  ]) {
    let sum = 0;
    for (let j = 0; j < 32; j++) {
      const lambda = 0.2 ** (j / 31) / (1 - epsilon);
      const loss = j === 0 ? 0 : 1 - lambda * (1 - epsilon);
      sum += loss ** b * (1 + lambda * (1 + epsilon)) ** c * (1 + lambda * epsilon) ** (n - b - c);
    }
    near(t, pairedMixturePValue(b, c, n, epsilon), Math.min(1, 32 / sum), 1e-9);
  }
});

test('the most losses that certify: at least the 3, 13, 7, 34 and 200 of a mixture with even stakes', (t) => {
  for (const [n, epsilon, c, expected] of [
    [800, 0.01, 4, 3],
    [1_000, 0.01, 20, 13],
    [2_000, 0.005, 10, 7],
    // Even stakes waste more on those too large for many rows: 34 and 200.
    [2_000, 0.01, 40, 35],
    [8_751, 0.01, 175, 205],
  ]) {
    const allowed = largest(n - c, (b) => pairedMixturePValue(b, c, n, epsilon) <= 0.05);
    t.is(allowed, expected);
    t.true(allowed <= pairedAllowed(c, n, epsilon, 0.05));
  }
});

test('it grows with losses, and shrinks with gains and epsilon', (t) => {
  fc.assert(
    fc.property(counts, ({ n, lost, gained, epsilon }) => {
      const [b, c] = [Math.floor(lost * n), Math.floor(gained * n)];
      const p = pairedMixturePValue(b, c, n, epsilon);
      t.true(p >= 0 && p <= 1);
      if (b + c < n) {
        t.true(pairedMixturePValue(b + 1, c, n, epsilon) >= p);
        t.true(pairedMixturePValue(b, c + 1, n, epsilon) <= p);
      }
      t.true(pairedMixturePValue(b, c, n, 1.1 * epsilon) <= p);
    }),
    { seed: 22, numRuns: 500 },
  );
});

test('it shrinks with neutral rows, wherever the losses allowed are one or more', (t) => {
  fc.assert(
    fc.property(counts, ({ n, lost, gained, epsilon }) => {
      fc.pre(n * epsilon >= 1);
      const [b, c] = [Math.floor(lost * n), Math.floor(gained * n)];
      t.true(pairedMixturePValue(b, c, n + 1, epsilon) <= pairedMixturePValue(b, c, n, epsilon));
    }),
    { seed: 23, numRuns: 500 },
  );
});

test('by full enumeration on the boundary, it errs with a chance of at most delta', (t) => {
  const levels = [0.2, 0.05, 0.01];
  for (const n of [10, 30, 60]) {
    for (const epsilon of [0.02, 0.1, 0.3]) {
      for (const pc of [0, 0.01, 0.1, 0.3]) {
        const pb = pc + epsilon;
        const errors = levels.map(() => 0);
        for (let b = 0; b <= n; b++) {
          for (let c = 0; b + c <= n; c++) {
            const rest = n - b - c;
            const ways = logGamma(n + 1) - logGamma(b + 1) - logGamma(c + 1) - logGamma(rest + 1);
            const mass = Math.exp(ways) * pb ** b * pc ** c * (1 - pb - pc) ** rest;
            const p = pairedMixturePValue(b, c, n, epsilon);
            for (const [i, delta] of levels.entries()) if (p <= delta) errors[i] += mass;
          }
        }
        for (const [i, delta] of levels.entries()) t.true(errors[i] <= delta, `${errors[i]} > ${delta}`);
      }
    }
  }
});

test('rows that lose exactly epsilon are certified no more often than delta', (t) => {
  const rng = random('mixture');
  const [n, epsilon, pc, delta, trials] = [2_000, 0.01, 0.02, 0.05, 3_000];
  let wrong = 0;
  for (let trial = 0; trial < trials; trial++) {
    let [b, c] = [0, 0];
    for (let i = 0; i < n; i++) {
      const u = rng.uniform();
      if (u < pc) c++;
      else if (u < 2 * pc + epsilon) b++;
    }
    if (pairedMixturePValue(b, c, n, epsilon) <= delta) wrong++;
  }
  t.true(wrong <= delta * trials, `${wrong} of ${trials}`);
  t.true(wrong > 0, 'a test that never fails is not this one');
});

test('ten million rows are no trouble', (t) => {
  const p = pairedMixturePValue(290_000, 200_000, 1e7, 0.01);
  t.true(p > 0 && p < 1e-9);
  t.is(pairedMixturePValue(300_000, 200_000, 1e7, 0.01), 1);
});

test('arguments out of range give a p-value that certifies nothing', (t) => {
  for (const [b, c, n, epsilon] of [
    [0, 0, 0, 0.01],
    [5, 6, 10, 0.01],
    [-1, 0, 10, 0.01],
    [0, 0, 10, 0],
    [0, 0, 10, 1],
    [0, 0, 10, Number.NaN],
  ]) {
    t.is(pairedMixturePValue(b, c, n, epsilon), Number.NaN);
  }
});
