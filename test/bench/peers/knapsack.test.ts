import test from 'ava';
import fc from 'fast-check';
import { knapsack } from '../../../bench/peers/knapsack.js';

const sum = (values: readonly number[], of: readonly number[]) =>
  of.reduce((total, i) => total + values[i], 0);

/** The greatest value of any subset that fits, all of them tried. */
function bruteForce(values: readonly number[], weights: readonly number[], capacity: number): number {
  let best = 0;
  for (let mask = 0; mask < 2 ** values.length; mask++) {
    const subset = [...values.keys()].filter((i) => (mask >> i) & 1);
    if (sum(weights, subset) <= capacity) best = Math.max(best, sum(values, subset));
  }
  return best;
}

test('finds what trying every subset finds, and its weight fits', (t) => {
  const item = fc.record({
    value: fc.integer({ min: -5, max: 50 }),
    weight: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(item, { maxLength: 9 }), fc.integer({ min: 0, max: 60 }), (items, capacity) => {
      const values = items.map(({ value }) => value);
      const weights = items.map(({ weight }) => weight);
      const chosen = knapsack(values, weights, capacity);
      t.is(new Set(chosen).size, chosen.length);
      t.true(sum(weights, chosen) <= capacity);
      t.is(sum(values, chosen), bruteForce(values, weights, capacity));
    }),
  );
});

test('takes the pair that is worth more than the best single', (t) => {
  t.deepEqual(knapsack([10, 6, 6], [5, 3, 3], 6), [1, 2]);
});

test('takes nothing that is worth nothing', (t) => {
  t.deepEqual(knapsack([0, -1, Number.NaN], [0, 0, 0], 5), []);
});
