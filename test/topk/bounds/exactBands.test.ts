import { join } from 'node:path';
import test from 'ava';
import { denseBlock, type Ensemble } from '../../../entries/extend.js';
import type { TrainedRegression } from '../../../entries/full.js';
import {
  ArtifactError,
  DataError,
  define,
  dense,
  gradientBoosting,
  logisticRegression,
  type Model,
  OptionError,
  Ranker,
  ridgeRegression,
  type TopKOptions,
  tfidf,
  tuneTopK,
} from '../../../index.js';
import type { WriteScores } from '../../../lib/learn/learners/index.js';
import { random } from '../../../lib/stats/index.js';
import { profileOf } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

interface Item {
  readonly a: number;
  readonly b: number;
  readonly text: string;
}

const WORDS = ['red', 'green', 'blue', 'round', 'flat', 'small', 'large', 'old'];

function items(count: number, seed: number): Item[] {
  const draw = random(seed);
  return Array.from({ length: count }, () => ({
    a: draw.normal(),
    b: draw.normal(),
    text: Array.from({ length: 4 }, () => WORDS[draw.integer(WORDS.length)]).join(' '),
  }));
}

const worth = ({ a, b, text }: Item) => 3 * a + Math.sin(2 * b) + (text.includes('red') ? 1 : 0);
const features = define({
  numbers: dense(2, (rows: readonly Item[]) => Float32Array.from(rows.flatMap(({ a, b }) => [a, b]))),
  text: tfidf((row: Item) => row.text),
});
const rows = items(400, 1);
const queries = Array.from({ length: 150 }, (_, q) => items(160, 100 + q));
const fresh = items(700, 9);

/** Costs are declared: measuring them takes longer than all else. */
const profile = profileOf({ numbers: 1, text: 5 }, [
  gradientBoosting().name,
  ridgeRegression().name,
  logisticRegression().name,
  'bent',
]);
type Options = Partial<TopKOptions<Item, number, 'numbers' | 'text'>>;
const tuned = (more: Options) =>
  tuneTopK({
    features,
    rows,
    labels: rows.map(worth),
    full: gradientBoosting({ loss: 'squared', rounds: 150, maxLeaves: 8 }),
    queries: queries.slice(0, 16),
    k: 10,
    mode: 'exact',
    profile,
    seed: 1,
    ...more,
  });

/** In exact mode, made once. */
let made: ReturnType<typeof tuned> | undefined;
const exactly = () => {
  made ??= tuned({});
  return made;
};

test('exact mode: the full model’s own top K, bit for bit, of arrays and streams, and saved', async (t) => {
  const ranker = await exactly();
  const [band] = ranker.plan.bands;
  t.true((band.pruning?.cuts.length ?? 0) > 0, 'something is dropped early');
  t.is(ranker.certificate.verdict, 'certified');
  t.is(ranker.certificate.bands[0].promise.level, 1);
  const path = join(await folderFor(t), 'items.ranker');
  await ranker.save(path);
  const loaded = await Ranker.load(path, { features });
  for (const k of [1, 10, 699, 700]) {
    const truth = await ranker.full.query(fresh, k);
    for (const answer of [
      await ranker.query(fresh, k),
      await ranker.query(fresh.values(), k),
      await loaded.query(fresh, k),
    ]) {
      t.deepEqual(answer.indices, truth.indices);
      t.deepEqual(answer.scores, truth.scores);
      t.is(answer.verdict, 'exact');
      t.is(answer.warning, undefined, 'it is about every query');
    }
  }
  for (const [candidates, k] of [
    [fresh, 701],
    [[], 1],
  ] as const) {
    await t.throwsAsync(ranker.query(candidates, k), { instanceOf: DataError });
  }
  const { reached } = await ranker.query(fresh, 10);
  t.is(reached[0], 1);
  t.true(reached[reached.length - 1] < 0.5);
  t.regex(ranker.summary(), /dropped after .* trees[\s\S]*Exact/);
});

test('exact mode: of equal candidates the earlier one, whatever the order', async (t) => {
  const ranker = await exactly();
  const twice = [...fresh.slice(0, 150), ...fresh.slice(0, 150)];
  const { indices } = await ranker.query(twice, 20);
  t.deepEqual(indices, (await ranker.full.query(twice, 20)).indices);
  const places = [...indices];
  for (const index of places.filter((place) => place >= 150)) {
    t.true(places.indexOf(index - 150) < places.indexOf(index) && places.includes(index - 150));
  }
});

test('two classes rank by the second; another class is answered by the full model', async (t) => {
  const ranker = await tuneTopK({
    features,
    rows,
    labels: rows.map((row) => (worth(row) > 1 ? 'yes' : 'no')),
    full: gradientBoosting({ rounds: 24, maxLeaves: 6 }),
    queries: queries.slice(0, 16),
    k: 10,
    mode: 'exact',
    profile,
  });
  for (const rankClass of ['yes', 'no'] as const) {
    const answer = await ranker.query(fresh, 10, { rankClass });
    t.deepEqual(answer.indices, (await ranker.full.query(fresh, 10, { rankClass })).indices);
  }
});

test('what bounds can’t be had of is refused', async (t) => {
  const labels = rows.map((row) => (worth(row) > 1 ? 'yes' : 'no'));
  const base = { features, rows, queries: queries.slice(0, 4), k: 10, mode: 'exact', profile } as const;
  const cases: [() => Promise<unknown>, RegExp][] = [
    [() => tuned({ bound: { recall: 0.9 } }), /with mode 'exact' nothing is lost/],
    [() => tuned({ full: ridgeRegression() }), /not made of boosted trees/],
    [() => tuned({ score: ([score]) => -score }), /leave `score` out/],
    [
      () => tuneTopK({ ...base, labels, full: gradientBoosting({ rounds: 2 }), rankClass: 'no' }),
      /last class/,
    ],
    [
      () =>
        tuneTopK({
          ...base,
          labels: rows.map(({ a }) => (a < -1 ? 'low' : a > 1 ? 'high' : 'middle')),
          full: gradientBoosting({ rounds: 2 }),
          rankClass: 'high',
        }),
      /3 classes, whose scores are no sums/,
    ],
  ];
  for (const [run, message] of cases) await t.throwsAsync(run, { instanceOf: OptionError, message });
});

test('a model that says something else than its sum isn’t trusted', async (t) => {
  const learner = gradientBoosting({ loss: 'squared', rounds: 5 });
  const bent = {
    ...learner,
    name: 'bent',
    async fit(...set: Parameters<typeof learner.fit>): Promise<Model> {
      const model = await learner.fit(...set);
      const score: WriteScores = (blocks, out) => {
        model.score(blocks, out);
        for (let i = 0; i < out.length; i++) out[i] = Math.abs(out[i]);
      };
      const other: Model & Pick<Ensemble, 'own'> = { ...model, score, own: score };
      return other;
    },
  };
  await t.throwsAsync(tuned({ full: bent }), {
    instanceOf: OptionError,
    message: /aren't the sums of its trees/,
  });
});

test('bounds of another full model promise nothing', async (t) => {
  const model = await gradientBoosting({ loss: 'squared', rounds: 200, maxLeaves: 8 }).fit(
    {
      blocks: [denseBlock(rows.length, 2, Float32Array.from(rows.flatMap(({ a, b }) => [a, b])))],
      rows: rows.length,
      classes: 1,
      labels: new Int32Array(0),
      values: Float64Array.from(rows, worth),
    },
    { seed: 1 },
  );
  const numbers = define({ numbers: features.get('numbers') });
  const full: TrainedRegression = { ...model, task: 'regression', classes: 1 };
  const ranker = await tuneTopK({
    features: numbers,
    full,
    rows,
    queries: queries.slice(0, 16),
    k: 10,
    mode: 'exact',
    profile: profileOf({ numbers: 1 }, [ridgeRegression().name]),
  });
  t.true((ranker.plan.bands[0].pruning?.cuts.length ?? 0) > 0, 'something is dropped early');
  const path = join(await folderFor(t), 'items.ranker');
  await ranker.save(path);
  t.is((await (await Ranker.load(path, { features: numbers, full })).query(fresh, 10)).verdict, 'exact');
  const other = await Ranker.load(path, { features: numbers, full: { ...full, fingerprint: 'v2' } });
  t.is((await other.query(fresh, 10)).verdict, 'void');
  t.is((await other.full.query(fresh, 10)).verdict, 'exact');
  const sumless: TrainedRegression = {
    name: full.name,
    task: 'regression',
    classes: 1,
    score: (blocks, out) => model.score(blocks, out),
  };
  await t.throwsAsync(Ranker.load(path, { features: numbers, full: sumless }), {
    instanceOf: ArtifactError,
    message: /bounds are on a sum of trees/,
  });
});
