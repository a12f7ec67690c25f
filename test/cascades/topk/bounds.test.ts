import { join } from 'node:path';
import test from 'ava';
import {
  ArtifactError,
  DataError,
  define,
  dense,
  denseBlock,
  gradientBoosting,
  logisticRegression,
  type Model,
  OptionError,
  Ranker,
  ridgeRegression,
  type TopKOptions,
  type TrainedRegression,
  tfidf,
  tuneTopK,
} from '../../../index.js';
import { random } from '../../../lib/stats/index.js';
import { profileOf } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';
import { recallOf } from './world.js';

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

test('exact mode of linear models: features are computed only for what is left', async (t) => {
  let texts = 0;
  const counted = define({
    numbers: features.get('numbers'),
    text: tfidf((row: Item) => {
      texts++;
      return row.text;
    }),
  });
  const options: Options = { full: ridgeRegression(), features: counted };
  await t.throwsAsync(tuned(options), {
    instanceOf: OptionError,
    message: /no range is known of feature 'numbers'/,
  });
  const ranker = await tuned({ ...options, ranges: { numbers: { low: -6, high: 6 } } });
  t.is(ranker.plan.bands[0].pruning?.order, 'features');
  texts = 0;
  const answer = await ranker.query(fresh, 10);
  t.true(texts < fresh.length, `${texts} texts`);
  t.deepEqual(answer.indices, (await ranker.full.query(fresh, 10)).indices);
  // A promise of the user's that isn't kept never ends in a wrong list.
  const wild = [...fresh, { a: 1e6, b: 0, text: 'red' }];
  await t.throwsAsync(ranker.query(wild, 10), {
    instanceOf: DataError,
    message: /feature 'numbers' has 1000000, outside -6 to 6/,
  });
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
  for (const of of ['yes', 'no'] as const) {
    const answer = await ranker.query(fresh, 10, { of });
    t.deepEqual(answer.indices, (await ranker.full.query(fresh, 10, { of })).indices);
  }
});

test('quantile mode: certified, and saves more', async (t) => {
  const bound = { recall: 0.95 };
  const exact = await exactly();
  const ranker = await tuned({ queries, mode: 'quantile', bound });
  t.is(ranker.certificate.verdict, 'certified');
  const [own, sure] = [ranker.plan.bands[0], exact.plan.bands[0]];
  t.true((own.pruning?.cost ?? 1) <= (sure.pruning?.cost ?? 1));
  t.false(own.pruning?.sure ?? true);
  let sum = 0;
  for (let q = 0; q < 50; q++) {
    const others = items(160, 1_000 + q);
    const answer = await ranker.query(others, 10);
    t.is(answer.verdict, 'certified');
    t.is(answer.promise?.level, 0.95);
    sum += recallOf(answer.indices, (await ranker.full.query(others, 10)).indices);
  }
  t.true(sum / 50 >= 0.95);
  const few = await tuned({ queries: queries.slice(0, 12), mode: 'quantile', bound });
  t.is(few.certificate.verdict, 'full-model-only');
  t.true((few.certificate.bands[0].queriesNeeded ?? 0) > 6);
  t.is((await few.query(queries[0], 10)).verdict, 'exact');
});

test('quantile mode: a scout ahead of many trees, certified, served and saved', async (t) => {
  // Five columns of sixteen matter, and the first trees say little: a scout tells more for less.
  const drawn = (count: number, seed: number) => {
    const draw = random(seed);
    return Array.from({ length: count }, () => Array.from({ length: 16 }, () => draw.normal()));
  };
  const known = drawn(2_000, 10);
  const columns = define({
    all: dense(16, (batch: readonly number[][]) => Float32Array.from(batch.flat())),
  });
  const ranker = await tuneTopK({
    features: columns,
    rows: known,
    labels: known.map(
      ([a, b, c, d, e]) => 3 * a + (c > 0.5 ? 3 * b : -b) + 2 * Math.sin(3 * d) + (e > 0 ? 2 : -1.5),
    ),
    full: gradientBoosting({ loss: 'squared', rounds: 200, learningRate: 0.02 }),
    queries: { pool: drawn(6_000, 11), size: 1_000, count: 120 },
    k: 10,
    mode: 'quantile',
    bound: { recall: 0.9 },
    profile: profileOf({ all: 1 }, [gradientBoosting().name]),
  });
  t.is(ranker.certificate.verdict, 'certified');
  const [{ pruning }] = ranker.plan.bands;
  t.is(pruning?.order, 'scouted trees');
  t.is(pruning?.cuts[0], 1);
  t.regex(ranker.summary(), /will hardly get in is dropped after a scout’s guess/);
  const path = join(await folderFor(t), 'items.ranker');
  await ranker.save(path);
  const loaded = await Ranker.load(path, { features: columns });
  let sum = 0;
  for (let q = 0; q < 20; q++) {
    const others = drawn(1_000, 2_000 + q);
    const answer = await ranker.query(others, 10);
    t.is(answer.verdict, 'certified');
    t.deepEqual(await loaded.query(others, 10), answer);
    t.true(answer.reached[1] < 0.7);
    sum += recallOf(answer.indices, (await ranker.full.query(others, 10)).indices);
  }
  t.true(sum / 20 >= 0.9);
});

test('what bounds can’t be had of is refused', async (t) => {
  const labels = rows.map((row) => (worth(row) > 1 ? 'yes' : 'no'));
  const base = { features, rows, queries: queries.slice(0, 4), k: 10, mode: 'exact', profile } as const;
  const cases: [() => Promise<unknown>, RegExp][] = [
    [() => tuned({ bound: { recall: 0.9 } }), /with mode 'exact' nothing is lost/],
    [() => tuned({ mode: 'quantile' }), /bound.*missing/],
    [() => tuned({ mode: 'cuts', bound: { recall: 0.9 }, ranges: {} }), /ranges.*score bounds/],
    [() => tuned({ score: ([score]) => -score }), /leave `score` out/],
    [() => tuneTopK({ ...base, labels, full: logisticRegression(), of: 'no' }), /last class/],
    [
      () =>
        tuneTopK({
          ...base,
          labels: rows.map(({ a }) => (a < -1 ? 'low' : a > 1 ? 'high' : 'middle')),
          full: logisticRegression(),
          of: 'high',
        }),
      /3 classes, whose scores are no sums/,
    ],
  ];
  await t.throwsAsync(
    tuned({ queries: queries.slice(0, 2), certify: 0.9, mode: 'quantile', bound: { recall: 0.9 } }),
    {
      instanceOf: DataError,
      message: /none are left to find bounds on/,
    },
  );
  for (const [run, message] of cases) await t.throwsAsync(run, { instanceOf: OptionError, message });
});

test('a model that says something else than its sum isn’t trusted', async (t) => {
  const learner = ridgeRegression();
  const bent = {
    ...learner,
    name: 'bent',
    async fit(...set: Parameters<typeof learner.fit>): Promise<Model> {
      const model = await learner.fit(...set);
      const score: Model['score'] = (blocks, out) => {
        model.score(blocks, out);
        for (let i = 0; i < out.length; i++) out[i] = Math.abs(out[i]);
      };
      return { ...model, score };
    },
  };
  const ranges = { numbers: { low: -6, high: 6 } };
  await t.throwsAsync(tuned({ full: bent, ranges }), {
    instanceOf: OptionError,
    message: /something else than the sum/,
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
    message: /bounds are on a sum of (sorted )?trees/,
  });
});

test('a metric that the truth itself doesn’t reach isn’t certified', async (t) => {
  const metric = { name: 'half', value: () => 0.5 };
  const ranker = await tuned({ queries, mode: 'quantile', bound: { metric, atLeast: 0.9 } });
  t.is(ranker.certificate.verdict, 'full-model-only');
  t.regex(ranker.certificate.reason ?? '', /no plan/);
  t.is((await ranker.query(fresh, 10)).verdict, 'exact');
});
