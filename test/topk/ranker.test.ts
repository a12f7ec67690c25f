import test from 'ava';
import { type RankedRow, rankingWorld } from '../../datasets/index.js';
import type { JudgedAnswer } from '../../entries/types.js';
import { DataError, FeatureError, ModelError, OptionError, OutsideQuery, tuneTopK } from '../../index.js';
import {
  lastLearner,
  lastModel,
  rankingFeatures,
  rankingFull,
  rankingProfile,
  training,
  tuneRanking,
} from './world.js';

const queries = rankingWorld({ queries: 200, candidates: 100, seed: 21 });
const [rows] = rankingWorld({ queries: 1, candidates: 100, seed: 22 });
const ranker = await tuneRanking({ queries, k: [1, 20], bound: { recall: 0.9 } });
const strict = await tuneRanking({ queries, k: [1, 20], bound: { recall: 0.9 }, outside: 'refuse' });

test('pages are slices of one ranking', async (t) => {
  t.true(ranker.plan.bands[0].stages.length > 0);
  const whole = await ranker.query(rows, 20);
  t.deepEqual(
    [...whole.ranks],
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  const pages = [];
  for (const offset of [0, 7, 14])
    pages.push(await ranker.query(rows, 20, { offset, limit: Math.min(7, 20 - offset) }));
  t.deepEqual(
    pages.flatMap(({ indices }) => [...indices]),
    [...whole.indices],
  );
  t.deepEqual(
    pages.flatMap(({ scores }) => [...scores]),
    [...whole.scores],
  );
  t.deepEqual(
    pages.flatMap(({ ranks }) => [...ranks]),
    [...whole.ranks],
  );
  t.deepEqual((await ranker.query(rows, 20, { offset: 15 })).indices, whole.indices.slice(15));
  t.true(pages.every(({ promise }) => promise === whole.promise));
});

test('nobody can change a plan, a certificate, a profile, tried stages or reference positions of a ranker', (t) => {
  const { plan, certificate, profile, tried, reference } = ranker;
  for (const each of [plan, certificate, profile, tried, reference?.positions]) t.true(Object.isFrozen(each));
  t.true((reference?.positions.length ?? 0) > 0);
});

test('a filter comes first: what it refuses is never scored, positions are those of all', async (t) => {
  const filter = (row: RankedRow) => row.costly < 1;
  const { indices, candidates } = await ranker.query(rows, 5, { filter });
  t.is(candidates, rows.filter(filter).length);
  t.true(indices.every((index) => rows[index].costly < 1));
  const exact = await ranker.full.query(rows, 5, { filter });
  const left = [...rows.keys()]
    .filter((row) => filter(rows[row]))
    .sort((a, b) => rows[b].costly - rows[a].costly);
  t.deepEqual([...exact.indices], left.slice(0, 5));
  await t.throwsAsync(ranker.query(rows, 5, { filter: () => false }), {
    instanceOf: DataError,
    message: /none to rank/,
  });
});

test('a query of another size than those given is answered with a warning, or refused', async (t) => {
  for (const [candidates, k] of [
    [rows.slice(0, 60), 10],
    [[...rows, ...rows], 10],
    [rows, 30],
  ] as const) {
    const { verdict, promise, warning, indices } = await ranker.query(candidates, k);
    t.is(verdict, 'outside');
    t.is(promise, null);
    t.is(warning?.code, 'OUTSIDE_QUERY');
    t.is(indices.length, k);
    const refused = await t.throwsAsync(strict.query(candidates, k), {
      instanceOf: OutsideQuery,
      code: 'OUTSIDE_QUERY',
    });
    t.is(refused?.k, k);
  }
  t.is((await strict.query(rows, 20)).verdict, 'certified');
  t.is((await strict.full.query(rows, 30)).verdict, 'exact', 'the whole pipeline has no bounds');
});

test('a filtered query isn’t among a pool’s random subsets, of whatever size: nothing is promised of it', async (t) => {
  const [pool] = rankingWorld({ queries: 1, candidates: 1_000, seed: 23 });
  const ofPool = { queries: { pool, size: [50, 200] as const, count: 200 }, bound: { recall: 0.9 } };
  const drawn = await tuneRanking(ofPool);
  const refusing = await tuneRanking({ ...ofPool, outside: 'refuse' });
  // It keeps what the cheap numbers show least.
  const filter = ({ rough, costly }: RankedRow) => rough < costly;
  const candidates = pool.slice(0, 300);
  const { verdict, promise, warning, ...answer } = await drawn.query(candidates, 10, { filter });
  t.true(answer.candidates >= 50 && answer.candidates <= 200, 'it has as many candidates as are promised');
  t.deepEqual([verdict, promise, warning?.code], ['outside', null, 'OUTSIDE_QUERY']);
  t.regex(warning?.message ?? '', /filtered/);
  await t.throwsAsync(refusing.query(candidates, 10, { filter }), {
    instanceOf: OutsideQuery,
    message: /filtered/,
  });
  for (const each of [drawn, refusing]) {
    t.is((await each.query(pool.slice(0, 150), 10)).verdict, 'certified');
    t.is((await each.full.query(candidates, 10, { filter })).verdict, 'exact');
  }
  // Queries given as arrays may be what a filter leaves.
  t.is(
    (await ranker.query([...rows, ...pool], 10, { filter: (row) => rows.includes(row) })).verdict,
    'certified',
  );
});

test('K that can’t be answered', async (t) => {
  for (const k of [0, -1, 1.5, Number.NaN]) {
    await t.throwsAsync(ranker.query(rows, k), { instanceOf: OptionError, message: /'k'/ });
    await t.throwsAsync(ranker.full.query(rows, k), { instanceOf: OptionError, message: /'k'/ });
  }
  await t.throwsAsync(ranker.query(rows.slice(0, 9), 10), {
    instanceOf: DataError,
    message: /expected at most the 9 candidates, got 10/,
  });
  await t.throwsAsync(ranker.query([], 1), { instanceOf: DataError, message: /none to rank/ });
  await t.throwsAsync(ranker.full.query([], 1), { instanceOf: DataError, message: /none to rank/ });
  await t.throwsAsync(ranker.query(rows, 10, { limit: 11 }), {
    instanceOf: OptionError,
    message: /beyond k/,
  });
  await t.throwsAsync(ranker.query(rows, 10, { offset: 10 }), {
    instanceOf: OptionError,
    message: /'offset'/,
  });
  // @ts-expect-error: rows are missing
  await t.throwsAsync(ranker.query(undefined, 10), { instanceOf: DataError, message: /expected an array/ });
});

test('candidates that are one object again and again are refused', async (t) => {
  function* reusing() {
    const one = { ...rows[0] };
    for (const row of rows) yield Object.assign(one, row);
  }
  await t.throwsAsync(ranker.query(reusing(), 10), {
    instanceOf: DataError,
    message: /^candidates: candidate 2 is an object that came before/,
  });
  // The same row twice is two candidates.
  t.is((await ranker.query([...rows.slice(50), ...rows.slice(50)].values(), 10)).indices.length, 10);
});

test('an iterable that throws midway gives no list, and is closed', async (t) => {
  let closed = false;
  async function* torn(after: number): AsyncGenerator<RankedRow> {
    try {
      for (let i = 0; i < after; i++) yield rows[i];
      throw new Error('connection reset');
    } finally {
      closed = true;
    }
  }
  for (const each of [ranker, ranker.full]) {
    const error = await t.throwsAsync(each.query(torn(50), 10), {
      instanceOf: DataError,
      message: /the iterable failed after 50: connection reset/,
    });
    t.is(error?.cause instanceof Error && error.cause.message, 'connection reset');
    t.true(closed);
  }
  const failing = () => {
    throw new Error('no such key');
  };
  await t.throwsAsync(ranker.query(rows, 10, { filter: failing }), {
    instanceOf: DataError,
    message: /failed on candidate 0: no such key/,
  });
  const later = async () => false;
  // @ts-expect-error: a promise is no answer
  await t.throwsAsync(ranker.query(rows, 10, { filter: later }), {
    instanceOf: DataError,
    message: /gave a promise for candidate 0/,
  });
});

test('faults say which candidate: NaN of a feature, NaN of the full model', async (t) => {
  const broken = rows.with(37, { ...rows[37], rough: Number.NaN, fair: Number.NaN, costly: Number.NaN });
  const error = await t.throwsAsync(ranker.query(broken, 10), { instanceOf: FeatureError });
  t.is(error?.row, 37);
  const nan = {
    ...rankingFull,
    score(blocks: Parameters<typeof lastModel.score>[0], out: Float64Array) {
      lastModel.score(blocks, out);
      out.forEach((score, row) => {
        if (score === Math.fround(2)) out[row] = Number.NaN;
      });
    },
  };
  const options = {
    features: rankingFeatures,
    rows: training,
    full: nan,
    approximate: lastLearner,
    profile: rankingProfile,
    k: 10,
  };
  const fine = await tuneTopK({ ...options, queries, bound: { recall: 0.9 } });
  const bad = rows.with(41, { rough: 2, fair: 2, costly: 2 });
  for (const each of [fine, fine.full]) {
    await t.throwsAsync(each.query(bad, 10), { instanceOf: ModelError, message: /NaN for candidate 41/ });
  }
  await t.throwsAsync(tuneTopK({ ...options, queries: [...queries, bad], bound: { recall: 0.9 } }), {
    instanceOf: ModelError,
    message: /NaN for candidate 41 of query 200/,
  });
});

test('a stage that gives NaN cuts none of those', async (t) => {
  const blind = {
    ...lastLearner,
    fit: () => ({
      ...lastModel,
      score(blocks: Parameters<typeof lastModel.score>[0], out: Float64Array) {
        lastModel.score(blocks, out);
        out.forEach((score, row) => {
          if (score < 0) out[row] = Number.NaN;
        });
      },
    }),
  };
  const half = await tuneRanking({ queries, approximate: blind, bound: { recall: 0.9 } });
  const { reached, indices } = await half.query(rows, 10);
  t.true(reached.slice(1).every((share) => share >= 0.4));
  t.is(indices.length, 10);
});

test('an abort ends a query', async (t) => {
  const signal = AbortSignal.abort(new Error('enough'));
  await t.throwsAsync(ranker.query(rows, 10, { signal }), { message: 'enough' });
});

test('an abort ends the wait for candidates that don’t come, and closes their source', async (t) => {
  const reason = new Error('enough');
  for (const each of [ranker, ranker.full]) {
    const controller = new AbortController();
    let isClosed = false;
    const silent: AsyncIterable<RankedRow> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => setImmediate(() => controller.abort(reason))),
        return: async () => {
          isClosed = true;
          return { done: true, value: undefined };
        },
      }),
    };
    await t.throwsAsync(each.query(silent, 10, { signal: controller.signal }), { is: reason });
    t.true(isClosed);
  }
  // A source that fails because it was aborted too isn't to blame.
  const controller = new AbortController();
  async function* stopped() {
    yield rows[0];
    controller.abort(reason);
    throw new Error('the source was stopped');
  }
  await t.throwsAsync(ranker.query(stopped(), 10, { signal: controller.signal }), { is: reason });
  // Without an abort a signal changes nothing.
  async function* slowly() {
    yield* rows;
  }
  const { signal } = new AbortController();
  t.deepEqual((await ranker.query(slowly(), 10, { signal })).indices, (await ranker.query(rows, 10)).indices);
});

test('a diagnosis says what an answer misses', async (t) => {
  const filter = (row: RankedRow) => row.costly < 2;
  const best = { name: 'best', value: ({ answer, truth }: JudgedAnswer) => Number(answer[0] === truth[0]) };
  let missed = 0;
  for (const candidates of queries.slice(0, 30)) {
    const found = await ranker.diagnose(candidates, 10, { filter, metric: best });
    const truth = [...found.truth.indices];
    t.deepEqual(truth, [...(await ranker.full.query(candidates, 10, { filter })).indices]);
    t.deepEqual(found.answer.indices, (await ranker.query(candidates, 10, { filter })).indices);
    const lost = truth.filter((index) => !found.answer.indices.includes(index));
    t.deepEqual(
      found.missed,
      lost.map((index) => ({ index, rank: truth.indexOf(index) + 1, score: candidates[index].costly })),
    );
    t.is(found.recall, 1 - lost.length / 10);
    t.is(found.ndcg === 1, lost.length === 0);
    t.is(found.value, Number(found.answer.indices[0] === truth[0]));
    missed += lost.length;
  }
  t.true(missed > 0, 'something is missed at a recall of 0.9');
});

test('candidates that the caller changes while they are ranked change nothing', async (t) => {
  const filter = () => true;
  const expected = await ranker.diagnose(rows, 10, { filter });
  const own = rows.slice();
  const diagnosing = ranker.diagnose(own, 10, { filter });
  own.fill({ ...rows[0], rough: 9, fair: 9, costly: 9 });
  t.deepEqual(await diagnosing, expected);
});
