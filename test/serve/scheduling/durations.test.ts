import test from 'ava';
import fc from 'fast-check';
import { BOUNDS_MS, DurationCounts } from '../../../serve/scheduling/durations.js';

test('a duration counts in the first bucket whose bound it doesn’t exceed, the last of which has none', (t) => {
  const counts = new DurationCounts();
  for (const ms of [0, 0.1, 0.11, 10_000, 10_001, 1e9]) counts.add(ms);
  const { count, nanoseconds, buckets } = counts.all;
  t.is(count, 6);
  t.is(nanoseconds, Math.round((0.21 + 20_001 + 1e9) * 1e6));
  t.deepEqual([buckets[0], buckets[1], buckets.at(-2), buckets.at(-1)], [2, 1, 1, 2]);
  t.is(buckets.length, BOUNDS_MS.length + 1);
});

test('buckets are those that a plain count finds', (t) => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 20_000, noNaN: true })), (durations) => {
      const counts = new DurationCounts();
      for (const ms of durations) counts.add(ms);
      let below = 0;
      const atMost = counts.all.buckets.map((count) => {
        below += count;
        return below;
      });
      const plain = [...BOUNDS_MS, Number.POSITIVE_INFINITY].map(
        (bound) => durations.filter((ms) => ms <= bound).length,
      );
      t.deepEqual(atMost, plain);
    }),
  );
});
