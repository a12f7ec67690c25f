import test from 'ava';
import fc from 'fast-check';
import {
  bandFailure,
  bandLevel,
  bandLimits,
  binomialPmf,
  binomialUpper,
  random,
} from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

/** The same probability, forwards: the counts below each limit as a Markov chain, every state and step kept. */
function failureForwards(n: number, eta: number, most: number): number {
  let states = new Float64Array(n + 1);
  states[0] = 1;
  let [failed, previous] = [0, 0];
  for (let k = 0; k <= most; k++) {
    const limit = binomialUpper(k, n, eta);
    const step = (limit - previous) / (1 - previous);
    const next = new Float64Array(n + 1);
    for (let s = 0; s <= n; s++) {
      for (let more = 0; s + more <= n; more++) next[s + more] += states[s] * binomialPmf(more, n - s, step);
    }
    for (let s = 0; s <= k; s++) {
      failed += next[s];
      next[s] = 0;
    }
    [states, previous] = [next, limit];
  }
  return failed;
}

test('one limit fails with eta, two with the sum of two cases', (t) => {
  near(t, bandFailure(50, 0.03, 0), 0.03, 1e-12);
  const n = 50;
  const [u0, u1] = [binomialUpper(0, n, 0.03), binomialUpper(1, n, 0.03)];
  // All above u0; or one below it and the others above u1.
  near(t, bandFailure(n, 0.03, 1), (1 - u0) ** n + n * u0 * (1 - u1) ** (n - 1), 1e-12);
});

test('first passage agrees with the whole Markov chain', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 30 }),
      fc.double({ min: 1e-6, max: 0.5, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, eta, share) => {
        const most = Math.floor(share * (n - 1));
        near(t, bandFailure(n, eta, most), failureForwards(n, eta, most), 1e-9);
      },
    ),
    { seed: 8, numRuns: 60 },
  );
});

test('the joint failures that a simulation found, within its error', (t) => {
  for (const [n, eta, simulated] of [
    [1_000, 0.0066, 0.047],
    [5_000, 0.0041, 0.05],
    [10_000, 0.0032, 0.045],
  ]) {
    near(t, bandFailure(n, eta, Math.floor(0.05 * n)), simulated, 0, 0.004);
  }
});

test('order statistics leave the band as often as computed', (t) => {
  const [n, delta, trials] = [1_000, 0.05, 20_000];
  const limits = bandLimits(n, delta);
  t.is(limits.length, 51);
  const rng = random('band');
  let failures = 0;
  for (let trial = 0; trial < trials; trial++) {
    // Each next order statistic, given the one before, is the least of what is left.
    let order = 0;
    for (let k = 0; k < limits.length; k++) {
      order += (1 - order) * (1 - (1 - rng.uniform()) ** (1 / (n - k)));
      if (order > limits[k]) {
        failures++;
        break;
      }
    }
  }
  const spread = Math.sqrt((delta * (1 - delta)) / trials);
  t.true(Math.abs(failures / trials - delta) < 4 * spread, `${failures / trials}`);
});

test('whatever epsilon is chosen afterwards, the most aggressive plan that the band allows is good enough', (t) => {
  // Plan j has the risk j / 1,000; a row's errors are nested, so its first bad plan says all about it.
  const [n, delta, plans, trials] = [400, 0.1, 60, 5_000];
  const limits = bandLimits(n, delta);
  const rng = random('chosen afterwards');
  const firstBad = new Int32Array(plans + 1);
  let violations = 0;
  for (let trial = 0; trial < trials; trial++) {
    firstBad.fill(0);
    for (let i = 0; i < n; i++) firstBad[Math.min(plans, Math.floor(1_000 * rng.uniform()))]++;
    let errors = 0;
    for (let j = 1; j < plans; j++) {
      errors += firstBad[j - 1];
      // Someone picks the very epsilon that the limit of a plan equals.
      if (errors < limits.length && limits[errors] < j / 1_000) {
        violations++;
        break;
      }
    }
  }
  // A grid of plans sees a little less than every risk.
  const spread = Math.sqrt((delta * (1 - delta)) / trials);
  t.true(violations / trials < delta + 3 * spread, `${violations / trials}`);
  t.true(violations / trials > 0.5 * delta, `${violations / trials}`);
});

test('the level is as large as delta permits, and never larger', (t) => {
  for (const [n, delta] of [
    [20, 0.05],
    [199, 0.2],
    [2_000, 0.05],
    [2_000, 1e-6],
    [10_000, 0.01],
  ]) {
    const failure = bandFailure(n, bandLevel(n, delta), Math.floor(0.05 * n));
    t.true(failure <= delta && failure > 0.9997 * delta, `${failure} for ${delta}`);
  }
});

test('fewer than twenty rows have one limit, at delta itself', (t) => {
  t.is(bandLevel(19, 0.05), 0.05);
  t.deepEqual([...bandLimits(19, 0.05)], [binomialUpper(0, 19, 0.05)]);
});

test('limits ascend, and are those of the level', (t) => {
  const limits = bandLimits(2_000, 0.05);
  const eta = bandLevel(2_000, 0.05);
  t.is(limits.length, 101);
  for (let k = 0; k <= 100; k++) {
    t.is(limits[k], binomialUpper(k, 2_000, eta));
    if (k > 0) t.true(limits[k] > limits[k - 1]);
  }
});
