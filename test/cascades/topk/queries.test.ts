import test from 'ava';
import { drawQueries } from '../../../cascades/topk/queries.js';
import { random } from '../../../lib/stats/index.js';

const ranking = { classes: [], width: 1, of: -1, by: undefined };
const base = {
  k: 5,
  ofs: [-1],
  ranking,
  bandOf: () => 0,
  certify: 0.5,
  rows: [],
  random: random(3),
};

test('halves of a pool are apart, also where it has rows twice', (t) => {
  const items = Array.from({ length: 400 }, (_, i) => ({ i }));
  for (const pool of [items, [...items, ...items]]) {
    const { certification, tuning } = drawQueries({ ...base, queries: { pool, size: 50, count: 40 } });
    const tested = new Set(certification.rows);
    t.true(tuning.rows.every((row) => !tested.has(row)));
    t.is(tested.size + new Set(tuning.rows).size, 400);
    t.is(certification.queries.length + tuning.queries.length, 40);
    for (const { queries, rows } of [certification, tuning]) {
      t.true(queries.every(({ candidates }) => new Set(candidates).size === 50));
      t.true(queries.every(({ candidates }) => candidates.every((place) => place < rows.length)));
    }
  }
});

test('a half that is too small is refused, saying how large it is', (t) => {
  const twice = Array.from({ length: 100 }, (_, i) => i % 4);
  t.throws(() => drawQueries({ ...base, queries: { pool: twice, size: 50, count: 4 } }), {
    code: 'DATA',
    message: /50 candidates, and \d+ rows of the pool are for/,
  });
});

test('a candidate that trained is refused, of queries as of a pool', (t) => {
  const items = Array.from({ length: 40 }, (_, i) => ({ i }));
  const queries = [items.slice(0, 20), items.slice(20)];
  for (const [given, message] of [
    [queries, /query 1, candidate 3 is among `rows` too/],
    [{ pool: items, size: 10, count: 4 }, /row 23 is among `rows` too/],
  ] as const) {
    t.throws(() => drawQueries({ ...base, rows: [items[23]], queries: given }), { code: 'DATA', message });
  }
});
