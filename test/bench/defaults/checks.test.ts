import test from 'ava';
import { defaultsChecks } from '../../../bench/defaults/checks.js';
import { adviceCheck, type Followed } from '../../../bench/defaults/follow.js';

const certified = { verdict: 'certified', repeating: undefined } as const;

test('the default is judged by the best variant by hand, at the median seed', (t) => {
  const seed = (...speedups: readonly number[]) => speedups.map((speedup) => ({ ...certified, speedup }));
  const [floor, goal, promises] = defaultsChecks('mail', [seed(2, 4, 3.6), seed(5, 4, 5), seed(10, 4, 1)]);
  t.deepEqual([floor.value, floor.ok], [0.9, true]);
  t.deepEqual([goal.value, goal.ok], [0.9, false]);
  t.deepEqual([promises.value, promises.ok], [0, true]);
});

test('a default that is not certified misses, but where the promise by hand is weaker', (t) => {
  const byHand = (repeating: 'copies' | 'either' | undefined) => ({ ...certified, speedup: 3, repeating });
  const own = (repeating: 'either' | undefined) => ({ verdict: 'full-model-only', speedup: 1, repeating });
  const missed = (...variants: Parameters<typeof defaultsChecks>[1][number]) =>
    defaultsChecks('mail', [variants])[2].value;
  t.is(missed(byHand(undefined), own(undefined)), 1);
  t.is(missed(byHand('copies'), own(undefined)), 1);
  t.is(missed(byHand('copies'), own('either')), 0);
  t.is(missed(byHand('either'), own('either')), 1);
});

test('advice is reached by certified plans within a third of the figure', (t) => {
  const each = (figure: number, speedup: number, verdict = 'certified'): Followed => ({
    ...{ option: 'rows', change: 100, isCertified: false, before: 1 },
    ...{ figure, speedup, verdict },
  });
  const reached = (proposal: Followed) => adviceCheck([proposal]).value === 1;
  t.true(reached(each(3, 2)));
  t.true(reached(each(3, 4)));
  t.false(reached(each(3, 1.9)));
  t.false(reached(each(3, 4.1)));
  t.false(reached(each(1.2, 1, 'full-model-only')));
  t.is(adviceCheck([each(3, 3), each(3, 3), each(3, 9)]).ok, true);
  t.is(adviceCheck([each(3, 3), each(3, 9)]).ok, false);
  t.is(adviceCheck([]).ok, null);
});
