import test from 'ava';
import { top } from '../../../../lib/learn/exits/top.js';
import { scored } from './worlds.js';

test('the probability of the class decided, by hand, even where another is likelier', (t) => {
  t.deepEqual(scored(top, 3, [0.5, 0.25, 0.25, 0.125, 0.125, 0.75], [0, 2]), [0.5, 0.75]);
  t.deepEqual(scored(top, 2, [0.75, 0.25], [1]), [0.25]);
});

test('the least is that from which a class is decided', (t) => {
  t.is(top.least({ kind: 'argmax' }, 4, 2), 0.25);
  t.is(top.least({ kind: 'threshold', threshold: 0.2 }, 2, 1), 0.2);
  t.is(top.least({ kind: 'threshold', threshold: 0.2 }, 2, 0), 0.8);
  t.is(top.least({ kind: 'first-threshold', threshold: 0.2 }, 2, 0), 0.2);
  t.is(top.least({ kind: 'first-threshold', threshold: 0.2 }, 2, 1), 0.8);
  const costs = [
    [0, 1],
    [1, 0],
  ];
  t.is(top.least({ kind: 'costs', costs }, 2, 0), 0);
});
