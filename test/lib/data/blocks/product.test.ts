import test from 'ava';
import fc from 'fast-check';
import { addProduct, addTransposeProduct, type Block } from '../../../../lib/data/blocks/index.js';
import { randomDense, randomSparse, table, uniform } from '../../learn/learners/problem.js';

const problem = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 0, max: 6 }),
  columns: fc.integer({ min: 0, max: 11 }),
  first: fc.integer({ min: 0, max: 3 }),
  outputs: fc.integer({ min: 1, max: 5 }),
  dense: fc.boolean(),
});

const close = (a: Float64Array, b: Float64Array) =>
  a.every((value, i) => Math.abs(value - b[i]) <= 1e-12 * (1 + Math.abs(b[i])));

test('products and transposed products add what plain loops over a table add', (t) => {
  fc.assert(
    fc.property(problem, ({ seed, rows, columns, first, outputs, dense }) => {
      const random = uniform(seed);
      const block: Block = dense
        ? randomDense(rows, columns % 4, random)
        : randomSparse(rows, columns, 0.6, random);
      const numbers = table(block);
      const width = (first + block.columns) * outputs;
      const weights = Float64Array.from({ length: width }, random);
      const residual = Float64Array.from({ length: rows * outputs }, (_, i) => (i % 3 === 0 ? 0 : random()));
      const margins = new Float64Array(rows * outputs).fill(1);
      const sums = new Float64Array(width).fill(2);
      const expectedMargins = margins.slice();
      const expectedSums = sums.slice();
      numbers.forEach((row, r) => {
        row.forEach((value, c) => {
          for (let o = 0; o < outputs; o++) {
            expectedMargins[r * outputs + o] += value * weights[(first + c) * outputs + o];
            expectedSums[(first + c) * outputs + o] += value * residual[r * outputs + o];
          }
        });
      });
      addProduct(block, weights, first, outputs, margins);
      addTransposeProduct(block, residual, first, outputs, sums);
      return close(margins, expectedMargins) && close(sums, expectedSums);
    }),
  );
  t.pass();
});
