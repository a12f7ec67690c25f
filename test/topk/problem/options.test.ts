import test from 'ava';
import { rankingWorld } from '../../../datasets/index.js';
import { DataError, gradientBoosting, logisticRegression, OptionError } from '../../../index.js';
import { profileOf } from '../../support/agreement.js';
import { training, tuneRanking } from '../world.js';

const queries = rankingWorld({ queries: 20, candidates: 30, seed: 31 });
const bound = { recall: 0.9 };

test('options are checked at the door', async (t) => {
  const wrong: [Parameters<typeof tuneRanking>[0], string][] = [
    [{ queries, bound, k: [5, 2] }, 'k[1]'],
    [{ queries, bound, bands: [] }, 'bands'],
    [
      {
        queries,
        bound,
        bands: [
          [1, 5],
          [5, 9],
        ],
      },
      'bands[1]',
    ],
    [{ queries: { pool: queries[0], size: 16, count: 10 }, bound }, 'queries.size'],
    [{ queries: { pool: queries[0], size: 10, count: 1 }, bound }, 'queries.count'],
    [{ queries, bound: { recall: 1 } }, 'bound.recall'],
    [{ queries, bound, certify: 1 }, 'certify'],
    [{ queries, bound, budget: 0 }, 'budget'],
    [{ queries: [queries[0], { candidates: queries[1], rankClass: 3 }], bound }, 'queries[1].rankClass'],
    [{ queries, bound, approximate: logisticRegression() }, 'approximate'],
    [
      { queries, bound, approximate: gradientBoosting({ loss: 'squared', monotone: { ruogh: 1 } }) },
      'monotone.ruogh',
    ],
    // @ts-expect-error: no such option
    [{ queries, bound, folds: 3 }, 'folds'],
    // @ts-expect-error: a word of its own
    [{ queries, bound, outside: 'ignore' }, 'outside'],
    // @ts-expect-error: candidates are missing
    [{ queries: [queries[0], { k: 3 }], bound }, 'queries[1].candidates'],
    // @ts-expect-error: no array
    [{ queries: 'all', bound }, 'queries'],
  ];
  for (const [options, option] of wrong) {
    const error = await t.throwsAsync(tuneRanking(options), { instanceOf: OptionError }, option);
    t.is(error?.option, option);
  }
});

test('queries that can’t be answered are named', async (t) => {
  await t.throwsAsync(tuneRanking({ queries: [...queries, queries[0].slice(0, 9)], bound }), {
    instanceOf: DataError,
    message: /query 20 wants 10 of 9/,
  });
  await t.throwsAsync(tuneRanking({ queries: [queries[0], { candidates: queries[1], k: 0 }], bound }), {
    instanceOf: DataError,
    message: /query 1 has k 0/,
  });
  await t.throwsAsync(tuneRanking({ queries: queries.slice(0, 1), bound }), { instanceOf: DataError });
  await t.throwsAsync(tuneRanking({ queries, bound, rows: [] }), { instanceOf: DataError, message: /rows/ });
});

test('each query may ask for its own K', async (t) => {
  const ranker = await tuneRanking({
    queries: queries.map((candidates, i) => ({ candidates, k: 1 + (i % 4) })),
    bound,
  });
  t.deepEqual(ranker.certificate.bands[0].promise.k, [1, 4]);
});

test('of a K that no query was given of nothing is promised, though it lies in a band', async (t) => {
  const given = rankingWorld({ queries: 160, candidates: 80, seed: 5 });
  const bound = { recall: 0.9 };
  const fixed = await tuneRanking({ queries: given, bound, k: 10, bands: [[1, 60]] });
  t.deepEqual(fixed.certificate.bands[0].promise.k, [10, 10]);
  t.is((await fixed.query(given[0], 10)).verdict, 'certified');
  t.is((await fixed.query(given[0], 60)).verdict, 'outside');
  // All that queries were drawn from belongs to the population, whether it came or not.
  const drawn = await tuneRanking({
    queries: given,
    bound,
    k: [5, 60],
    bands: [
      [1, 20],
      [21, 70],
    ],
  });
  t.deepEqual(
    drawn.certificate.bands.map(({ promise: { k } }) => k),
    [
      [5, 20],
      [21, 60],
    ],
  );
});

test('a metric that the truth itself doesn’t reach isn’t certified', async (t) => {
  const metric = { name: 'half', value: () => 0.5 };
  const { certificate } = await tuneRanking({
    queries: rankingWorld({ queries: 160, candidates: 80, seed: 6 }),
    bound: { metric, atLeast: 0.4 },
  });
  t.true(certificate.bands[0].observed.mean <= 0.5);
  const { certificate: more } = await tuneRanking({
    queries: rankingWorld({ queries: 160, candidates: 80, seed: 6 }),
    bound: { metric, atLeast: 0.9 },
  });
  t.is(more.verdict, 'full-model-only');
  t.is(more.bands[0].observed.mean === 1, false);
});

test('labels that are no classes are refused, as tune does', async (t) => {
  const learner = logisticRegression();
  const profile = profileOf({ rough: 1, fair: 5, costly: 100 });
  const classes = { queries, bound, full: learner, approximate: learner, profile };
  const codes = training.map((_, row) => row % 2);
  for (const [labels, message] of [
    [training.map(({ rough }) => rough), /50 different numbers in 50 rows/],
    [codes.with(7, 2), /class 2 has 1 row to fit/],
    [codes.map(() => 1), /every row is 1; expected at least two classes/],
  ] as const) {
    await t.throwsAsync(tuneRanking({ ...classes, labels }), { instanceOf: DataError, message });
  }
});
