import test from 'ava';
import fc from 'fast-check';
import { DataError } from '../../../lib/errors.js';
import { bettingPValue, bettingRunPValue, random } from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

test('two losses of zero against a half, by hand', (t) => {
  // Both stakes are at their limit of 1, so the capital grows by 1.5 twice.
  near(t, bettingPValue(Float64Array.of(0, 0), 0.5, 0.05), 1 / 2.25, 1e-14);
  // The second loss takes half of it away, but the most that the capital reached counts.
  near(t, bettingPValue(Float64Array.of(0, 1), 0.5, 0.05), 1 / 1.5, 1e-14);
  t.is(bettingPValue(Float64Array.of(1, 1), 0.5, 0.05), 1);
  t.is(bettingPValue(Float64Array.of(), 0.5, 0.05), 1);
});

test('it is the published formula, evaluated plainly', (t) => {
  const losses = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(losses, fc.constantFrom(0.05, 0.3, 0.7), fc.constantFrom(0.01, 0.1), (x, epsilon, delta) => {
      const mean = (t: number) => (0.5 + x.slice(0, t).reduce((a, b) => a + b, 0)) / (t + 1);
      const variance = (t: number) =>
        (0.25 + x.slice(0, t).reduce((sum, loss, i) => sum + (loss - mean(i + 1)) ** 2, 0)) / (t + 1);
      let [capital, most] = [1, 1];
      for (const [i, loss] of x.entries()) {
        const stake = Math.min(1, Math.sqrt((2 * Math.log(1 / delta)) / (x.length * variance(i))));
        capital *= 1 - stake * (loss - epsilon);
        most = Math.max(most, capital);
      }
      near(t, bettingPValue(Float64Array.from(x), epsilon, delta), 1 / most, 1e-12);
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('losses whose mean is epsilon are certified below it no more often than delta', (t) => {
  const rng = random('betting');
  const [n, epsilon, delta, trials] = [200, 0.05, 0.1, 4_000];
  const losses = new Float64Array(n);
  let wrong = 0;
  for (let trial = 0; trial < trials; trial++) {
    // 0, ½ or 1: mean .05.
    for (let i = 0; i < n; i++) {
      const u = rng.uniform();
      losses[i] = u < 0.03 ? 1 : u < 0.07 ? 0.5 : 0;
    }
    if (bettingPValue(losses, epsilon, delta) <= delta) wrong++;
  }
  t.true(wrong <= delta * trials + 3 * Math.sqrt(delta * (1 - delta) * trials), `${wrong} of ${trials}`);
  t.true(wrong > 0, 'a bound that never fails is not this one');
});

test('it certifies a small mean, and sooner with less spread', (t) => {
  const steady = new Float64Array(2_000).fill(0.005);
  const rough = Float64Array.from(steady, (_, i) => (i % 200 === 100 ? 1 : 0));
  t.true(bettingPValue(rough, 0.05, 0.05) < 0.05);
  t.true(bettingPValue(steady, 0.05, 0.05) < bettingPValue(rough, 0.05, 0.05));
});

test('a loss outside [0, 1] is refused with its row', (t) => {
  for (const bad of [-0.1, 1.5, Number.NaN]) {
    const error = t.throws(() => bettingPValue(Float64Array.of(0, bad), 0.1, 0.05), {
      instanceOf: DataError,
    });
    t.regex(error?.message ?? '', /row 1/);
  }
});

test('of equal losses: exact while they are few, then a limit just above what each of them would give', (t) => {
  for (const [loss, epsilon, n] of [
    [0, 0.01, 308],
    [0.5, 0.6, 100],
    [0.2, 0.1, 50],
  ]) {
    const exact = bettingPValue(new Float64Array(n).fill(loss), epsilon, 0.05);
    t.is(bettingRunPValue(loss, n, epsilon, 0.05), exact);
  }
  for (const [loss, epsilon, n, delta] of [
    [0, 1e-4, 30_700, 0.05],
    [0, 1e-5, 400_000, 0.01],
    [0, 1e-3, 20_000, 0.3],
    [0.5, 0.50005, 61_000, 0.05],
    [0.3, 0.3002, 50_000, 0.05],
    [0.4, 0.3, 20_000, 0.05],
  ]) {
    const exact = bettingPValue(new Float64Array(n).fill(loss), epsilon, delta);
    const limit = bettingRunPValue(loss, n, epsilon, delta);
    t.true(limit >= exact * (1 - 1e-9), `${limit} < ${exact}`);
    near(t, Math.log(limit), Math.log(exact), 0.01);
  }
  t.true(bettingRunPValue(0, 3.1e15, 1e-15, 0.05) <= 0.05);
});
