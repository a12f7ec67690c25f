import { rm } from 'node:fs/promises';
import test from 'ava';
import { FULL_MODEL } from '../../../serve/executor.js';
import { InlineExecutor } from '../../../serve/worker/index.js';
import { answerOf } from '../../support/answerOf.js';
import { servingFolder, textModel, textSlice, writeModel } from '../../support/servedModels.js';

test('a slice is answered in the mode that it names, or by the full model', async (t) => {
  const folder = await servingFolder();
  t.teardown(() => rm(folder.folder, { recursive: true }));
  const { cascade: own, rows } = await textModel();
  const cascade = own.retune({ epsilon: 0.02 }).withModes([0.05, 0.15]);
  t.is(cascade.modes.length, 3);
  const executor = new InlineExecutor();
  t.teardown(() => executor.close());
  const files = await writeModel(folder, 'modes', cascade);
  const model = await executor.load(files);
  t.deepEqual(
    model.modes.map(({ epsilon, verdict, plan, certificate }) => ({ epsilon, verdict, plan, certificate })),
    cascade.modes.map(({ epsilon, plan, certificate }) => ({
      epsilon,
      verdict: certificate.verdict,
      plan,
      certificate,
    })),
  );
  t.true(model.restsOn > 0);
  const some = rows.slice(0, 50);
  const exits: string[] = [];
  for (const mode of [...cascade.modes.keys(), FULL_MODEL]) {
    const expected = await (mode === FULL_MODEL ? cascade.full : cascade.inMode(mode)).predict(some);
    const answer = await answerOf(executor, textSlice(model.key, some, { mode }));
    t.deepEqual(
      Array.from(answer.answers, (code) => model.labels[code]),
      expected.labels,
    );
    t.deepEqual(answer.exits, expected.exits);
    t.deepEqual(answer.scores, expected.scores);
    exits.push(answer.exits.join(''));
  }
  t.is(new Set(exits).size, exits.length, 'they differ in where rows leave');
  await t.throwsAsync(answerOf(executor, textSlice(model.key, some, { mode: cascade.modes.length })), {
    message: /no mode/,
  });
});
