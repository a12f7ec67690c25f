import test from 'ava';
import { DataError } from '../../../lib/errors.js';
import { bettingPValue, finiteBettingPValue } from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

test('two values of three, by hand', (t) => {
  // The first is bet on a mean of a half: the stake is at its most, 1, and the capital 1.5. Then the two others would have
  // a sum of 1.5, a mean of .75: the stake is 1 again.
  near(t, finiteBettingPValue(Float64Array.of(0, 0), 3, 0.5, 0.05), 1 / (1.5 * 1.75), 1e-14);
  t.is(finiteBettingPValue(Float64Array.of(1, 1), 3, 0.5, 0.05), 1);
  t.is(finiteBettingPValue(new Float64Array(0), 3, 0.5, 0.05), 1);
});

test('what can’t be any more is refuted outright', (t) => {
  // After two zeros even ones would make a mean of .5 of four.
  t.is(finiteBettingPValue(Float64Array.of(0, 0, 0), 4, 0.6, 0.05), 0);
  t.true(finiteBettingPValue(Float64Array.of(0, 0), 4, 0.5, 0.05) > 0);
  // Here it may be: two ones are left, and come.
  t.true(finiteBettingPValue(Float64Array.of(0, 0, 1, 1), 4, 0.5, 0.05) > 0);
});

test('of an endless population it is nearly the other bound, and of a small one more is known', (t) => {
  const values = Float64Array.from({ length: 200 }, (_, i) => (i % 10 === 0 ? 0.5 : 0.45));
  const endless = bettingPValue(values, 0.5, 0.05);
  near(t, finiteBettingPValue(values, 1e9, 0.5, 0.05), endless, 1e-3);
  t.true(finiteBettingPValue(values, 400, 0.5, 0.05) < endless / 1.2);
});

/** Every ordered draw of so many. */
function* draws(values: readonly number[], count: number): Generator<number[]> {
  if (count === 0) yield [];
  else
    for (const [i, value] of values.entries())
      for (const rest of draws([...values.slice(0, i), ...values.slice(i + 1)], count - 1))
        yield [value, ...rest];
}

test('at the limit it is small no more often than it says, over all draws', (t) => {
  const populations = [
    [0, 0, 0, 0, 1, 1],
    [0, 0, 0, 0.5, 0.5, 1],
    [0.5, 0.5, 0.5, 0.5, 0, 1],
    [0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
  ];
  for (const population of populations) {
    const mean = population.reduce((sum, value) => sum + value, 0) / population.length;
    for (const count of [3, 5]) {
      const all = [...draws(population, count)].map((drawn) =>
        finiteBettingPValue(Float64Array.from(drawn), population.length, mean, 0.3),
      );
      for (const delta of [0.5, 0.6, 0.7, 0.8]) {
        const share = all.filter((p) => p <= delta).length / all.length;
        t.true(share <= delta + 1e-12, `${population}: ${share} at ${delta}`);
      }
      t.true(all.some((p) => p < 0.9));
    }
  }
});

test('values outside [0, 1], and more than there are, are refused', (t) => {
  t.throws(() => finiteBettingPValue(Float64Array.of(2), 3, 0.5, 0.05), { instanceOf: DataError });
  t.throws(() => finiteBettingPValue(Float64Array.of(-1), 3, 0.5, 0.05), { instanceOf: DataError });
  t.throws(() => finiteBettingPValue(Float64Array.of(0, 0), 1, 0.5, 0.05), { instanceOf: DataError });
});
