import { rm } from 'node:fs/promises';
import test from 'ava';
import { define, dense, gradientBoosting, tune } from '../../../index.js';
import { random } from '../../../lib/stats/index.js';
import { InlineExecutor } from '../../../serve/worker/index.js';
import { profileOf } from '../../support/agreement.js';
import { answerOf } from '../../support/answerOf.js';
import { servingFolder, writeModel } from '../../support/servedModels.js';

const folder = await servingFolder();
test.after.always(() => rm(folder.folder, { recursive: true }));

test('a model is warmed by the rows that its file keeps, missing numbers and dates as they were', async (t) => {
  const draw = random(1);
  const rows = Array.from({ length: 400 }, (_, i) => {
    const age = draw.uniform();
    return { age: i % 3 === 0 ? Number.NaN : age, at: new Date(Math.round(1e12 * age)) };
  });
  type Row = (typeof rows)[number];
  const cascade = await tune({
    features: define({
      age: dense(1, (all: readonly Row[]) => Float32Array.from(all, ({ age }) => age), { missing: true }),
      year: dense(1, (all: readonly Row[]) => Float32Array.from(all, ({ at }) => at.getUTCFullYear())),
    }),
    rows,
    labels: rows.map(({ at }) => at.getUTCFullYear() > 1985),
    full: gradientBoosting({ rounds: 3 }),
    approximate: gradientBoosting({ rounds: 3 }),
    profile: profileOf({ age: 1, year: 100 }, ['gradient-boosting']),
    split: { folds: 2 },
    bound: { loss: 'disagreement', epsilon: 0.2 },
  });
  const text = `import { define, dense } from '../../library.mjs';
const seen = [];
const number = (age) => { if (age === null) throw new TypeError('no number'); seen.push(age); return age; };
export default define({
  age: dense(1, (rows) => Float32Array.from(rows, ({ age }) => number(age)), { missing: true }),
  year: dense(1, (rows) => Float32Array.from(rows, ({ at }) => at.getUTCFullYear())),
});
export const inputs = { age: 'FP64', at: 'FP64' };
export const row = ({ age, at }, i) => {
  if (!seen.some(Number.isNaN)) throw new Error('no missing number was seen before');
  return { age: age[i], at: new Date(at[i]) };
};`;
  const running = new InlineExecutor();
  const { key } = await running.load(await writeModel(folder, 'kept', cascade, text));
  const some = rows.slice(0, 8);
  const answer = await answerOf(running, {
    model: key,
    mode: 0,
    rows: some.length,
    inputs: {
      age: { elements: Float64Array.from(some, ({ age }) => age), rowShape: [] },
      at: { elements: Float64Array.from(some, ({ at }) => at.getTime()), rowShape: [] },
    },
    scores: true,
  });
  t.deepEqual(answer.scores, (await cascade.predict(some)).scores);
  await running.close();
});
