import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type RankedRow, rankingWorld } from '../../../datasets/index.js';
import {
  ArtifactError,
  define,
  dense,
  gradientBoosting,
  logisticRegression,
  OptionError,
  Ranker,
  SpillwayError,
  tuneTopK,
} from '../../../index.js';
import { decode, encode } from '../../../lib/data/artifact/index.js';
import type { JsonValue } from '../../../lib/util/state.js';
import { folderFor } from '../../support/files.js';
import { lastLearner, rankingFeatures, rankingFull, training, tuneRanking } from '../world.js';

const queries = rankingWorld({ queries: 160, candidates: 80, seed: 41 });
const [rows] = rankingWorld({ queries: 1, candidates: 300, seed: 42 });

test('plan and certificate can’t be changed, and so a file has what was certified', async (t) => {
  const ranker = await tuneRanking({
    queries: [...queries, queries[3]],
    bound: { recall: 0.9 },
    repeats: 'copies',
  });
  const [band] = ranker.plan.bands;
  const saved = JSON.stringify([ranker.plan, ranker.certificate, ranker.profile, ranker.tried]);
  t.is(ranker.certificate.copies, 1);
  t.regex(ranker.summary(), /1 of the queries equal another one/);
  for (const [of, key] of [
    [band.stages[0].cut, 'keep'],
    [band.expected, 'cost'],
    [band.k, 0],
    [ranker.certificate, 'verdict'],
    [ranker.certificate.bands[0].promise, 'level'],
    [ranker.profile.features.rough.cost, 'perRow'],
    [ranker.tried[0], 'learner'],
  ] as const) {
    t.throws(() => Object.assign(of, { [key]: 0.001 }), { instanceOf: TypeError });
  }
  const path = join(await folderFor(t), 'frozen.ranker');
  await ranker.save(path);
  const loaded = await Ranker.load(path, {
    features: rankingFeatures,
    full: rankingFull,
    learners: [lastLearner],
  });
  t.is(JSON.stringify([loaded.plan, loaded.certificate, loaded.profile, loaded.tried]), saved);
  t.true(Object.isFrozen(loaded.plan.bands[0].stages[0].cut));
});

test('a ranker comes back from its file as it was', async (t) => {
  const ranker = await tuneRanking({ queries, bound: { recall: 0.9 } });
  t.true(ranker.plan.bands[0].stages.length > 0);
  const path = join(await folderFor(t), 'a.ranker');
  await ranker.save(path);
  const options = { features: rankingFeatures, full: rankingFull, learners: [lastLearner] };
  const loaded = await Ranker.load(path, options);
  t.deepEqual(loaded.plan, ranker.plan);
  t.deepEqual(loaded.certificate, ranker.certificate);
  t.deepEqual(await loaded.query(queries[0], 10), {
    ...(await ranker.query(queries[0], 10)),
    unchecked: true,
  });
  t.deepEqual(await loaded.full.query(queries[0], 10), {
    ...(await ranker.full.query(queries[0], 10)),
    unchecked: true,
  });
  t.true(loaded.summary().startsWith(ranker.summary()));
  t.regex(loaded.summary(), /Features are unchecked/);
  t.is(loaded.checked, 0);

  const { certificate, query } = await Ranker.load(path, {
    ...options,
    full: { ...rankingFull, fingerprint: 'v2' },
  }).then((other) => ({ certificate: other.certificate, query: other.query(queries[0], 10) }));
  t.is(certificate.verdict, 'void');
  t.regex(certificate.reason ?? '', /'v2', was 'full'/);
  t.like(await query, { verdict: 'void', promise: null });
  await t.throwsAsync(Ranker.load(path, { features: rankingFeatures, learners: [lastLearner] }), {
    instanceOf: OptionError,
  });
  await t.throwsAsync(Ranker.load(path, { ...options, score: () => 1 }), {
    instanceOf: OptionError,
    message: /score/,
  });
  const few = define({ fair: rankingFeatures.get('fair') });
  await t.throwsAsync(Ranker.load(path, { ...options, features: few }), { instanceOf: ArtifactError });
});

test('models trained here, their first rounds, and a function that ranks', async (t) => {
  const features = define({
    fair: dense(1, (all: readonly RankedRow[]) => Float32Array.from(all, (row) => row.fair)),
    costly: dense(1, (all: readonly RankedRow[]) => Float32Array.from(all, (row) => row.costly)),
  });
  const labels = rows.map(({ costly }) => costly > 0);
  const score = (p: Float64Array) => p[1] - p[0];
  const common = { features, rows, labels, queries, k: 8, bound: { recall: 0.5 }, score };
  for (const full of [logisticRegression(), gradientBoosting({ rounds: 40 })]) {
    const ranker = await tuneTopK({ ...common, full });
    const path = join(await folderFor(t), 'a.ranker');
    await ranker.save(path);
    const loaded = await Ranker.load<RankedRow, boolean>(path, { features, score });
    t.deepEqual(await loaded.query(queries[1], 8), {
      ...(await ranker.query(queries[1], 8)),
      unchecked: true,
    });
    await t.throwsAsync(Ranker.load(path, { features }), {
      instanceOf: OptionError,
      message: /a function that ranks; pass it again/,
    });
  }
});

test('features of a ranker whose code changed, and files whose JSON is wrong', async (t) => {
  const features = (add: number) =>
    define({
      fair: dense(1, (all: readonly RankedRow[]) => Float32Array.from(all, (row) => row.fair + add)),
      costly: dense(1, (all: readonly RankedRow[]) => Float32Array.from(all, (row) => row.costly)),
    });
  const labels = rows.map(({ costly }) => costly > 0);
  const full = logisticRegression();
  const ranker = await tuneTopK({
    features: features(0),
    rows,
    labels,
    queries,
    k: 8,
    bound: { recall: 0.5 },
    full,
  });
  const path = join(await folderFor(t), 'a.ranker');
  await ranker.save(path);
  const same = await Ranker.load(path, { features: features(0), rows });
  t.is(same.checked, 32);
  t.is(same.certificate.verdict, ranker.certificate.verdict);
  const { certificate } = await Ranker.load(path, { features: features(1), rows });
  t.is(certificate.verdict, 'void');
  t.regex(
    certificate.reason ?? '',
    /feature 'fair' gives row \d+ .* in column 0, and gave it .*: its code has changed/,
  );

  const state = decode(await readFile(path));
  const { ranker: content, ...others } = state.json as Record<string, Record<string, JsonValue>>;
  for (const name of ['plan', 'features', 'full', 'states', 'certificate', 'profile']) {
    for (const value of [null, {}, [], [null], 'constructor', 7]) {
      const json = { ...others, ranker: { ...content, [name]: value } };
      await writeFile(path, encode({ ...state, json }));
      // A ranker without stages may lack their states.
      const found = await Ranker.load(path, { features: features(0) }).catch((error: unknown) => error);
      t.true(
        found instanceof SpillwayError || (found instanceof Ranker && name === 'states'),
        `${name}: ${found}`,
      );
    }
  }
});

test('a file’s ranker compares features within the certified tolerance, whatever the definition allows now', async (t) => {
  const ranker = await tuneRanking({ queries, bound: { recall: 0.9 } });
  const path = join(await folderFor(t), 'wide.ranker');
  await ranker.save(path);
  const rough = dense(1, (all: readonly RankedRow[]) => Float32Array.from(all, (row) => row.rough + 0.5));
  for (const own of [{ tolerance: 1 }, { live: true }]) {
    const { fair, costly } = { fair: rankingFeatures.get('fair'), costly: rankingFeatures.get('costly') };
    const { certificate } = await Ranker.load(path, {
      features: define({ rough: { ...rough, ...own }, fair, costly }),
      full: rankingFull,
      learners: [lastLearner],
      rows: training,
    });
    t.is(certificate.verdict, 'void');
    t.regex(certificate.reason ?? '', /feature 'rough' gives row \d+ .*: its code has changed/);
  }
});
