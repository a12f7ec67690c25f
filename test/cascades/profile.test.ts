import test from 'ava';
import { type GaussianRow, gaussianWorld } from '../../datasets/index.js';
import {
  counts,
  DataError,
  define,
  dense,
  FeatureError,
  logisticRegression,
  OptionError,
  type ProfileOptions,
  profile,
  transform,
  tune,
} from '../../index.js';

const world = gaussianWorld({ rows: 600, seed: 1, cheapShift: 1, costlyShift: 3 });
const { rows, labels } = world;

/** A clock that tests set, and features that take as long as they say. */
function slow() {
  const clock = { time: 0, now: () => clock.time };
  const takes = (fixed: number, perRow: number, count: number) => {
    clock.time += fixed + perRow * count;
  };
  const parsed = transform(function parsed(row: GaussianRow) {
    takes(0, 0.5, 1);
    return row.costly;
  });
  const features = define({
    cheap: dense(2, (batch: readonly GaussianRow[]) => {
      takes(1, 0.01, batch.length);
      return Float32Array.from(batch.flatMap(({ cheap }) => [...cheap]));
    }),
    first: dense(1, parsed, (values) => {
      takes(0, 0.02, values.length);
      return Float32Array.from(values, ([a]) => a);
    }),
    second: dense(
      1,
      parsed,
      (values) => {
        takes(2, 0.04, values.length);
        return Float32Array.from(values, ([, b]) => b);
      },
      { price: 0.25 },
    ),
  });
  return { clock, features };
}

/** Measured once. */
const once = slow();
const before = profile({ features: once.features, rows, labels, clock: once.clock });

function near(value: number, expected: number): boolean {
  return Math.abs(value - expected) <= 1e-6 * Math.max(1, expected);
}

test('fixed and per-row cost of every feature, and of a shared transform by itself', async (t) => {
  const { features: measured, transforms } = await before;
  // The clock counts milliseconds, costs are microseconds.
  for (const [name, fixed, perRow, price] of [
    ['cheap', 1_000, 10, 0],
    ['first', 0, 20, 0],
    ['second', 2_000, 40, 0.25],
  ] as const) {
    const { cost } = measured[name];
    t.true(near(cost.fixed, fixed), `${name}: fixed ${cost.fixed}`);
    t.true(near(cost.perRow, perRow), `${name}: a row ${cost.perRow}`);
    t.like(cost, { wait: 0, price });
    t.true(cost.spread < 1e-9);
  }
  const [[key, parsed]] = Object.entries(transforms);
  t.true(near(parsed.perRow, 500) && near(parsed.fixed, 0));
  t.deepEqual([measured.cheap.reads, measured.first.reads, measured.second.reads], [[], [key], [key]]);
  t.deepEqual([measured.cheap.entries, measured.first.entries], [2, 1]);
});

test("growth follows rows' sizes, and what has a price is asked no more for it", async (t) => {
  const clock = { time: 0, now: () => clock.time };
  const words = new Map(rows.map((row, r) => [row, r % 2 === 0 ? 4 : 16]));
  const wordsOf = (row: GaussianRow) => words.get(row) ?? 0;
  let requested = 0;
  const first = (batch: readonly GaussianRow[]) => Float32Array.from(batch, ({ cheap }) => cheap[0]);
  const features = define({
    terms: counts((row: GaussianRow) => Array.from({ length: wordsOf(row) }, (_, w) => `w${w}`).join(' ')),
    square: dense(1, (batch: readonly GaussianRow[]) => {
      for (const row of batch) clock.time += wordsOf(row) ** 2;
      return first(batch);
    }),
    priced: dense(
      1,
      (batch: readonly GaussianRow[]) => {
        requested += batch.length;
        clock.time += batch.length;
        return first(batch);
      },
      { price: 1 },
    ),
  });
  const measured = await profile({ features, rows, labels, clock });
  t.true(near(measured.features.square.cost.growth, 2), `${measured.features.square.cost.growth}`);
  t.is(measured.features.priced.cost.growth, 0);
  // All rows once: that is measured, too.
  t.is(requested, rows.length);
});

test('importance tells features that matter from those that don’t, with a spread', async (t) => {
  const { cheap, second } = (await before).features;
  t.true(cheap.importance !== undefined && second.importance !== undefined);
  t.true((second.importance?.mean ?? 0) > 2 * (cheap.importance?.mean ?? 1));
  t.true((second.importance?.spread ?? 0) > 0);
  t.is(second.importance?.against, 'labels');
});

test('it is what tune takes, and what it takes it doesn’t measure again', async (t) => {
  const cascade = await tune({
    features: once.features,
    rows,
    labels,
    full: logisticRegression(),
    bound: { epsilon: 0.1 },
    profile: JSON.parse(JSON.stringify(await before)),
    onProgress: ({ step }) => t.not(step, 'profile'),
  });
  t.deepEqual(cascade.profile, await before);
});

test('several learners’ models are measured, each by its name', async (t) => {
  const { clock, features } = slow();
  const other = { ...logisticRegression({ l2: 10 }), name: 'other' };
  const { models, full } = await profile({
    features,
    rows,
    labels,
    clock,
    approximate: [logisticRegression(), other],
  });
  t.deepEqual(Object.keys(models), ['logistic-regression', 'other']);
  t.true(full !== undefined);
});

test('the same seed shuffles alike', async (t) => {
  const importances = async (seed: number) => {
    const { clock, features } = slow();
    const { features: measured } = await profile({ features, rows, labels, clock, seed });
    return Object.values(measured).map(({ importance }) => importance);
  };
  t.deepEqual(await importances(1), await importances(1));
  t.notDeepEqual(await importances(1), await importances(2));
});

test('bad options are refused, naming them', async (t) => {
  const { clock, features } = slow();
  type Options = ProfileOptions<GaussianRow, string, 'cheap' | 'first' | 'second'>;
  const requested = (bad: Record<string, unknown>) =>
    profile({ features, rows, labels, clock, ...bad } as Options);
  await t.throwsAsync(requested({ bound: 1 }), { instanceOf: OptionError, message: /'bound': unknown/ });
  await t.throwsAsync(requested({ features: {} }), { instanceOf: OptionError, message: /define\(\)/ });
  await t.throwsAsync(requested({ labels: labels.slice(1) }), {
    instanceOf: DataError,
    message: /labels: 599 for 600 rows/,
  });
  await t.throwsAsync(requested({ rows: [], labels: [] }), { instanceOf: DataError });
  await t.throwsAsync(requested({ labels: labels.map(() => 'a') }), {
    instanceOf: DataError,
    message: /two classes/,
  });
  const broken = define({ cheap: dense(1, () => new Float32Array(3)) });
  await t.throwsAsync(profile({ features: broken, rows, labels, clock }), {
    instanceOf: FeatureError,
    message: /'cheap'/,
  });
});

test('aborted, it rejects with the reason', async (t) => {
  const { clock, features } = slow();
  const controller = new AbortController();
  const reason = new Error('enough');
  const onProgress = () => controller.abort(reason);
  await t.throwsAsync(profile({ features, rows, labels, clock, signal: controller.signal, onProgress }), {
    is: reason,
  });
});
