import test from 'ava';
import fc from 'fast-check';
import { denseBlock, SparseWriter } from '../../../../lib/data/blocks/index.js';
import { ArtifactError, DataError, OptionError } from '../../../../lib/errors.js';
import { type LinearModel, ridgeRegression, type TrainingSet } from '../../../../lib/learn/learners/index.js';

const context = { seed: 1 };
const labels = new Int32Array(0);

function setOf(rows: number, columns: number, x: readonly number[], y: readonly number[]): TrainingSet {
  const blocks = [denseBlock(rows, columns, Float32Array.from(x))];
  return { blocks, rows, classes: 1, labels, values: Float64Array.from(y) };
}

function answers(model: LinearModel, { blocks, rows }: TrainingSet): Float64Array {
  const out = new Float64Array(rows);
  model.score(blocks, out);
  return out;
}

test('one column by hand: on the standardised column the slope is shrunk by n / (n + l2)', async (t) => {
  // x = -1, 1 has variance 1; the least-squares line of y = 0, 4 is 2 + 2 x.
  const set = setOf(2, 1, [-1, 1], [0, 4]);
  for (const l2 of [0.5, 2, 10]) {
    const model = await ridgeRegression({ l2 }).fit(set, context);
    t.true(Math.abs(model.weights[0] - (2 * 2) / (2 + l2)) < 1e-6);
    t.true(Math.abs(model.intercepts[0] - 2) < 1e-6);
  }
});

test('with next to no penalty a line through the rows is found', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 12 }),
      fc.integer({ min: -5, max: 5 }),
      fc.integer({ min: -5, max: 5 }),
      async (x, slope, shift) => {
        fc.pre(new Set(x).size > 1);
        const y = x.map((value) => slope * value + shift);
        const set = setOf(x.length, 1, x, y);
        const model = await ridgeRegression({ l2: 1e-9 }).fit(set, context);
        answers(model, set).forEach((value, row) => {
          t.true(Math.abs(value - y[row]) < 1e-3);
        });
      },
    ),
    { numRuns: 50 },
  );
});

test('the gradient proves the optimum, on dense and sparse blocks together', async (t) => {
  const rows = 60;
  const dense = Float32Array.from({ length: rows * 2 }, (_, i) => Math.sin(i * i));
  const writer = new SparseWriter(rows, 5, 100);
  for (let row = 0; row < rows; row++) {
    writer.push(row % 5, 1);
    if (row % 3 === 0 && row % 5 < 4) writer.push(4, 0.5);
    writer.endRow();
  }
  const sparse = writer.block();
  const values = Float64Array.from({ length: rows }, (_, row) => Math.cos(row) + (row % 5));
  const set = { blocks: [denseBlock(rows, 2, dense), sparse], rows, classes: 1, labels, values };
  const model = await ridgeRegression({ l2: 0.3 }).fit(set, context);
  t.true(model.gap <= 1e-8);
  const left = answers(model, set).map((value, row) => value - values[row]);
  // By the free intercept and by each sparse column's weight the derivative is 0.
  t.true(Math.abs(left.reduce((sum, value) => sum + value, 0)) < 1e-3);
  const column0 = left.filter((_, row) => row % 5 === 0).reduce((sum, value) => sum + value, 0);
  t.true(Math.abs(column0 + 0.3 * model.weights[2]) < 1e-3);
});

test('a model comes back from its state bit for bit', async (t) => {
  const set = setOf(5, 2, [1, 2, 3, 4, 5, 5, 4, 3, 2, 9], [1, 4, 2, 8, 5]);
  const learner = ridgeRegression();
  const model = await learner.fit(set, context);
  t.deepEqual(answers(learner.load(model.state), set), answers(model, set));
  const { json } = model.state;
  t.throws(() => learner.load({ json, tensors: {} }), { instanceOf: ArtifactError });
});

test('values that are missing or not finite are refused by row, options by name', async (t) => {
  const { values: _, ...without } = setOf(2, 1, [0, 1], [0, 1]);
  const fit = (set: TrainingSet) => ridgeRegression().fit(set, context);
  await t.throwsAsync(fit(without), { instanceOf: DataError, message: /no values for 2 rows/ });
  await t.throwsAsync(fit(setOf(2, 1, [0, 1], [0, Number.NaN])), { instanceOf: DataError, message: /row 1/ });
  await t.throwsAsync(fit(setOf(2, 1, [0, Number.NaN], [0, 1])), { instanceOf: DataError, message: /row 1/ });
  t.throws(() => ridgeRegression({ l2: 0 }), { instanceOf: OptionError, message: /l2/ });
});
