import test from 'ava';
import fc from 'fast-check';
import { onGrid } from '../../../../../lib/learn/learners/boosting/grid.js';

test('rounding moves a derivative by half a unit at most, and units are small', (t) => {
  // Nothing is said of derivatives near what doubles can hold at all.
  const finite = fc
    .double({ noNaN: true, min: -1e30, max: 1e30 })
    .map((value) => (Math.abs(value) < 1e-200 ? 0 : value));
  fc.assert(
    fc.property(fc.array(fc.tuple(finite, finite), { minLength: 1, maxLength: 30 }), (pairs) => {
      const firsts = Float64Array.from(pairs, ([first]) => first);
      const seconds = Float64Array.from(pairs, ([, second]) => Math.abs(second));
      const into = new Int32Array(2 * pairs.length);
      const grid = onGrid(firsts, seconds, 0, pairs.length, into);
      const largest = [firsts, seconds].map((all) => Math.max(...all.map(Math.abs)));
      t.true(largest[0] === 0 || grid.first <= largest[0] * 2 ** -29);
      t.true(largest[1] === 0 || grid.second <= largest[1] * 2 ** -22);
      pairs.forEach((_, i) => {
        t.true(Math.abs(into[2 * i] * grid.first - firsts[i]) <= grid.first * 0.500001);
        t.true(Math.abs(into[2 * i + 1] * grid.second - seconds[i]) <= grid.second * 0.500001);
        t.true(into[2 * i + 1] >= 0 && into[2 * i + 1] <= 2 ** 23);
      });
    }),
  );
});

test('derivatives of 0 stay 0', (t) => {
  const into = new Int32Array(4).fill(7);
  onGrid(new Float64Array(2), new Float64Array(2), 0, 2, into);
  t.deepEqual([...into], [0, 0, 0, 0]);
});
