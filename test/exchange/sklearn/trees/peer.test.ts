import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sklearnPipeline } from '../../../../exchange/index.js';
import { labelsOf, pipelineAnswers, runSklearn, sklearnTest } from '../../../support/sklearn.js';
import { difference } from './answers.js';

const script = 'test/fixtures/sklearn/trees/make.py';

for (const variable of ['SKLEARN_NEW', 'SKLEARN_OLD'] as const) {
  sklearnTest(variable)(`${variable}: trees of 20 kinds answer rows beside their thresholds`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'trees-'));
    try {
      await runSklearn(variable, script, folder, '120');
      const files = (await readdir(folder)).filter((file) => file.endsWith('.pipeline'));
      t.true(files.length >= 20);
      for (const file of files) {
        const text = await readFile(join(folder, file.replace('.pipeline', '.json')), 'utf8');
        const { rows, answers, labels } = JSON.parse(text);
        const pipeline = sklearnPipeline(join(folder, file));
        const numbers = await pipelineAnswers(pipeline, rows);
        const off = difference(numbers, answers);
        t.true(off <= (file.startsWith('xgboost') ? 1e-6 : 1e-9), `${file}: off by ${off}`);
        t.deepEqual(labelsOf(pipeline, numbers), labels, file);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}
