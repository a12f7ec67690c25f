import test from 'ava';
import { designOf } from '../../../cascades/batch/steps.js';

test('a part of a row may not be wrong: 1.999 rows are one', (t) => {
  const path = { seen: { rows: 1_000, changed: [0] }, lost: undefined, flips: 0 };
  const counts = { rows: 1_000, leaving: [500], open: [500] };
  const count = (epsilon: number) => designOf(path, counts, { epsilon, delta: 0.05 }).count;
  // The fewest n with (500 - n)(499 - n) <= .05 * 500 * 499; with 2 rows, of three factors.
  t.deepEqual([0.001, 0.001999, 0.002].map(count), [388, 388, 316]);
});
