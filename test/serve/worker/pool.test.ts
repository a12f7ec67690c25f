import { rm } from 'node:fs/promises';
import test from 'ava';
import { WorkerPool } from '../../../serve/worker/index.js';
import { servingFolder, textModel, textSlice, writeModel } from '../../support/servedModels.js';

const folder = await servingFolder();
const { cascade, rows } = await textModel();
test.after.always(() => rm(folder.folder, { recursive: true }));

test('a pool answers as the cascade itself', async (t) => {
  const files = await writeModel(folder, 'text', cascade);
  const pool = new WorkerPool({ threads: 2, program: folder.program });
  const model = await pool.load(files);
  t.deepEqual(model.labels, ['a', 'b']);
  t.is(model.kind, 'classes');
  t.is(model.modes[0].verdict, 'certified');
  const some = rows.slice(0, 300);
  const expected = await cascade.predict(some);
  const answer = await pool.run(textSlice(model.key, some)).answer;
  t.deepEqual(
    Array.from(answer.answers, (code) => model.labels[code]),
    expected.labels,
  );
  t.deepEqual(answer.scores, expected.scores);
  t.deepEqual(answer.exits, expected.exits);
  t.is(answer.verdict, 'certified');
  await pool.unload(files.key);
  t.is(pool.memory.octets, 0);
  await pool.close();
});
