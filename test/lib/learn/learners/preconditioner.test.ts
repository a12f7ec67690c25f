import test from 'ava';
import fc from 'fast-check';
import { denseBlock, SparseWriter } from '../../../../lib/data/blocks/index.js';
import { sigmoidMarginLoss, softmaxMarginLoss } from '../../../../lib/learn/learners/crossEntropy.js';
import { Design } from '../../../../lib/learn/learners/design.js';
import {
  logisticRegression,
  ridgeRegression,
  type TrainingSet,
} from '../../../../lib/learn/learners/index.js';
import { gramPlan, jointRows, preconditioner } from '../../../../lib/learn/learners/preconditioner.js';
import { lossAndGradient, uniform } from './problem.js';

const context = { seed: 1 };
const never = async () => {};

/** Dense columns of which each is mostly the one before it, sparse ones beside them if wanted. */
function correlated(
  seed: number,
  rows: number,
  columns: number,
  classes: number,
  sparse = false,
): TrainingSet {
  const next = uniform(seed);
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < values.length; i++) {
    values[i] = next() - 0.5 + (i % columns === 0 ? 0 : 0.9 * values[i - 1]);
  }
  const blocks: TrainingSet['blocks'][number][] = [denseBlock(rows, columns, values)];
  if (sparse) {
    const writer = new SparseWriter(rows, 9, rows);
    for (let row = 0; row < rows; row++) {
      writer.push(row % 9, 1);
      writer.endRow();
    }
    blocks.unshift(writer.block());
  }
  const labels = Int32Array.from({ length: rows }, (_, row) =>
    row < classes
      ? row
      : Math.min(classes - 1, Math.floor(classes * (0.5 * next() + 0.25 + values[row * columns] / 2))),
  );
  return { blocks, rows, classes, labels };
}

test('its inverse is symmetric and positive definite', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.constantFrom(2, 3), fc.boolean(), async (seed, classes, sparse) => {
      const set = correlated(seed, 60, 12, classes, sparse);
      const next = uniform(seed);
      const targets = Float64Array.from({ length: set.rows * classes }, (_, i) =>
        Number(set.labels[Math.floor(i / classes)] === i % classes),
      );
      const loss =
        classes === 2
          ? sigmoidMarginLoss(targets.filter((_, i) => i % 2 === 1))
          : softmaxMarginLoss(targets, classes);
      const design = new Design(set.blocks, loss.outputs);
      const margins = Float64Array.from({ length: set.rows * loss.outputs }, () => next() - 0.5);
      loss.evaluate(margins, new Float64Array(margins.length));
      const solver = preconditioner(design, loss, 0.5, never);
      await solver.update();
      const draw = () => Float64Array.from({ length: design.length }, () => next() - 0.5);
      const [x, y] = [draw(), draw()];
      const [ofX, ofY] = [new Float64Array(x.length), new Float64Array(x.length)];
      solver.apply(x, ofX);
      solver.apply(y, ofY);
      const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
      t.true(dot(x, ofX) > 0);
      t.true(Math.abs(dot(x, ofY) - dot(y, ofX)) <= 1e-6 * Math.sqrt(dot(x, ofX) * dot(y, ofY)));
    }),
    { numRuns: 20 },
  );
});

test('rough fits with other penalties go on with one factor, exact ones make another', async (t) => {
  const set = correlated(9, 60, 12, 3);
  const targets = Float64Array.from({ length: 180 }, (_, i) =>
    Number(set.labels[Math.floor(i / 3)] === i % 3),
  );
  const loss = softmaxMarginLoss(targets, 3);
  loss.evaluate(new Float64Array(180), new Float64Array(180));
  const design = new Design(set.blocks, 3);
  const next = uniform(9);
  const left = Float64Array.from({ length: design.length }, () => next() - 0.5);
  const solved = async (l2: number, isRough: boolean) => {
    const solver = preconditioner(design, loss, l2, never, isRough);
    const out = new Float64Array(design.length);
    await solver.update();
    solver.apply(left, out);
    // Of the dense columns alone.
    return [...out.subarray(0, 36)];
  };
  const first = await solved(1, true);
  t.deepEqual(await solved(10, true), first);
  t.notDeepEqual(await solved(1_000, true), first);
  const exact = await solved(1, false);
  t.notDeepEqual(await solved(10, false), exact);
});

for (const classes of [2, 4]) {
  test(`correlated columns, sparse ones beside them, reach the optimum: ${classes} classes`, async (t) => {
    for (const sparse of [false, true]) {
      for (const [rows, columns] of [
        [150, 20],
        // Fewer rows than columns.
        [20, 40],
      ]) {
        const set = correlated(rows, rows, columns, classes, sparse);
        const model = await logisticRegression({ l2: 0.1 }).fit(set, context);
        const { loss, squaredGradient } = lossAndGradient(model, set, 0.1);
        t.true(squaredGradient / (2 * 0.1) / loss <= 1.001e-8);
      }
    }
  });
}

test('constant and equal columns, and a class of one row, reach the optimum', async (t) => {
  const { blocks, labels, ...plain } = correlated(5, 90, 6, 3);
  const [{ values }] = blocks;
  const twice = Float32Array.from({ length: 90 * 13 }, (_, i) =>
    i % 13 === 12 ? 7 : values[Math.floor(i / 13) * 6 + (i % 6)],
  );
  const rare = labels.map((label, row) => (label === 2 ? Number(row > 2) * (row % 2) : label)).with(4, 2);
  const set = { ...plain, labels: rare, blocks: [denseBlock(90, 13, twice)] };
  const model = await logisticRegression({ l2: 0.01 }).fit(set, context);
  t.true(model.gap <= 1e-8);
  t.deepEqual([...model.weights.subarray(36)], [0, 0, 0]);
});

test('ridge regression solves the normal equations', async (t) => {
  const { blocks, rows } = correlated(6, 200, 8, 2);
  const values = Float64Array.from({ length: rows }, (_, row) => Math.sin(row) + blocks[0].values[row * 8]);
  const set = { blocks, rows, classes: 1, labels: new Int32Array(0), values };
  const model = await ridgeRegression({ l2: 2, tolerance: 1e-14 }).fit(set, context);
  const answers = new Float64Array(rows);
  model.score(blocks, answers);
  const mean = (of: (row: number) => number) => answers.reduce((sum, _, row) => sum + of(row), 0) / rows;
  for (let c = 0; c < 8; c++) {
    const centre = mean((row) => blocks[0].values[row * 8 + c]);
    const variance = mean((row) => (blocks[0].values[row * 8 + c] - centre) ** 2);
    // The derivative by the weight of the standardised column, which is the weight times the deviation.
    const slope =
      rows * mean((row) => (answers[row] - values[row]) * (blocks[0].values[row * 8 + c] - centre));
    t.true(Math.abs(slope / Math.sqrt(variance) + 2 * model.weights[c] * Math.sqrt(variance)) < 1e-5);
  }
});

test('an embedding scaled as one block keeps the proportions of its columns', async (t) => {
  const set = correlated(7, 80, 5, 2);
  const [plain] = set.blocks;
  const scaled = denseBlock(80, 5, plain.values, 'block');
  const fit = (block: typeof scaled) =>
    logisticRegression({ l2: 1, tolerance: 1e-14 }).fit({ ...set, blocks: [block] }, context);
  const model = await fit(scaled);
  // Ten times the values: a tenth of the weights, the same answers.
  const larger = await fit(
    denseBlock(
      80,
      5,
      plain.values.map((value) => 10 * value),
      'block',
    ),
  );
  model.weights.forEach((weight, c) => {
    t.true(Math.abs(weight - 10 * larger.weights[c]) < 1e-4 * Math.abs(weight) + 1e-6);
  });
  // Standardised columns have five times the variance together, so that the same penalty holds them less.
  const columnwise = await logisticRegression({ l2: 1 }).fit(set, context);
  const size = (weights: Float64Array) => weights.reduce((sum, weight) => sum + weight * weight, 0);
  t.true(size(model.weights) < size(columnwise.weights));
});

test('a Gram matrix is made for each step where it is cheap, once where it is not, and not at all where it never pays', (t) => {
  t.is(gramPlan(5_000, 10, 1)?.times, 'each');
  const once = gramPlan(20_000, 384, 1);
  t.is(once?.times, 'once');
  t.true(once !== undefined && once.rows < 20_000);
  t.deepEqual(gramPlan(3_600, 512, 8), { times: 'once', rows: 3_600 });
  t.is(gramPlan(1_000, 8_000, 1), undefined);
  t.is(gramPlan(1_000, 1, 1), undefined);
});

test('a fit is aborted while it makes its preconditioner', async (t) => {
  const reason = new Error('enough');
  const controller = new AbortController();
  const set = correlated(8, 1_100, 60, 3);
  setImmediate(() => controller.abort(reason));
  await t.throwsAsync(logisticRegression({ l2: 1 }).fit(set, { seed: 1, signal: controller.signal }), {
    is: reason,
  });
});

test('of few dense columns it inverts the Hessian of all classes together', async (t) => {
  const classes = 4;
  const set = correlated(3, 100, 3, classes);
  const next = uniform(3);
  const targets = Float64Array.from({ length: set.rows * classes }, (_, i) =>
    Number(set.labels[Math.floor(i / classes)] === i % classes),
  );
  const loss = softmaxMarginLoss(targets, classes);
  const design = new Design(set.blocks, classes);
  const margins = Float64Array.from({ length: set.rows * classes }, () => 4 * next());
  loss.evaluate(margins, new Float64Array(margins.length));
  const l2 = 0.01;
  const solver = preconditioner(design, loss, l2, never);
  await solver.update();

  const x = Float64Array.from({ length: design.length }, () => next() - 0.5);
  const image = new Float64Array(design.length);
  const along = new Float64Array(margins.length);
  design.product(x, along);
  loss.curve(along);
  design.transposed(along, image);
  // Intercepts have no penalty: a factor needs one.
  for (let i = 0; i < image.length; i++) image[i] += l2 * x[i];
  const solved = new Float64Array(design.length);
  solver.apply(image, solved);
  // Sums of products are in single precision.
  for (let i = 0; i < x.length; i++) t.true(Math.abs(solved[i] - x[i]) < 1e-3);
});

test('a joint factor is made where it costs less than the products that it saves', (t) => {
  // Six numbers of 19 classes beside 3,000 texts, and alone; 64 pixels of 10 classes.
  t.is(jointRows(3_000, 6 * 19, 19 * (2 * 90_000 + 18_000)), 912);
  t.is(jointRows(6_000, 7 * 19, 19 * 36_000), 1_064);
  t.is(jointRows(5_000, 65 * 10, 10 * 320_000), undefined);
});
