import test from 'ava';
import fc from 'fast-check';
import { RecentDurations } from '../../../serve/scheduling/histogram.js';

test('quantiles are within 3 % of the exact ones', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (durations, share) => {
        const histogram = new RecentDurations();
        for (const ms of durations) histogram.record(ms, 0);
        const sorted = durations.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1];
        t.true(Math.abs((histogram.quantile(share, 0) ?? -1) - exact) <= exact / 32 + 0.001);
      },
    ),
  );
});

test('none, too short and too long', (t) => {
  const histogram = new RecentDurations();
  t.is(histogram.quantile(0.5, 0), undefined);
  histogram.record(-1, 0);
  t.is(histogram.quantile(0.5, 0), 0);
  histogram.record(1e12, 0);
  t.true((histogram.quantile(1, 0) ?? 0) > 4e6);
});

test('durations of one to two periods count', (t) => {
  const histogram = new RecentDurations(1000);
  histogram.record(1, 5000);
  t.true(Math.abs((histogram.quantile(0.5, 6500) ?? 0) - 1) < 0.04);
  histogram.record(9, 6500);
  t.true(Math.abs((histogram.quantile(1, 6500) ?? 0) - 9) < 0.3);
  t.true(Math.abs((histogram.quantile(0.5, 6500) ?? 0) - 1) < 0.04);
  t.true(Math.abs((histogram.quantile(0.01, 7000) ?? 0) - 9) < 0.3);
  t.is(histogram.quantile(0.5, 9000), undefined);
});
