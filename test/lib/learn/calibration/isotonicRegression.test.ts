import test from 'ava';
import fc from 'fast-check';
import { isotonicRegression, logLoss } from '../../../../lib/learn/calibration/index.js';
import { near } from '../../../support/near.js';

const fit = (values: readonly number[], weights = values.map(() => 1)) =>
  isotonicRegression(Float64Array.from(values), Float64Array.from(weights));

test('pools, by hand', (t) => {
  t.deepEqual([...fit([1, 3, 2, 4])], [1, 2.5, 2.5, 4]);
  t.deepEqual([...fit([4, 3, 2, 1])], [2.5, 2.5, 2.5, 2.5]);
  t.deepEqual([...fit([2, 1], [1, 3])], [1.25, 1.25]);
  // The last pulls the pool before it under the one before that.
  t.deepEqual([...fit([0, 5, 6, 1])], [0, 4, 4, 4]);
  t.deepEqual([...fit([])], []);
});

/** The least squares over all ways of cutting the order into pools of one number, rising from pool to pool. */
function bruteForce(values: readonly number[], weights: readonly number[]): number[] {
  let best: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let cuts = 0; cuts < 2 ** (values.length - 1); cuts++) {
    const fitted: number[] = [];
    for (let from = 0, to = 1; from < values.length; from = to++) {
      while (to < values.length && ((cuts >> (to - 1)) & 1) === 0) to++;
      const mass = weights.slice(from, to).reduce((a, b) => a + b, 0);
      const sum = values.slice(from, to).reduce((total, value, i) => total + value * weights[from + i], 0);
      for (let i = from; i < to; i++) fitted.push(sum / mass);
    }
    if (fitted.some((value, i) => i > 0 && value < fitted[i - 1] - 1e-12)) continue;
    const squares = fitted.reduce((sum, value, i) => sum + weights[i] * (value - values[i]) ** 2, 0);
    if (squares < least) [best, least] = [fitted, squares];
  }
  return best;
}

test('it rises, and is the least-squares optimum that trying every pooling finds', (t) => {
  const point = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 1, max: 4 }));
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 9 }), (points) => {
      const [values, weights] = [points.map(([value]) => value), points.map(([, weight]) => weight)];
      const fitted = fit(values, weights);
      t.true(fitted.every((value, i) => i === 0 || value >= fitted[i - 1]));
      bruteForce(values, weights).forEach((value, i) => {
        near(t, fitted[i], value, 1e-12, 1e-12);
      });
    }),
    { seed: 3, numRuns: 200 },
  );
});

test('no rising scores have a lower log loss on its rows', (t) => {
  const rows = fc.array(fc.tuple(fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.boolean()), {
    minLength: 1,
    maxLength: 40,
  });
  const table = (p: ArrayLike<number>) =>
    Float64Array.from({ length: 2 * p.length }, (_, i) => (i % 2 === 1 ? p[i >> 1] : 1 - p[i >> 1]));
  fc.assert(
    fc.property(rows, (drawn) => {
      const scores = drawn.map(([p]) => p).sort((a, b) => a - b);
      const truth = Int32Array.from(drawn, ([, hit]) => Number(hit));
      const fitted = fit([...truth]);
      t.true(logLoss(table(fitted), 2, truth) <= logLoss(table(scores), 2, truth) + 1e-12);
    }),
    { seed: 4, numRuns: 300 },
  );
});
