import test from 'ava';
import { softmaxMarginLoss } from '../../../../lib/learn/learners/crossEntropy.js';
import { Design } from '../../../../lib/learn/learners/design.js';
import { logisticRegression } from '../../../../lib/learn/learners/index.js';
import { minimise } from '../../../../lib/learn/learners/newton.js';
import { lossAndGradient, randomProblem, randomSparse, uniform } from './problem.js';

const never = { signal: undefined, maxIterations: 100 };
const near = (a: Float64Array, b: Float64Array, by: number) =>
  a.length === b.length && a.every((value, i) => Math.abs(value - b[i]) <= by);

test('sparse blocks have the same optimum whether they are taken for wide or not', async (t) => {
  const { blocks, rows, classes, labels } = randomProblem(3, 60, 3);
  const targets = Float64Array.from({ length: rows * classes }, (_, i) =>
    Number(labels[Math.floor(i / classes)] === i % classes),
  );
  const optimum = async (isWide: boolean) => {
    const design = new Design(blocks, classes, isWide);
    const parameters = new Float64Array(design.length);
    // From one optimum to another: a start that isn't 0.
    for (const l2 of [1, 0.3]) {
      const loss = softmaxMarginLoss(targets, classes);
      await minimise(design, loss, parameters, { ...never, l2, tolerance: 1e-13 });
    }
    const others = randomProblem(4, 9, 3).blocks;
    const margins = new Float64Array(9 * classes);
    design.onto(others)(parameters, margins);
    return { ...design.unscaled(parameters), margins };
  };
  const [plain, wide] = [await optimum(false), await optimum(true)];
  t.true(near(plain.weights, wide.weights, 1e-6));
  t.true(near(plain.intercepts, wide.intercepts, 1e-6));
  t.true(near(plain.margins, wide.margins, 1e-6));
});

test('wide rows, dense columns beside them: the gradient proves the optimum', async (t) => {
  const { blocks, ...set } = randomProblem(5, 60, 8);
  const wide = { ...set, blocks: [randomSparse(60, 400, 0.75, uniform(6)), blocks[1]] };
  for (const l2 of [0.1, 10]) {
    const model = await logisticRegression({ l2 }).fit(wide, { seed: 1 });
    const { loss, squaredGradient } = lossAndGradient(model, wide, l2);
    t.true(squaredGradient / (2 * l2) / loss <= 1.001e-8);
  }
});

test('a rough fit ends when its gradient is a share of the penalty, after fewer steps', async (t) => {
  const { blocks, rows, labels } = randomProblem(7, 90, 3);
  const targets = Float64Array.from({ length: rows * 3 }, (_, i) =>
    Number(labels[Math.floor(i / 3)] === i % 3),
  );
  for (const isWide of [false, true]) {
    const design = new Design(blocks, 3, isWide);
    const loss = softmaxMarginLoss(targets, 3);
    const parameters = new Float64Array(design.length);
    const options = { ...never, l2: 0.1, tolerance: 1e-12 };
    const rough = await minimise(design, loss, parameters, { ...options, share: 0.25 });
    const [margins, residual] = [new Float64Array(rows * 3), new Float64Array(rows * 3)];
    const gradient = new Float64Array(design.length);
    design.product(parameters, margins);
    loss.evaluate(margins, residual);
    design.transposed(residual, gradient);
    design.addPenalty(0.1, parameters, gradient);
    const squared = design.innerWithIntercepts(gradient, gradient);
    t.true(squared <= (0.25 * 0.1) ** 2 * design.inner(parameters, parameters));
    t.true(rough.gap > 1e-12);
    const exact = await minimise(design, loss, new Float64Array(design.length), options);
    t.true(rough.iterations < exact.iterations);
  }
});
