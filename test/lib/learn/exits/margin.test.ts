import test from 'ava';
import fc from 'fast-check';
import { margin } from '../../../../lib/learn/exits/margin.js';
import { top } from '../../../../lib/learn/exits/top.js';
import { scored } from './worlds.js';

test('half of one and the lead, by hand, even where another class is likelier', (t) => {
  t.deepEqual(scored(margin, 3, [0.5, 0.25, 0.25, 0.125, 0.125, 0.75], [0, 2]), [0.625, 0.8125]);
  t.deepEqual(scored(margin, 3, [0.75, 0.25, 0], [1]), [0.25]);
});

test('with two classes the margin is the top', (t) => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1), (p, decided) => {
      const [a] = scored(top, 2, [1 - p, p], [decided]);
      const [b] = scored(margin, 2, [1 - p, p], [decided]);
      t.true(Number.isNaN(a) ? Number.isNaN(b) : Math.abs(a - b) < 1e-15, `${a} ${b}`);
    }),
  );
});

test('the likeliest class leads by more than nothing; by a threshold the runner-up may be the likelier', (t) => {
  t.is(margin.least({ kind: 'argmax' }, 4, 2), 0.5);
  t.is(margin.least({ kind: 'threshold', threshold: 0.2 }, 2, 1), 0);
});
