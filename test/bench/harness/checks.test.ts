import test from 'ava';
import { atLeast, atMost, below, checkTable, leftOut } from '../../../bench/harness/checks.js';

test('a figure is ok at its goal, and not beyond it', (t) => {
  t.deepEqual(
    [
      atLeast('a', 2, 2),
      atLeast('a', 1.99, 2),
      atMost('a', 2, 2),
      atMost('a', 2.01, 2),
      below('a', 2, 2),
      below('a', 1, 2),
    ].map(({ ok }) => ok),
    [true, false, true, false, false, true],
  );
  t.deepEqual(atLeast('speed', 3, 2), { what: 'speed', value: 3, goal: '>= 2', ok: true });
});

test('NaN is never ok', (t) => {
  for (const check of [atLeast, atMost, below]) t.false(check('a', Number.NaN, 0).ok);
});

test('what is left out is neither, and says why', (t) => {
  const check = leftOut('ratio', '>= 2', 'no scikit-learn');
  t.is(check.ok, null);
  t.is(check.value, 'left out: no scikit-learn');
  t.is(
    checkTable([check, atLeast('b', 1, 2)]),
    '-       ratio  left out: no scikit-learn  >= 2\nNOT OK  b      1                          >= 2',
  );
});
