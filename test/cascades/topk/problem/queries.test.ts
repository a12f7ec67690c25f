import test from 'ava';
import { drawQueries } from '../../../../cascades/topk/problem/queries.js';
import { random } from '../../../../lib/stats/index.js';

const ranking = { classes: [], width: 1, rankClass: -1, by: undefined };
const base = {
  k: 5,
  rankClasses: [-1],
  ranking,
  bandOf: () => 0,
  certify: 0.5,
  rows: [],
  repeats: false,
  random: random(3),
};

test('the certificate’s queries are subsets of the whole pool, and so are the others', (t) => {
  const items = Array.from({ length: 400 }, (_, i) => ({ i }));
  const queries = { pool: items, size: 50, count: 400 };
  const { certification, tuning } = drawQueries({ ...base, queries });
  for (const { rows, queries: drawn } of [certification, tuning]) {
    t.is(drawn.length, 200);
    const times = new Map(items.map((item) => [item, 0]));
    for (const { candidates } of drawn) {
      t.is(new Set(candidates).size, 50);
      for (const place of candidates) times.set(rows[place], (times.get(rows[place]) ?? 0) + 1);
    }
    // Each row is in an eighth of 200 queries: 25, with a standard deviation of 4.7.
    t.true(items.every((item) => Math.abs((times.get(item) ?? 0) - 25) < 5 * 4.7));
  }
});

test('queries for the certificate are drawn anew: no query of those that choose the plan comes again', (t) => {
  const pool = Array.from({ length: 400 }, (_, i) => i);
  const parts = drawQueries({ ...base, queries: { pool, size: 50, count: 400 } });
  const [tested, tuned] = [parts.certification, parts.tuning].map(
    ({ rows, queries }) =>
      new Set(
        queries.map(({ candidates }) =>
          [...candidates]
            .map((c) => rows[c])
            .sort()
            .join(),
        ),
      ),
  );
  t.deepEqual([tested.size, tuned.size, new Set([...tested, ...tuned]).size], [200, 200, 400]);
});

test('where rows of the pool train, none of them chooses a plan, though it stands in the pool twice', (t) => {
  const items = Array.from({ length: 400 }, (_, i) => ({ i }));
  for (const pool of [items, [...items, ...items]]) {
    const { certification, tuning, training } = drawQueries({
      ...base,
      rows: undefined,
      queries: { pool, size: 50, count: 40 },
    });
    const trained = new Set(training);
    t.is(trained.size, 160);
    t.true(tuning.rows.every((row) => !trained.has(row)));
    t.is(new Set(tuning.rows).size, 240);
    t.is(certification.rows.length, pool.length);
  }
});

test('queries larger than what is left beside the rows that train are refused, saying how many those are', (t) => {
  const twice = Array.from({ length: 100 }, (_, i) => (i < 52 ? 0 : i));
  const queries = { pool: twice, size: 50, count: 4 };
  for (let seed = 1; seed <= 20; seed++) {
    const options = { ...base, rows: undefined, queries, random: random(seed) };
    const { training } = drawQueries({ ...options, queries: { ...queries, size: 5 } });
    if (!training.includes(0)) continue;
    t.throws(() => drawQueries(options), {
      code: 'DATA',
      message:
        /50 candidates, and \d+ rows of the pool are for such queries; expected fewer, or `rows` to train on/,
    });
    return;
  }
  t.fail('the row that stands there 52 times never trained');
});

test('a candidate that trained is refused, of queries as of a pool', (t) => {
  const items = Array.from({ length: 40 }, (_, i) => ({ i }));
  const queries = [items.slice(0, 20), items.slice(20)];
  for (const [given, message] of [
    [queries, /query 1, candidate 3 is among `rows` too/],
    [{ pool: items, size: 10, count: 4 }, /row 23 is among `rows` too/],
  ] as const) {
    t.throws(() => drawQueries({ ...base, rows: [items[23]], queries: given }), { code: 'DATA', message });
    // Read anew it is another object, and the same row.
    const again = structuredClone([items[23]]);
    t.throws(() => drawQueries({ ...base, rows: again, queries: given }), { code: 'DATA', message });
    t.notThrows(() => drawQueries({ ...base, rows: again, repeats: true, queries: given }));
  }
});

test('a query that is given again is a copy of one draw, whatever the order of its candidates', (t) => {
  const items = Array.from({ length: 300 }, (_, i) => ({ i }));
  const distinct = Array.from({ length: 30 }, (_, q) => items.slice(10 * q, 10 * q + 10));
  const queries = [...distinct, ...distinct.map((query) => query.toReversed()), ...distinct];
  const parts = drawQueries({ ...base, rows: undefined, queries });
  const { certification, tuning, training, copies } = parts;
  t.is(copies, 60);
  t.is(certification.queries.length, 15);
  t.is(tuning.queries.length, 9);
  t.is(training.length, 60);
  t.is(new Set([...certification.rows, ...tuning.rows, ...training]).size, 300);
  // Those that ask for something else of the same candidates are other queries.
  const others = distinct.flatMap((candidates) => [candidates, { candidates, k: 6 }, { candidates, k: 7 }]);
  t.is(drawQueries({ ...base, queries: others }).copies, 0);
  // Read anew, candidates are other objects that hold the same.
  t.is(drawQueries({ ...base, queries: [...others, ...structuredClone(others)] }).copies, others.length);
});

test('where queries repeat by nature each is a draw of its own', (t) => {
  const items = Array.from({ length: 20 }, (_, i) => ({ i }));
  const queries = [items, items, items, items];
  const { certification, tuning, copies } = drawQueries({ ...base, repeats: true, queries });
  t.deepEqual([certification.queries.length, tuning.queries.length, copies], [2, 2, 0]);
});
