import { availableParallelism } from 'node:os';
import test from 'ava';
import { type CoresTimes, coresChecks } from '../../../bench/tuning/cores.js';
import { counting } from '../../../bench/tuning/counting.js';
import { type QualityLine, qualityChecks } from '../../../bench/tuning/quality.js';
import { gradientBoosting } from '../../../index.js';
import { denseBlock } from '../../../lib/data/blocks/index.js';

test('plans are compared by the geometric mean of their costs', (t) => {
  const figures = { cost: 1, stages: [], fits: { full: 1, light: 0 } };
  const line = (ratio: number): QualityLine => ({
    name: 'mail',
    seed: 1,
    found: figures,
    thorough: figures,
    ratio,
  });
  const [even] = qualityChecks([line(1.25), line(0.8)]);
  t.true(Math.abs(Number(even.value) - 1) < 1e-12);
  t.true(even.ok);
  t.false(qualityChecks([line(1.05), line(1)])[0].ok);
  t.deepEqual(qualityChecks([]), []);
});

test('two threads must gain, and files must be equal', (t) => {
  const times: CoresTimes = { fitting: [6, 4], whole: [9, 7], same: true };
  const ok = (given: CoresTimes) => coresChecks('mail', given).map((check) => check.ok);
  const measured = (value: boolean) => (availableParallelism() >= 2 ? value : null);
  t.deepEqual(ok(times), [measured(true), true]);
  t.deepEqual(ok({ ...times, fitting: [5.9, 4] }), [measured(false), true]);
  t.deepEqual(ok({ ...times, same: false }), [measured(true), false]);
});

test('fits of lighter forms are counted apart', async (t) => {
  const { learner, fits } = counting(gradientBoosting({ rounds: 2, minRows: 1 }));
  const set = {
    blocks: [denseBlock(4, 1, Float32Array.of(1, 2, 3, 4))],
    rows: 4,
    classes: 2,
    labels: Int32Array.of(0, 0, 1, 1),
  };
  await learner.fit(set, { seed: 1 });
  await learner.lighter?.().fit(set, { seed: 1 });
  await learner.lighter?.().fit(set, { seed: 1 });
  t.deepEqual(fits(), { full: 1, light: 2 });
});
