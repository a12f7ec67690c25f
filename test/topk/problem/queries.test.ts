import test from 'ava';
import { UsedRows } from '../../../index.js';
import { random } from '../../../lib/stats/index.js';
import { type CheckedQuery, drawQueries } from '../../../topk/problem/queries.js';

const ranking = { classes: [], width: 1, rankClass: -1, by: undefined };
const base = {
  k: 5,
  rankClasses: [-1],
  ranking,
  bandOf: () => 0,
  certify: 0.5,
  rows: [],
  repeats: undefined,
  random: random(3),
};

/** How often each row of the pool is in one of these queries. */
function timesIn<Row>(
  { rows, queries }: { readonly rows: readonly Row[]; readonly queries: readonly CheckedQuery[] },
  of: (query: CheckedQuery) => boolean = () => true,
): Map<Row, number> {
  const times = new Map<Row, number>();
  for (const { candidates } of queries.filter(of)) {
    for (const place of candidates) times.set(rows[place], (times.get(rows[place]) ?? 0) + 1);
  }
  return times;
}

test('the certificate’s queries are subsets of the whole pool, and as many of rows that tuning never saw', (t) => {
  const items = Array.from({ length: 400 }, (_, i) => ({ i }));
  const queries = { pool: items, size: [40, 60] as const, count: 400 };
  const { certification, tuning } = drawQueries({ ...base, queries, k: [1, 5] });
  t.is(tuning.queries.length, 200);
  const isPlain = ({ isUnseen = false }: CheckedQuery) => !isUnseen;
  const [plain, unseen] = [true, false].map((wanted) =>
    certification.queries.filter((query) => isPlain(query) === wanted),
  );
  t.is(plain.length, 200);
  t.deepEqual(
    unseen.map(({ k, candidates }) => [k, candidates.length]),
    plain.map(({ k, candidates }) => [k, candidates.length]),
  );
  // Each row is in an eighth of 200 queries: 25, with a standard deviation of 4.7.
  const times = timesIn(certification, isPlain);
  t.true(items.every((item) => Math.abs((times.get(item) ?? 0) - 25) < 5 * 4.7));
  const [tuned, apart] = [timesIn(tuning), timesIn(certification, ({ isUnseen }) => isUnseen === true)];
  t.is(tuned.size + apart.size, 400, 'each row is in one of the two halves');
  t.true(items.every((item) => tuned.has(item) !== apart.has(item)));
  for (const query of [...certification.queries, ...tuning.queries]) {
    t.is(new Set(query.candidates).size, query.candidates.length);
  }
});

test('of a pool with copies no row is unseen that equals a row which tuning saw; repeats: true takes all for seen', (t) => {
  const originals = Array.from({ length: 200 }, (_, i) => ({ i }));
  // A popular row, and copies that are other objects.
  const pool = [
    ...originals,
    ...structuredClone(originals.slice(0, 100)),
    ...Array(60)
      .fill(0)
      .map(() => ({ i: 0 })),
  ];
  const numbersIn = (times: Map<{ i: number }, number>) => new Set([...times.keys()].map(({ i }) => i));
  for (const rows of [undefined, [{ i: 999 }]]) {
    const parts = drawQueries({ ...base, rows, queries: { pool, size: 20, count: 400 } });
    const unseen = numbersIn(timesIn(parts.certification, ({ isUnseen }) => isUnseen === true));
    const [tuned, trained] = [numbersIn(timesIn(parts.tuning)), new Set(parts.training.map(({ i }) => i))];
    t.is(unseen.size, 100);
    t.is(trained.size, rows ? 0 : 40);
    t.is(parts.training.length, trained.size, 'a row trains once');
    t.is(new Set([...unseen, ...tuned, ...trained]).size, unseen.size + tuned.size + trained.size);
    t.is(numbersIn(timesIn(parts.certification)).size, 200);
    const all = drawQueries({ ...base, rows, repeats: true, queries: { pool, size: 20, count: 400 } });
    t.true(all.certification.queries.every(({ isUnseen = false }) => !isUnseen));
  }
  // Equal candidates stay in their queries.
  const { certification } = drawQueries({ ...base, queries: { pool, size: 100, count: 40 } });
  t.true(
    certification.queries.some(
      ({ candidates }) =>
        new Set([...candidates].map((c) => certification.rows[c].i)).size < candidates.length,
    ),
  );
});

test('queries for the certificate are drawn anew: no query of those that choose the plan comes again', (t) => {
  const pool = Array.from({ length: 400 }, (_, i) => i);
  const parts = drawQueries({ ...base, queries: { pool, size: 50, count: 400 } });
  const [tested, tuned] = [parts.certification, parts.tuning].map(
    ({ rows, queries }) =>
      new Set(
        queries
          .filter(({ isUnseen = false }) => !isUnseen)
          .map(({ candidates }) =>
            [...candidates]
              .map((c) => rows[c])
              .sort()
              .join(),
          ),
      ),
  );
  t.deepEqual([tested.size, tuned.size, new Set([...tested, ...tuned]).size], [200, 200, 400]);
});

test('a row of the pool that equals a given training row is never unseen', (t) => {
  const pool = Array.from({ length: 200 }, (_, i) => ({ i }));
  const rows = structuredClone(pool.slice(0, 150));
  const isUnseen = (query: { readonly isUnseen?: boolean }) => query.isUnseen === true;
  const { certification } = drawQueries({ ...base, rows, queries: { pool, size: 20, count: 400 } });
  const unseen = timesIn(certification, isUnseen);
  t.is(unseen.size, 25, 'half of the others');
  t.true([...unseen.keys()].every(({ i }) => i >= 150));
  t.throws(() => drawQueries({ ...base, rows, queries: { pool, size: 30, count: 400 } }), {
    message: /25 rows of the pool are for such queries; expected fewer, or repeats: true/,
  });
});

test('where rows of the pool train, none of them chooses a plan, though it stands in the pool twice', (t) => {
  const items = Array.from({ length: 400 }, (_, i) => ({ i }));
  for (const pool of [items, [...items, ...items]]) {
    const { tuning, training } = drawQueries({
      ...base,
      rows: undefined,
      repeats: true,
      queries: { pool, size: 50, count: 40 },
    });
    const trained = new Set(training);
    t.is(trained.size, 160);
    t.true(tuning.rows.every((row) => !trained.has(row)));
    t.true(new Set(tuning.rows).size > 200, 'nearly all others choose it');
  }
});

test('queries larger than what is left beside the rows that train are refused, saying how many those are', (t) => {
  const twice = Array.from({ length: 100 }, (_, i) => (i < 52 ? 0 : i));
  const queries = { pool: twice, size: 50, count: 4 };
  for (let seed = 1; seed <= 20; seed++) {
    const options = { ...base, rows: undefined, repeats: true, queries, random: random(seed) };
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

test('a candidate that is the very row that trained is refused; an equal one is a popular row, unless rows were copied', (t) => {
  const items = Array.from({ length: 40 }, (_, i) => ({ i }));
  const queries = [items.slice(0, 20), items.slice(20)];
  for (const [given, message] of [
    [queries, /query 1, candidate 3 is among `rows` too/],
    [{ pool: items, size: 10, count: 4 }, /row 23 is among `rows` too/],
  ] as const) {
    for (const repeats of [undefined, true, false, 'copies'] as const) {
      t.throws(() => drawQueries({ ...base, rows: [items[23]], repeats, queries: given }), {
        code: 'DATA',
        message,
      });
      // Read anew it is another object, and the same row.
      const again = { ...base, rows: structuredClone([items[23]]), repeats, queries: given };
      if (repeats === false || repeats === 'copies')
        t.throws(() => drawQueries(again), { code: 'DATA', message });
      else
        t.deepEqual(drawQueries(again).repeats, {
          areCopies: false,
          isEither: false,
          queries: 0,
          candidates: 1,
        });
    }
  }
  // Strings are no objects, and equal ones no proof of anything.
  t.is(drawQueries({ ...base, rows: ['a'], queries: [[...'abcdef'], [...'bcdefg']] }).repeats.candidates, 1);
});

test('training rows that are given again as candidates are refused, unless they are said to repeat', (t) => {
  const items = Array.from({ length: 40 }, (_, i) => ({ i }));
  for (const queries of [[items.slice(0, 20), items.slice(20)], { pool: items, size: 10, count: 4 }]) {
    const given = { ...base, rows: structuredClone(items), queries };
    t.throws(() => drawQueries(given), {
      code: 'DATA',
      message: /every candidate equals one of `rows`.*repeats: true/,
    });
    t.notThrows(() => drawQueries({ ...given, repeats: true }));
  }
});

test('too few rows for queries of unseen ones: said what would help', (t) => {
  const pool = Array.from({ length: 100 }, (_, i) => ({ i: i < 90 ? 0 : i }));
  for (let seed = 1; seed <= 5; seed++) {
    const options = { ...base, queries: { pool, size: 40, count: 40 }, random: random(seed) };
    t.throws(() => drawQueries(options), {
      code: 'DATA',
      message: /40 candidates, and \d+ rows of the pool/,
    });
    t.notThrows(() => drawQueries({ ...options, repeats: true }));
  }
});

test('a query that is given again is a copy of one draw where that is said, whatever the order of its candidates', (t) => {
  const items = Array.from({ length: 300 }, (_, i) => ({ i }));
  const distinct = Array.from({ length: 30 }, (_, q) => items.slice(10 * q, 10 * q + 10));
  const queries = [...distinct, ...distinct.map((query) => query.toReversed()), ...distinct];
  const parts = drawQueries({ ...base, rows: undefined, repeats: 'copies', queries });
  const { certification, tuning, training, repeats } = parts;
  t.deepEqual(repeats, { areCopies: true, isEither: false, queries: 60, candidates: 0 });
  t.is(certification.queries.length, 15);
  t.is(tuning.queries.length, 9);
  t.is(training.length, 60);
  t.is(new Set([...certification.rows, ...tuning.rows, ...training]).size, 300);
  // Those that ask for something else of the same candidates are other queries.
  const others = distinct.flatMap((candidates) => [candidates, { candidates, k: 6 }, { candidates, k: 7 }]);
  t.is(drawQueries({ ...base, queries: others }).repeats.queries, 0);
  // Read anew, candidates are other objects that hold the same.
  const again = drawQueries({ ...base, queries: [...others, ...structuredClone(others)] });
  t.is(again.repeats.queries, others.length);
});

test('queries that repeat are draws of their own where that is said', (t) => {
  const items = Array.from({ length: 20 }, (_, i) => ({ i }));
  const queries = [items, items, items, items];
  const { certification, tuning, repeats } = drawQueries({ ...base, repeats: true, queries });
  t.deepEqual([certification.queries.length, tuning.queries.length, repeats.queries], [2, 2, 3]);
});

test('where nothing is said, all that are drawn are tested, and one of each of which no copy was tuned on', (t) => {
  const items = Array.from({ length: 2_400 }, (_, i) => ({ i }));
  const distinct = Array.from({ length: 240 }, (_, q) => items.slice(10 * q, 10 * q + 10));
  // A third of them five times each, read anew: other objects that hold the same.
  const queries = [
    ...distinct,
    ...Array(4)
      .fill(structuredClone(distinct.slice(0, 80)))
      .flat(),
  ];
  const nameOf = (rows: readonly { i: number }[], { candidates }: CheckedQuery) =>
    Math.min(...[...candidates].map((place) => rows[place].i)) / 10;
  let unseen = 0;
  for (let seed = 0; seed < 20; seed++) {
    const options = { ...base, rows: undefined, queries, random: random(seed) };
    const parts = drawQueries<{ i: number }, string>(options);
    const { certification, tuning, training, repeats, isTestedTwice } = parts;
    t.deepEqual([isTestedTwice, repeats.isEither, repeats.queries], [true, true, 320]);
    const [all, one] = [false, true].map((wanted) =>
      certification.queries.filter(({ isUnseen = false }) => isUnseen === wanted),
    );
    t.is(all.length, 252, '.45 of 560, where half was asked for');
    const names = one.map((query) => nameOf(certification.rows, query));
    t.is(new Set(names).size, names.length);
    const taught = new Set([
      ...tuning.queries.map((query) => nameOf(tuning.rows, query)),
      ...training.map(({ i }) => Math.floor(i / 10)),
    ]);
    t.false(names.some((name) => taught.has(name)));
    t.is(new Set([...names, ...taught]).size, 240, 'an original is tuned on or tested');
    unseen += names.filter((name) => name < 80).length;
    t.notDeepEqual(
      names,
      names.toSorted((a, b) => a - b),
      'in an order by chance',
    );
  }
  t.true(Math.abs(unseen / 1_600 - 0.45) < 0.05, `${unseen / 1_600}`);
  // A query that is most of all comes to the second test as lost, or not at all.
  const popular = [...distinct, ...Array.from({ length: 400 }, () => distinct[0])];
  const { certification } = drawQueries({ ...base, queries: popular });
  t.deepEqual(
    certification.queries.filter(({ isLost }) => isLost).map((query) => nameOf(certification.rows, query)),
    [0],
  );
});

test('candidates that a model was fitted on are refused, where inputs don’t repeat by nature', (t) => {
  const items = Array.from({ length: 30 }, (_, i) => ({ i }));
  const models = [
    { name: 'plain' },
    { name: 'ranks', fittedOn: { rows: 2, has: ({ i }: { i: number }) => i === 12 || i === 25 } },
  ];
  const queries = [items.slice(0, 10), items.slice(10, 20), items.slice(20)];
  const refused = t.throws(() => drawQueries({ ...base, models, queries: [queries[1], ...queries] }), {
    instanceOf: UsedRows,
    message: /of the queries' candidates, .*were in the training data of the model 'ranks'/,
  });
  t.deepEqual(refused?.rows, Int32Array.of(2, 22, 35));
  const pool = { pool: items, size: 5, count: 40 };
  t.throws(() => drawQueries({ ...base, models, queries: pool }), {
    instanceOf: UsedRows,
    message: /2 of 30 rows \(rows 12, 25\) of queries\.pool were in/,
  });
  t.notThrows(() => drawQueries({ ...base, models, repeats: true, queries }));
  t.notThrows(() => drawQueries({ ...base, models, queries: [queries[0], queries[0]] }));
});
