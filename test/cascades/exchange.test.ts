import { join } from 'node:path';
import test from 'ava';
import { xgboostModel } from '../../entries/exchange.js';
import { Cascade, define, dense, tune } from '../../index.js';
import { FREE } from '../../lib/costs/index.js';
import { random } from '../../lib/stats/index.js';
import { model, stump } from '../exchange/xgboostFiles.js';
import { folderFor } from '../support/files.js';

const file = (threshold: number) => {
  const trees = [stump({ threshold, left: -4, right: 4 })];
  return JSON.stringify(model(trees, { objective: 'binary:logistic' }));
};

test('a model of XGBoost is the full model, saved by its hash: another file makes the cascade void', async (t) => {
  const stream = random(3);
  const rows = Array.from({ length: 1_500 }, () => Array.from({ length: 3 }, () => stream.normal()));
  const columns = (from: number, to: number) => (some: readonly number[][]) =>
    Float32Array.from(some.flatMap((row) => row.slice(from, to)));
  // The full model reads two features, columns 2 and 0 of which the first decides; the other is nearly the same.
  for (const row of rows) row[1] = row[2] + 0.05 * stream.normal();
  const features = define<number[]>({
    cheap: dense(1, columns(1, 2), { price: 1 }),
    dear: dense(1, columns(2, 3), { price: 100 }),
    idle: dense(1, columns(0, 1), { price: 1 }),
  });
  const full = xgboostModel(file(0), { labels: ['below', 'above'], reads: ['dear', 'idle'] });
  const cascade = await tune({
    features,
    rows,
    full,
    bound: { epsilon: 0.05, delta: 0.05 },
    objective: 'price',
    seed: 1,
  });
  const truth = rows.map((row) => (row[2] < 0 ? 'below' : 'above'));
  t.deepEqual((await cascade.full.predict(rows)).labels, truth);
  t.is(cascade.certificate.verdict, 'certified');
  const { labels, exits } = cascade.predictSync(rows);
  t.true(exits.some((exit) => exit === 0));
  t.true(labels.filter((label, row) => label !== truth[row]).length < 0.05 * rows.length);

  const path = join(await folderFor(t), 'imported.cascade');
  await cascade.save(path);
  const again = xgboostModel(Buffer.from(file(0)), { labels: ['below', 'above'], reads: ['dear', 'idle'] });
  const loaded = await Cascade.load(path, { features, full: again });
  t.is(loaded.certificate.verdict, 'certified');
  t.deepEqual(loaded.predictSync(rows), { ...cascade.predictSync(rows), unchecked: true });
  const other = xgboostModel(file(0.5), { labels: ['below', 'above'], reads: ['dear', 'idle'] });
  t.is((await Cascade.load(path, { features, full: other })).certificate.verdict, 'void');
});

test('an imported full model of many trees is left early and gone on with, saved or not', async (t) => {
  const stream = random(4);
  const rows = Array.from({ length: 2_000 }, () => [stream.normal(), stream.normal()]);
  const features = define<number[]>({ both: dense(2, (some) => Float32Array.from(some.flat())) });
  // Later trees say less and less, of the second column.
  const trees = Array.from({ length: 48 }, (_, i) => {
    const value = 3 * 0.8 ** i;
    const change = { split_indices: [i < 2 ? 0 : 1, 0, 0] };
    return stump({ threshold: i / 100, left: -value, right: value, change });
  });
  const full = xgboostModel(JSON.stringify(model(trees, { objective: 'binary:logistic' })), {
    labels: ['below', 'above'],
  });
  const cascade = await tune({
    features,
    rows,
    full,
    bound: { epsilon: 0.05, delta: 0.05 },
    profile: {
      features: { both: { cost: { ...FREE, perRow: 1 }, entries: 2, reads: [] } },
      transforms: {},
      models: { 'logistic-regression': { fixed: 0, perRow: 1_000, perEntry: 0 } },
      full: { ...FREE, perRow: 100 },
    },
    seed: 1,
  });
  t.is(cascade.certificate.verdict, 'certified');
  t.deepEqual(
    cascade.plan.stages.map(({ target, prefix }) => [target, prefix?.of]),
    cascade.plan.stages.map(() => ['full', 48]),
  );
  t.true(cascade.plan.stages.length > 0 && cascade.plan.expected.speedup > 3);
  const answers = cascade.predictSync(rows);
  const whole = (await cascade.full.predict(rows)).labels;
  t.true(answers.labels.filter((label, row) => label !== whole[row]).length < 0.05 * rows.length);
  const path = join(await folderFor(t), 'left-early.cascade');
  await cascade.save(path);
  const loaded = await Cascade.load(path, { features, full });
  t.deepEqual(loaded.predictSync(rows), { ...answers, unchecked: true });
});

test('stages of a model over missing values are boosted trees, without a word from the caller', async (t) => {
  const stream = random(5);
  const rows = Array.from({ length: 1_500 }, () => Array.from({ length: 2 }, () => stream.normal()));
  for (const row of rows) {
    row[1] = row[0] + 0.05 * stream.normal();
    if (stream.uniform() < 0.1) row[1] = Number.NaN;
  }
  const column = (at: number) => (some: readonly number[][]) => Float32Array.from(some.map((row) => row[at]));
  const features = define<number[]>({
    dear: dense(1, column(0), { price: 100 }),
    gaps: dense(1, column(1), { price: 1, missing: true }),
  });
  const full = xgboostModel(file(0), { labels: ['below', 'above'], reads: ['dear', 'gaps'] });
  const bound = { epsilon: 0.05, delta: 0.05 };
  const cascade = await tune({ features, rows, full, bound, objective: 'price', seed: 1 });
  t.is(cascade.certificate.verdict, 'certified');
  t.deepEqual([...new Set(cascade.plan.stages.map(({ learner }) => learner))], ['gradient-boosting']);
});
