import test from 'ava';
import fc from 'fast-check';
import { ProgressMeter } from '../../../cascades/problem/progress.js';

const STEPS = ['features', 'full model', 'profile', 'stages', 'search', 'certify'] as const;

test('neither a step nor the time left goes backwards, whatever is reported', (t) => {
  const events = fc.array(
    fc.record({
      step: fc.nat(STEPS.length - 1),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      ms: fc.nat(5_000),
    }),
  );
  fc.assert(
    fc.property(events, (reports) => {
      let now = 0;
      const meter = new ProgressMeter({ now: () => now });
      let last = { step: 0, share: 0, remaining: Number.POSITIVE_INFINITY };
      for (const { step, share, ms } of reports) {
        now += ms;
        const progress = meter.report(STEPS[step], share);
        if (progress === undefined) {
          t.true(step < last.step || (step === last.step && share < last.share));
          continue;
        }
        t.true(step > last.step || (step === last.step && share >= last.share));
        const { remaining = last.remaining } = progress;
        t.true(remaining <= last.remaining && remaining >= 0);
        last = { step, share, remaining };
      }
    }),
  );
});

test('the time left is what is left at the pace so far, and each step has its time', (t) => {
  let now = 0;
  const meter = new ProgressMeter({ now: () => now });
  t.is(meter.report('features', 0)?.remaining, undefined);
  now = 9_000;
  // Features and the full model are 45 % of all.
  const remaining = meter.report('full model', 1)?.remaining ?? 0;
  t.true(Math.abs(remaining - 11) < 1e-9);
  now = 10_000;
  t.deepEqual(meter.spent(), [
    { step: 'features', seconds: 9 },
    { step: 'full model', seconds: 1 },
  ]);
});

test('a run begins when it is said to', (t) => {
  const meter = new ProgressMeter({ now: () => 9_000 }, 2_000);
  t.is(meter.elapsed(), 7);
  t.deepEqual(meter.spent(), [{ step: 'features', seconds: 7 }]);
});
