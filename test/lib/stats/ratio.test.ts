import test from 'ava';
import fc from 'fast-check';
import { bettingPValue, ratioClustersNeeded, ratioPValue, ratioUpper } from '../../../lib/stats/index.js';

const clusters = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })).map(([a, b]) => ({
    lost: Math.min(a, b) / 4,
    count: b / 4,
  })),
  { minLength: 1, maxLength: 60 },
);
const of = (all: readonly { lost: number; count: number }[]) => ({
  lost: Float64Array.from(all, ({ lost }) => lost),
  counts: Float64Array.from(all, ({ count }) => count),
});

test('clusters of which all counts are losses of a mean', (t) => {
  const lost = Float64Array.of(0, 0, 1, 0.5, 0, 0);
  t.is(
    ratioPValue({ lost, counts: new Float64Array(6).fill(1) }, 0.25, 0.05),
    bettingPValue(lost, 0.25, 0.05),
  );
});

test('what does not count says nothing: its value is the limit itself', (t) => {
  // (1 - 1 * (.25 - .25)) = 1 a cluster: no capital is won or lost.
  t.is(ratioPValue({ lost: new Float64Array(50), counts: new Float64Array(50) }, 0.25, 0.05), 1);
});

test('one bet by hand', (t) => {
  // One cluster, half of which counts: its value is .2 * .5 = .1; the stake is min(1, √(2 ln 20 / 1) / .5) = 1.
  const capital = 1 - (0.1 - 0.2);
  t.true(
    Math.abs(
      ratioPValue({ lost: Float64Array.of(0), counts: Float64Array.of(0.5) }, 0.2, 0.05) - 1 / capital,
    ) < 1e-12,
  );
});

test('another test of the mean may be given', (t) => {
  const seen: number[] = [];
  const p = ratioPValue(of([{ lost: 0.25, count: 0.5 }]), 0.2, 0.05, (values, limit) => {
    seen.push(...values, limit);
    return 0.5;
  });
  t.is(p, 0.5);
  t.deepEqual(seen, [0.25 + 0.2 * 0.5, 0.2]);
});

test('the upper limit is rejected, and what is a little lower is not', (t) => {
  fc.assert(
    fc.property(clusters, (all) => {
      const upper = ratioUpper(of(all), 0.1);
      if (upper < 1) t.true(ratioPValue(of(all), upper, 0.1) <= 0.1);
      t.false(ratioPValue(of(all), Math.max(1e-9, upper - 3e-6), 0.1) <= 0.1 && upper > 4e-6);
    }),
    { numRuns: 50 },
  );
});

test('so many clusters as are needed pass without a loss, and one fewer does not', (t) => {
  for (const [count, limit] of [
    [1, 0.1],
    [0.5, 0.1],
    [0.3, 0.2],
  ]) {
    const n = ratioClustersNeeded(count, limit, 0.05);
    const p = (size: number) =>
      ratioPValue({ lost: new Float64Array(size), counts: new Float64Array(size).fill(count) }, limit, 0.05);
    t.true(p(n) <= 0.05);
    t.false(p(n - 1) <= 0.05);
  }
});
