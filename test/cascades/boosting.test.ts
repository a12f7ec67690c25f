import { join } from 'node:path';
import test from 'ava';
import { Cascade, define, dense, gradientBoosting, tune } from '../../index.js';
import { random } from '../../lib/stats/index.js';
import { profileOf } from '../support/agreement.js';
import { folderFor } from '../support/files.js';

test('boosted trees are tuned, saved and loaded like any learner', async (t) => {
  const stream = random(2);
  const rows = Array.from({ length: 1_200 }, () => Array.from({ length: 8 }, () => stream.normal()));
  // Mostly the first column decides, which no line through it alone could show: its middle is 'yes'.
  const labels = rows.map((x) => (Math.abs(x[0]) < 0.8 + 0.2 * x[5] ? 'yes' : 'no'));
  const columns = (from: number, to: number) => (some: readonly number[][]) =>
    Float32Array.from(some.flatMap((row) => row.slice(from, to)));
  const features = define<number[]>({ few: dense(2, columns(0, 2)), rest: dense(6, columns(2, 8)) });
  const cascade = await tune({
    features,
    rows,
    labels,
    full: gradientBoosting({ rounds: 20 }),
    profile: profileOf<string>({ few: 1, rest: 100 }, ['gradient-boosting']),
    split: { folds: 2 },
    bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.05 },
    seed: 1,
  });
  const answers = await cascade.full.predict(rows);
  const share = answers.labels.filter((label, r) => label === labels[r]).length / rows.length;
  t.true(share > 0.9, `${share} right`);
  const path = join(await folderFor(t), 'boosted.cascade');
  await cascade.save(path);
  const loaded = await Cascade.load(path, { features });
  t.deepEqual(await loaded.full.predict(rows), { ...answers, unchecked: true });
  t.deepEqual((await loaded.predict(rows)).labels, (await cascade.predict(rows)).labels);
});
