import { join } from 'node:path';
import test from 'ava';
import { Cascade, define, dense, logisticRegression, randomForest, tune } from '../../index.js';
import { random } from '../../lib/stats/index.js';
import { profileOf } from '../support/agreement.js';
import { folderFor } from '../support/files.js';

test('random forests are tuned, saved and loaded like any learner', async (t) => {
  const stream = random(2);
  const rows = Array.from({ length: 500 }, () => [stream.normal(), stream.normal()]);
  const labels = rows.map((x) => (Math.abs(x[0]) + 0.3 * x[1] < 0.8 ? 'yes' : 'no'));
  const column = (c: number) => (some: readonly number[][]) => Float32Array.from(some, (row) => row[c]);
  const features = define<number[]>({ first: dense(1, column(0)), second: dense(1, column(1)) });
  const cascade = await tune({
    features,
    rows,
    labels,
    full: randomForest({ trees: 5, columnSample: 1 }),
    approximate: [logisticRegression(), randomForest({ trees: 2 })],
    profile: profileOf<string>({ first: 1, second: 100 }, ['logistic-regression', 'random-forest']),
    bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.05 },
    seed: 1,
  });
  const answers = await cascade.full.predict(rows);
  const share = answers.labels.filter((label, r) => label === labels[r]).length / rows.length;
  t.true(share > 0.85, `${share} right`);
  const path = join(await folderFor(t), 'forest.cascade');
  await cascade.save(path);
  const loaded = await Cascade.load(path, { features });
  t.deepEqual(await loaded.full.predict(rows), { ...answers, unchecked: true });
  t.deepEqual((await loaded.predict(rows)).labels, (await cascade.predict(rows)).labels);
});
