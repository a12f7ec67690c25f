import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import test from 'ava';
import { sklearnPipeline } from '../../../entries/exchange.js';
import { microBatch } from '../../../entries/full.js';
import { absoluteError, Cascade, tune } from '../../../index.js';
import { FREE } from '../../../lib/costs/index.js';
import { random } from '../../../lib/stats/index.js';
import { profileOf } from '../../support/agreement.js';
import { modulesUrl } from '../../support/modulesUrl.js';
import { pipelineAnswers } from '../../support/sklearn.js';

// A process of its own: it starts threads.
const folder = await mkdtemp(join(tmpdir(), 'spillway-pipelines-'));
test.after.always(() => rm(folder, { recursive: true }));

const fixtures = fileURLToPath(new URL('../../fixtures/sklearn/models', import.meta.url));
const fileOf = (name: string) => join(fixtures, `${name}.pipeline`);

/** Rows like those that the pipelines were fitted on. */
function rowsOf(count: number, seed: number): number[][] {
  const draw = random(seed);
  const around = [0, 5, -1, 0, 20];
  const spread = [1, 2, 0.5, 1, 3];
  return Array.from({ length: count }, () => around.map((mean, c) => mean + spread[c] * draw.normal()));
}

const rows = rowsOf(1_500, 1);
const dear = (name: string, learner = 'logistic-regression') => ({
  ...profileOf({ [name]: 1 }, [learner]),
  full: { ...FREE, perRow: 100 },
});
const split = { folds: 2 };

test('a classifier is tuned, saved, loaded, certified again, and answers on threads', async (t) => {
  const pipeline = sklearnPipeline(fileOf('hard-voting-three'));
  const profile = dear('standardscaler');
  const cascade = await tune({ ...pipeline, rows, bound: { epsilon: 0.15 }, profile, split, seed: 1 });
  t.is(cascade.certificate.verdict, 'certified');
  const path = join(folder, 'voting.cascade');
  await cascade.save(path, { reference: 'rows' });

  const { features, full } = sklearnPipeline(fileOf('hard-voting-three'));
  const loaded = await Cascade.load(path, { features, full });
  const asked = rowsOf(40, 2);
  const { labels } = await cascade.predict(asked);
  t.deepEqual((await loaded.predict(asked)).labels, labels);
  const again = await loaded.certify(loaded.path, { rows: rowsOf(900, 3) });
  t.is(again.certificate.verdict, 'certified');

  const [exchange, program] = await Promise.all(
    ['entries/exchange.ts', 'cascades/cascade/threads/program.ts'].map(async (source, at) => {
      const url = await modulesUrl(new URL(`../../../${source}`, import.meta.url));
      const file = join(folder, `${at}.mjs`);
      await writeFile(file, Buffer.from(url.split(',')[1], 'base64'));
      return pathToFileURL(file);
    }),
  );
  const module = join(folder, 'features.mjs');
  await writeFile(
    module,
    `import { sklearnPipeline } from ${JSON.stringify(exchange)};
    export const { features, full } = sklearnPipeline(${JSON.stringify(fileOf('hard-voting-three'))});`,
  );
  const threads = await Cascade.onThreads(path, pathToFileURL(module), { threads: 1 }, program);
  t.deepEqual((await threads.predict(asked)).labels, labels);
  await threads.close();
});

test('a threshold of the pipeline is the decision of its cascade', async (t) => {
  const pipeline = sklearnPipeline(fileOf('threshold-no'));
  t.deepEqual(Object.keys(pipeline), ['features', 'full']);
  const { features, full } = pipeline;
  t.deepEqual(full.decision, { threshold: { no: 0.3 } });
  const profile = dear('standardscaler');
  const rest = { rows, bound: { epsilon: 0.1 }, profile, split, seed: 1 };
  const asked = rowsOf(60, 4);
  const scores = await pipelineAnswers(pipeline, asked);
  const expected = asked.map((_, row) => (scores[2 * row] >= 0.3 ? 'no' : 'yes'));
  t.true(new Set(expected).size === 2);
  for (const given of [pipeline, { features, full }, { features, full: microBatch(full) }]) {
    const cascade = await tune({ ...given, ...rest });
    t.deepEqual(cascade.plan.decision, { kind: 'first-threshold', threshold: 0.3 });
    t.deepEqual((await cascade.predict(asked, { mode: 'shadow' })).labels, expected);
  }
  const other = await tune({ features, full, ...rest, decision: { threshold: { yes: 0.5 } } });
  t.deepEqual(other.plan.decision, { kind: 'threshold', threshold: 0.5 });

  const path = join(folder, 'threshold.cascade');
  await other.save(path, { reference: 'rows' });
  const loaded = await Cascade.load(path, sklearnPipeline(fileOf('threshold-no')));
  t.deepEqual(loaded.plan.decision, { kind: 'threshold', threshold: 0.5 });
});

test('a regressor is tuned by ridge regression', async (t) => {
  const pipeline = sklearnPipeline(fileOf('regressor-stacking'), { task: 'regression' });
  const bound = { loss: absoluteError({ atMost: 3, cap: 50 }) };
  const profile = dear('standardscaler', 'ridge-regression');
  const cascade = await tune({ ...pipeline, rows, bound, profile, split, seed: 1 });
  t.is(cascade.certificate.verdict, 'certified');
  t.false('approximate' in pipeline.full);
});
