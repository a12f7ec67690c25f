import test from 'ava';
import fc from 'fast-check';
import { ProgressMeter } from '../../../cascades/problem/progress.js';

const STEPS = ['features', 'full model', 'profile', 'stages', 'search', 'certify'] as const;

test('no step goes backwards, whatever is reported', (t) => {
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
      let last = { step: 0, share: 0 };
      for (const { step, share, ms } of reports) {
        now += ms;
        const progress = meter.report(STEPS[step], share);
        if (progress === undefined) {
          t.true(step < last.step || (step === last.step && share < last.share));
          continue;
        }
        t.true(step > last.step || (step === last.step && share >= last.share));
        t.true((progress.remaining ?? 0) >= 0);
        last = { step, share };
      }
    }),
  );
});

test('the time left is what is left at the pace so far, and each step has its time', (t) => {
  let now = 0;
  const meter = new ProgressMeter({ now: () => now });
  t.is(meter.report('features', 0)?.remaining, undefined);
  now = 7_000;
  // Features and the full model are 40 % of all.
  const remaining = meter.report('full model', 1)?.remaining ?? 0;
  t.true(Math.abs(remaining - 10.5) < 1e-9);
  now = 8_000;
  t.deepEqual(meter.spent(), [
    { step: 'features', seconds: 7 },
    { step: 'full model', seconds: 1 },
  ]);
});

test('a step that takes longer than was guessed leaves more time', (t) => {
  let now = 0;
  const meter = new ProgressMeter({ now: () => now });
  const remaining = (step: (typeof STEPS)[number], share: number, at: number) => {
    now = at;
    return meter.report(step, share)?.remaining ?? Number.NaN;
  };
  const before = remaining('profile', 0, 1_000);
  t.true(remaining('profile', 0.1, 9_000) > before);
  t.is(remaining('certify', 1, 10_000), 0);
});

test('the time left is what was expected of the steps, and of the one under way its own pace', (t) => {
  let now = 0;
  const meter = new ProgressMeter({ now: () => now });
  const remaining = (step: (typeof STEPS)[number], share: number, at: number) => {
    now = at;
    return meter.report(step, share)?.remaining ?? Number.NaN;
  };
  remaining('features', 1, 2_000);
  meter.expect({ 'full model': 10, profile: 4, stages: 40, search: 5, certify: 1 });
  t.is(remaining('features', 1, 2_000), 60);
  t.is(remaining('full model', 0, 2_000), 60);
  // Half of it in 20 s, as its pace says: 20 s more, and 50 s of the others.
  t.is(remaining('full model', 0.5, 22_000), 70);
  // At a tenth of it 4 s of 40 s: two fifths by its pace of 40 s, the rest by what was expected.
  remaining('stages', 0, 30_000);
  t.is(remaining('stages', 0.1, 34_000), 0.9 * 40 + 6);
  meter.expect({ stages: 100 });
  t.is(remaining('stages', 0.1, 34_000), 0.9 * (0.6 * 100 + 0.4 * 40) + 6);
  t.is(remaining('certify', 1, 90_000), 0);
});

test('a run begins when it is said to', (t) => {
  const meter = new ProgressMeter({ now: () => 9_000 }, 2_000);
  t.is(meter.elapsed(), 7);
  t.deepEqual(meter.spent(), [{ step: 'features', seconds: 7 }]);
});

test('a clock that is set back leaves the seconds that are over', (t) => {
  let now = 0;
  const meter = new ProgressMeter({ now: () => now });
  now = 5_000;
  t.is(meter.elapsed(), 5);
  now = -3_600_000;
  t.is(meter.elapsed(), 5);
  now += 1_000;
  t.is(meter.elapsed(), 6);
});
