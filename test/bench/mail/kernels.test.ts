import test from 'ava';
import { relativeGap } from '../../../bench/mail/kernels.js';
import { SparseWriter } from '../../../lib/data/blocks/index.js';
import { logisticRegression } from '../../../lib/learn/learners/index.js';

/** Four rows of one column: 1, 1, none and none. */
function block() {
  const writer = new SparseWriter(4, 1, 4);
  for (let row = 0; row < 4; row++) {
    if (row < 2) writer.push(0, 1);
    writer.endRow();
  }
  return writer.block();
}

const labels = Int32Array.of(1, 0, 1, 0);

test('at zero weights the gap is what a sheet of paper gives', async (t) => {
  const model = await logisticRegression().fit(
    { blocks: [block()], rows: 4, classes: 2, labels },
    { seed: 1 },
  );
  const at = (weight: number) => ({
    ...model,
    weights: Float64Array.of(weight),
    intercepts: Float64Array.of(0),
  });
  // Labels balance in every column: weight 0 is the optimum, gradient 0.
  t.is(relativeGap(at(0), block(), labels, 0.5), 0);
  // At weight 1: residuals s - 1 and s with s = sigmoid(1); gradient = 0.5 + 2 s - 1, intercept's 2 s - 1.
  const s = 1 / (1 + Math.exp(-1));
  const loss = 0.25 - Math.log(s) - Math.log(1 - s) + 2 * Math.LN2;
  const squared = (0.5 + 2 * s - 1) ** 2 + (2 * s - 1) ** 2;
  t.true(Math.abs(relativeGap(at(1), block(), labels, 0.5) - squared / loss) < 1e-12);
});

test('a fitted model is within the tolerance it was fitted to', async (t) => {
  const uneven = Int32Array.of(1, 1, 1, 0);
  const model = await logisticRegression({ l2: 0.5, tolerance: 1e-9 }).fit(
    { blocks: [block()], rows: 4, classes: 2, labels: uneven },
    { seed: 1 },
  );
  t.true(relativeGap(model, block(), uneven, 0.5) <= 1e-9);
  const moved = { ...model, weights: Float64Array.of(model.weights[0] + 0.1) };
  t.true(relativeGap(moved, block(), uneven, 0.5) > 1e-4);
});
