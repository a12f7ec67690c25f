import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { runSklearn, sklearnTest } from '../../support/sklearn.js';
import { compareCases } from './cases.js';

/** Models of pipelines beside scikit-learn's own answers. */

const script = 'test/fixtures/sklearn/models/make.py';

test('models of all kinds answer as scikit-learn 1.9 did', async (t) => {
  const folder = fileURLToPath(new URL('../../fixtures/sklearn/models', import.meta.url));
  t.is((await compareCases(t, folder)).length, 29);
});

for (const variable of ['SKLEARN_NEW', 'SKLEARN_OLD'] as const) {
  sklearnTest(variable)(`models of all kinds answer as the scikit-learn of ${variable}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'spillway-models-'));
    t.teardown(() => rm(folder, { recursive: true }));
    await runSklearn(variable, script, folder);
    const names = await compareCases(t, folder);
    t.true(names.length > 100, `${names.length} cases`);
    if (variable === 'SKLEARN_OLD') t.true(names.includes('logistic ovr three'));
    else t.true(names.includes('tuned threshold'));
  });
}
