import { join } from 'node:path';
import test from 'ava';
import { Cascade, define, dense, tune, xgboostModel } from '../../index.js';
import { random } from '../../lib/stats/index.js';
import { model, stump } from '../lib/exchange/xgboostFiles.js';
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
  t.deepEqual(loaded.predictSync(rows), cascade.predictSync(rows));
  const other = xgboostModel(file(0.5), { labels: ['below', 'above'], reads: ['dear', 'idle'] });
  t.is((await Cascade.load(path, { features, full: other })).certificate.verdict, 'void');
});
