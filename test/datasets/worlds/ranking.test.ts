import test from 'ava';
import { rankingWorld } from '../../../datasets/index.js';

test('scores are the full one and noise of the stated size', (t) => {
  const [rows] = rankingWorld({ queries: 1, candidates: 40_000, seed: 1, noise: [0.5, 0.5], spread: [2, 2] });
  const deviation = (of: (row: (typeof rows)[0]) => number) =>
    Math.sqrt(rows.reduce((sum, row) => sum + of(row) ** 2, 0) / rows.length);
  t.true(Math.abs(deviation(({ costly }) => costly) - 2) < 0.03);
  t.true(Math.abs(deviation(({ costly, fair }) => fair - costly) - 0.5) < 0.01);
  t.true(Math.abs(deviation(({ costly, rough }) => rough - costly) - 1.5) < 0.03);
});

test('a seed gives the same queries, another one others; options out of range are named', (t) => {
  const options = { queries: 3, candidates: 4, seed: 7 };
  t.deepEqual(rankingWorld(options), rankingWorld(options));
  t.notDeepEqual(rankingWorld(options), rankingWorld({ ...options, seed: 8 }));
  t.is(rankingWorld(options).length, 3);
  t.throws(() => rankingWorld({ ...options, noise: [2, 1] }), { instanceOf: RangeError, message: /noise/ });
  t.throws(() => rankingWorld({ ...options, queries: 0 }), { instanceOf: RangeError, message: /queries/ });
});
