import test from 'ava';
import { sortNumbers } from '../../../../../lib/learn/learners/boosting/bins.js';
import { uniform } from '../problem.js';

test('many numbers of all sizes and both signs come out as sort() leaves them', (t) => {
  const random = uniform(3);
  const numbers = Float32Array.from({ length: 5000 }, () => (random() - 0.5) * 10 ** (60 * random() - 30));
  numbers.set([0, -0, Infinity, -Infinity, -0, 0, 1e-45, -1e-45], 40);
  for (const count of [5000, 2048, 2047, 1, 0]) {
    const own = numbers.slice(0, count);
    sortNumbers(own, [new Uint32Array(count), new Uint32Array(count)]);
    const expected = numbers.slice(0, count).sort();
    t.true(own.every((value, i) => Object.is(value, expected[i])));
  }
});
