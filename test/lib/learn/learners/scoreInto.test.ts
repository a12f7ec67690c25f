import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../lib/data/blocks/index.js';
import { type Model, type ModelScores, scoreInto } from '../../../../lib/learn/learners/index.js';

const blocks = (rows: number) => [denseBlock(rows, 1, new Float32Array(rows))];
const giving = (returned: ReturnType<Model['score']>): Model => ({
  name: 'ours',
  classes: 2,
  score: () => returned,
});

test('a model writes its scores, or returns them in one array or an array a row, at once or later', async (t) => {
  const rows = fc.array(fc.tuple(fc.float(), fc.float()), { maxLength: 8 });
  const later = fc.boolean();
  const form = fc.constantFrom<(all: [number, number][]) => ModelScores>(
    (all) => all,
    (all) => all.flat(),
    (all) => Float64Array.from(all.flat()),
    (all) => all.map((row) => Float64Array.from(row)),
  );
  await fc.assert(
    fc.asyncProperty(rows, form, later, async (all, as, waits) => {
      const out = new Float64Array(2 * all.length);
      const scores = as(all);
      const waiting = scoreInto(giving(waits ? Promise.resolve(scores) : scores), blocks(all.length), out);
      t.is(waiting instanceof Promise, waits);
      await waiting;
      t.deepEqual([...out], all.flat());
    }),
  );
  const out = new Float64Array(2);
  const writing: Model = { name: 'ours', classes: 2, score: (_, given) => void given.set([0.25, 0.75]) };
  t.is(scoreInto(writing, blocks(1), out), undefined);
  t.deepEqual([...out], [0.25, 0.75]);
  t.is(scoreInto({ ...writing, score: (_, given) => given.fill(0.5) }, blocks(1), out), undefined);
  t.deepEqual([...out], [0.5, 0.5]);
});

test('too few or too many numbers are an error that says how many there should be', async (t) => {
  const expected = { code: 'MODEL', message: /returned 3 numbers; expected 4, rows x classes/ };
  t.throws(() => scoreInto(giving([1, 2, 3]), blocks(2), new Float64Array(4)), expected);
  const later = scoreInto(giving(Promise.resolve([[1, 2], [3]])), blocks(2), new Float64Array(4));
  await t.throwsAsync(Promise.resolve(later), expected);
});
