import test from 'ava';
import { rankingWorld } from '../../datasets/index.js';
import {
  define,
  dense,
  FeatureError,
  gradientBoosting,
  logisticRegression,
  ridgeRegression,
  type TopKBound,
  tuneTopK,
} from '../../index.js';
import { binomialPValue } from '../../lib/stats/index.js';
import { recallAtK } from '../../topk/problem/metrics.js';
import { metricValue, replay } from '../../topk/search/replay.js';
import { judge } from '../../topk/search/scoreTable.js';
import { atLength } from '../support/atLength.js';
import { lastLearner, rankingFeatures, rankingProfile, recallOf, tuneRanking } from './world.js';

/** Fresh queries of the world, to tell what is true of a plan. */
const fresh = (() => {
  const worlds = rankingWorld({ queries: 1_000, candidates: 50, seed: 1_000, noise: [0.1, 0.5] });
  const rows = worlds.flat();
  const queries = worlds.map((_, number) => ({
    candidates: Int32Array.from({ length: 50 }, (_, i) => 50 * number + i),
    k: 10,
    rankClass: -1,
    number,
  }));
  const columnOf = (name: 'rough' | 'fair' | 'costly') =>
    new Map([[-1, Float64Array.from(rows, (row) => row[name])]]);
  const columns = { rough: columnOf('rough'), fair: columnOf('fair'), costly: columnOf('costly') };
  return { queries: judge({ rows, queries }, columns.costly, 'full'), columns };
})();

type Tuned = Awaited<ReturnType<typeof tuneRanking>>;

/** Recall of the served plan on the fresh queries. */
function trueRecalls({ plan: { bands } }: Tuned): number[] {
  const { stages } = bands[0];
  const scored = stages.map(({ features }) => ({ columns: fresh.columns[features[features.length - 1]] }));
  const cuts = stages.map(({ cut }) => cut);
  return fresh.queries.map((query, q) => metricValue(recallAtK, query, replay(scored, cuts, query, q).left));
}

async function redraws(
  draws: number,
  queries: number,
  bound: TopKBound,
  isBroken: (recalls: number[]) => boolean,
) {
  let [broken, certified] = [0, 0];
  for (let seed = 0; seed < draws; seed++) {
    const ranker = await tuneRanking({
      queries: rankingWorld({ queries, candidates: 50, seed, noise: [0.1, 0.5] }),
      bound,
      seed,
    });
    broken += Number(isBroken(trueRecalls(ranker)));
    certified += Number(ranker.certificate.verdict === 'certified');
  }
  return { broken, certified };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('the promise of a mean is kept: true recall is under it no more often than delta', async (t) => {
  const [draws, delta] = [atLength(24, 80), 0.2];
  const { broken, certified } = await redraws(
    draws,
    80,
    { recall: 0.9, delta },
    (recalls) => mean(recalls) < 0.9,
  );
  t.true(1 - binomialPValue(broken - 1, draws, delta) > 0.001, `${broken} of ${draws} broken`);
  t.true(certified > 0.8 * draws, `${certified} of ${draws} certified`);
});

test('the promise of a share is kept, and is no idle one', async (t) => {
  const [draws, delta, share] = [atLength(24, 80), 0.2, 0.85];
  const isBroken = (recalls: number[]) => mean(recalls.map((recall) => Number(recall >= 0.9))) < share;
  const { broken, certified } = await redraws(draws, 80, { recall: 0.9, share, delta }, isBroken);
  t.true(1 - binomialPValue(broken - 1, draws, delta) > 0.001, `${broken} of ${draws} broken`);
  t.true(broken > 0, 'a test that never errs would be too conservative');
  t.true(certified > 0.8 * draws, `${certified} of ${draws} certified`);
});

test('what is served is what was found: reach, cost and recall on queries never seen', async (t) => {
  const ranker = await tuneRanking({
    queries: rankingWorld({ queries: 400, candidates: 100, seed: 5, noise: [0.1, 0.5] }),
    bound: { recall: 0.95 },
  });
  const { certificate, plan } = ranker;
  t.is(certificate.verdict, 'certified');
  const [band] = certificate.bands;
  t.like(band, { verdict: 'certified', reason: null, queries: 200, queriesNeeded: null });
  t.deepEqual(band.promise, {
    metric: 'recall',
    level: 0.95,
    share: null,
    delta: 0.05,
    k: [10, 10],
    candidates: [100, 100],
    rankClass: [],
    population: 'queries drawn like those given',
  });
  t.true(band.observed.mean >= 0.95);
  const [{ stages, full, expected }] = plan.bands;
  t.true(stages.length > 0 && expected.speedup > 2);
  t.is(stages[0].reach, 1);
  const spent = stages.reduce((sum, { reach, cost }) => sum + reach * cost, full.reach * full.cost);
  t.true(Math.abs(spent - expected.cost) < 1e-9 * spent);

  const others = rankingWorld({ queries: 300, candidates: 100, seed: 6, noise: [0.1, 0.5] });
  const answers = await Promise.all(others.map((rows) => ranker.query(rows, 10)));
  const exact = await Promise.all(others.map((rows) => ranker.full.query(rows, 10)));
  t.true(mean(answers.map(({ indices }, q) => recallOf(indices, exact[q].indices))) > 0.94);
  t.true(Math.abs(mean(answers.map(({ reached }) => reached[stages.length])) - full.reach) < 0.03);
  for (const { verdict, promise, warning } of answers) {
    t.is(verdict, 'certified');
    t.is(promise, band.promise);
    t.is(warning, undefined);
  }
  t.regex(
    ranker.summary(),
    /With 95 % confidence, the mean recall@K is at least 0.95 over queries drawn like those given/,
  );
});

test('the same queries, profile and seed give the same ranker, bit for bit; another seed another', async (t) => {
  const queries = rankingWorld({ queries: 150, candidates: 80, seed: 2 });
  const printed = async (seed: number) => {
    const { plan, certificate, tried } = await tuneRanking({ queries, bound: { recall: 0.9 }, seed });
    return JSON.stringify({ plan, certificate, tried });
  };
  t.is(await printed(1), await printed(1));
  t.not(await printed(1), await printed(2));
});

test('too few queries: said how many are needed, and the full model ranks', async (t) => {
  const queries = rankingWorld({ queries: 116, candidates: 40, seed: 3 });
  const bound = { recall: 0.9, share: 0.95 };
  const ranker = await tuneRanking({ queries, bound });
  const [{ verdict, reason, queries: tested, queriesNeeded }] = ranker.certificate.bands;
  t.is(verdict, 'full-model-only');
  t.is(tested, 58);
  t.is(queriesNeeded, 59);
  t.regex(reason ?? '', /too few certification queries: 58, .*59 are needed/);
  t.deepEqual(ranker.plan.bands[0].stages, []);
  t.is(ranker.plan.bands[0].expected.speedup, 1);
  t.deepEqual(ranker.tried, [], 'nothing was tried that could not be certified');
  const { verdict: stated, promise, reached } = await ranker.query(queries[0], 10);
  t.is(stated, 'exact');
  t.is(promise, null);
  t.deepEqual(reached, [1]);
  t.regex(ranker.summary(), /59 are needed/);
  const enough = await tuneRanking({
    queries: [...queries, ...rankingWorld({ queries: 2, candidates: 40, seed: 4 })],
    bound,
  });
  t.is(enough.certificate.bands[0].queriesNeeded, null);
});

test("nothing cheaper: 'don't prune' is the verdict", async (t) => {
  const queries = rankingWorld({ queries: 120, candidates: 60, seed: 3 });
  const { features } = rankingProfile;
  const costly = {
    ...rankingProfile,
    features: { ...features, rough: features.costly, fair: features.costly },
  };
  const ranker = await tuneRanking({ queries, bound: { recall: 0.9 }, profile: costly });
  t.is(ranker.certificate.verdict, 'full-model-only');
  t.regex(ranker.certificate.reason ?? '', /nothing cheaper/);
  const noisy = rankingWorld({ queries: 120, candidates: 60, seed: 3, noise: [500, 500] });
  const useless = await tuneRanking({ queries: noisy, bound: { recall: 0.99 } });
  t.is(useless.certificate.verdict, 'full-model-only');
  t.deepEqual((await useless.query(noisy[0], 10)).indices, (await useless.full.query(noisy[0], 10)).indices);
});

test('K is certified band by band, each at its share of delta', async (t) => {
  const queries = rankingWorld({ queries: 300, candidates: 120, seed: 7 });
  const ranker = await tuneRanking({
    queries,
    k: [1, 40],
    bands: [
      [1, 20],
      [21, 40],
    ],
    bound: { recall: 0.9, delta: 0.1 },
  });
  const { bands, delta, verdict } = ranker.certificate;
  t.is(verdict, 'certified');
  t.is(delta, 0.1);
  t.deepEqual(
    bands.map(({ promise }) => [promise.k, promise.delta]),
    [
      [[1, 20], 0.05],
      [[21, 40], 0.05],
    ],
  );
  t.is(bands[0].queries + bands[1].queries, 150);
  t.is((await ranker.query(queries[0], 20)).promise, bands[0].promise);
  t.is((await ranker.query(queries[0], 21)).promise, bands[1].promise);
  const { verdict: outside, warning } = await ranker.query(queries[0], 41);
  t.is(outside, 'outside');
  t.regex(warning?.message ?? '', /41 best of 120 .* 1 to 20 of 120 candidates; 21 to 40 of 120/);
});

test('queries of which some repeat pass both tests, and the certificate counts both', async (t) => {
  const distinct = rankingWorld({ queries: 200, candidates: 120, seed: 11 });
  const queries = [...distinct, ...structuredClone(distinct.slice(0, 40))];
  const ranker = await tuneRanking({ queries, bound: { recall: 0.9 } });
  const { repeats, verdict, bands } = ranker.certificate;
  t.deepEqual([repeats, verdict], ['either', 'certified']);
  const [{ queries: all, unseenQueries = 0, unseen }] = bands;
  t.is(all, 108);
  t.true(unseenQueries > 70 && unseenQueries < 108);
  t.true((unseen?.mean ?? 0) >= 0.9);
  t.regex(
    ranker.summary(),
    new RegExp(`on 108 certification queries .*; on ${unseenQueries} different ones of which no copy was`),
  );
  t.regex(ranker.summary(), /40 of the queries equal another one: the promise holds whether/);
});

test('a pool: the certificate says that it is about subsets of it, all of it', async (t) => {
  const [pool] = rankingWorld({ queries: 1, candidates: 3_000, seed: 8 });
  const ranker = await tuneRanking({
    queries: { pool, size: [100, 400], count: 200 },
    k: [5, 15],
    bound: { recall: 0.9 },
  });
  const [{ promise, queries, unseen }] = ranker.certificate.bands;
  t.is(promise.population, 'subsets drawn so from this pool');
  t.is(queries, 100);
  t.is(ranker.certificate.repeats, 'draws');
  t.true((unseen?.mean ?? 0) >= 0.9);
  t.true(promise.candidates[0] >= 100 && promise.candidates[1] <= 400);
  t.deepEqual(promise.k, [5, 15]);
  await t.throwsAsync(
    tuneRanking({ queries: { pool, size: 50, count: 99 }, rows: [pool[17]], bound: { recall: 0.9 } }),
    {
      code: 'DATA',
      message: /row 17 is among `rows`/,
    },
  );
});

test('without rows the stages are fitted to the full model on some of the queries', async (t) => {
  const queries = rankingWorld({ queries: 200, candidates: 60, seed: 9 });
  const seen: number[] = [];
  const ranker = await tuneRanking({
    queries,
    rows: undefined,
    approximate: {
      ...lastLearner,
      fit(set, context) {
        seen.push(set.rows);
        return lastLearner.fit(set, context);
      },
    },
    bound: { recall: 0.9 },
  });
  t.is(ranker.certificate.verdict, 'certified');
  t.deepEqual([...new Set(seen)], [40 * 60], 'two fifths of those not for the certificate');
});

test('classes: the probability of one ranks, or what a function makes of all of them', async (t) => {
  const worlds = rankingWorld({ queries: 161, candidates: 80, seed: 11 });
  const [rows, ...queries] = worlds.map((world) => world.map(({ fair, costly }) => ({ fair, costly })));
  const features = define({
    fair: dense(1, (all: readonly { fair: number; costly: number }[]) =>
      Float32Array.from(all, (row) => row.fair),
    ),
    costly: dense(1, (all: readonly { fair: number; costly: number }[]) =>
      Float32Array.from(all, (row) => row.costly),
    ),
  });
  const labels = rows.map(({ costly }) => (costly > 0.7 ? 'high' : costly > -0.7 ? 'even' : 'low'));
  const profile = {
    ...rankingProfile,
    models: { 'logistic-regression': rankingProfile.models.last },
  };
  const options = {
    features,
    rows,
    labels,
    full: logisticRegression(),
    profile,
    queries,
    k: 8,
    bound: { recall: 0.9 },
  };
  const by = await tuneTopK({ ...options, rankClass: 'high' });
  t.is(by.certificate.verdict, 'certified');
  const { indices, scores } = await by.full.query(queries[0], 8);
  t.true(indices.every((row) => queries[0][row].costly > 0.5));
  t.true(scores.every((p, i) => p > 0 && p < 1 && (i === 0 || p <= scores[i - 1])));
  // Classes are in order: even, high, low.
  const same = await tuneTopK({ ...options, score: (probabilities) => probabilities[1] });
  t.deepEqual((await same.full.query(queries[0], 8)).indices, indices);
  const low = await by.full.query(queries[0], 8, { rankClass: 'low' });
  t.true(low.indices.every((row) => queries[0][row].costly < -0.5));
  await t.throwsAsync(by.query(queries[0], 8, { rankClass: 'none' as 'low' }), {
    code: 'OPTION',
    message: /"none" is no class/,
  });
  await t.throwsAsync(tuneTopK(options), { code: 'OPTION', message: /rankClass.*missing; name the class/ });
});

test('NDCG, and a metric of one’s own', async (t) => {
  const queries = rankingWorld({ queries: 160, candidates: 80, seed: 12 });
  const ndcg = await tuneRanking({ queries, bound: { ndcg: 0.95 } });
  t.is(ndcg.certificate.verdict, 'certified');
  t.is(ndcg.certificate.bands[0].promise.metric, 'ndcg');
  const best = {
    name: 'has the best',
    value: ({ answer, truth }: { answer: Int32Array; truth: Int32Array }) => Number(answer[0] === truth[0]),
  };
  const own = await tuneRanking({ queries, bound: { metric: best, atLeast: 0.9 } });
  t.is(own.certificate.bands[0].promise.metric, 'has the best');
  const less = await tuneRanking({ queries, bound: { metric: best, atLeast: 0.6 } });
  t.true(less.plan.bands[0].expected.cost < own.plan.bands[0].expected.cost, 'it asks for less');
  const wrong = { name: 'wrong', value: () => 1.5 };
  await t.throwsAsync(tuneRanking({ queries, bound: { metric: wrong, atLeast: 0.9 } }), {
    code: 'DATA',
    message: /'wrong' gave 1.5/,
  });
});

test('the first rounds of boosted trees are stages, of the full model too', async (t) => {
  const worlds = rankingWorld({ queries: 141, candidates: 60, seed: 13 });
  const [, ...queries] = worlds;
  const rows = rankingWorld({ queries: 1, candidates: 400, seed: 14 })[0];
  const ranker = await tuneTopK({
    features: rankingFeatures,
    queries,
    rows,
    k: 10,
    labels: rows.map(({ costly }) => Number(costly > 0)),
    full: gradientBoosting({ rounds: 32 }),
    approximate: gradientBoosting({ rounds: 32 }),
    rankClass: 1,
    bound: { recall: 0.8 },
  });
  t.true(ranker.tried.some(({ target, prefix }) => target === 'full' && prefix !== null));
  const answer = await ranker.query(queries[0], 10);
  const scores = await ranker.full.query(queries[0], 60);
  const byIndex = new Map([...scores.indices].map((index, i) => [index, scores.scores[i]]));
  t.deepEqual(
    [...answer.scores],
    [...answer.indices].map((index) => byIndex.get(index)),
    'bit for bit',
  );
});

test('a signal ends it', async (t) => {
  const queries = rankingWorld({ queries: 120, candidates: 60, seed: 3 });
  const signal = AbortSignal.abort(new Error('enough'));
  await t.throwsAsync(tuneRanking({ queries, bound: { recall: 0.9 }, signal }), { message: 'enough' });
});

test('a feature that fails on candidates alone is named, though it is costs that are measured then', async (t) => {
  const [rows] = rankingWorld({ queries: 1, candidates: 400, seed: 9 });
  const known = new Set(rows);
  const features = define({
    rough: rankingFeatures.get('rough'),
    costly: dense(1, (batch: readonly (typeof rows)[number][]) =>
      Float32Array.from(batch, (row) => {
        if (!known.has(row)) throw new RangeError('no number');
        return row.costly;
      }),
    ),
  });
  const tuning = tuneTopK({
    features,
    rows,
    labels: rows.map(({ costly }) => costly),
    full: ridgeRegression(),
    queries: rankingWorld({ queries: 80, candidates: 100, seed: 10 }),
    k: 5,
    bound: { recall: 0.9, delta: 0.1 },
    seed: 1,
  });
  await t.throwsAsync(tuning, { instanceOf: FeatureError, message: /feature 'costly': failed: no number/ });
});

test('arrays that the caller changes while queries are tuned on are another population: they change nothing', async (t) => {
  const given = () => ({
    rows: rankingWorld({ queries: 1, candidates: 50, seed: 99 })[0].slice(),
    queries: rankingWorld({ queries: 120, candidates: 60, seed: 5 }).map((candidates) => ({
      candidates: candidates.slice(),
    })),
    bound: { recall: 0.9 },
  });
  const [expected, changed] = [given(), given()];
  const tuning = tuneRanking(changed);
  const [other] = changed.rows;
  for (const { candidates } of changed.queries) candidates.fill(other);
  changed.queries.length = 1;
  changed.rows.fill(other);
  const [ranker, wanted] = [await tuning, await tuneRanking(expected)];
  t.deepEqual(ranker.certificate, wanted.certificate);
  t.deepEqual(ranker.plan, wanted.plan);
  t.deepEqual(ranker.reference, wanted.reference);
});
