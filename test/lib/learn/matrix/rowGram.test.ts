import test from 'ava';
import fc from 'fast-check';
import {
  addProduct,
  addTransposeProduct,
  type SparseBlock,
  SparseWriter,
} from '../../../../lib/data/blocks/index.js';
import { kernelRowGram, plainRowGram } from '../../../../lib/learn/matrix/index.js';
import { uniform } from '../learners/problem.js';

/** Most columns have few entries, some have none. */
function sparse(rows: number, columns: number, next: () => number): SparseBlock {
  const writer = new SparseWriter(rows, columns, rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) if (next() < 1 / (1 + c)) writer.push(c, next() - 0.3);
    writer.endRow();
  }
  return writer.block();
}

const shape = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 1, max: 40 }),
  widths: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 }),
  outputs: fc.integer({ min: 1, max: 21 }),
});

test('products of the kernel are those of the plain loops, bit for bit, and X (X left)', (t) => {
  fc.assert(
    fc.property(shape, ({ seed, rows, widths, outputs }) => {
      const next = uniform(seed);
      const blocks = widths.map((columns) => sparse(rows, columns, next));
      const kernel = kernelRowGram(blocks, outputs);
      if (kernel === undefined) return false;
      const plain = plainRowGram(blocks, outputs);
      // Twice: nothing of the first product is left.
      for (let round = 0; round < 2; round++) {
        const left = Float64Array.from({ length: rows * outputs }, () => next() - 0.5);
        const [fast, slow] = [new Float64Array(left.length).fill(7), new Float64Array(left.length)];
        kernel.multiply(left, fast);
        plain.multiply(left, slow);
        if (!fast.every((value, i) => Object.is(value, slow[i]))) return false;
        const expected = new Float64Array(left.length);
        for (const block of blocks) {
          const weights = new Float64Array(block.columns * outputs);
          addTransposeProduct(block, left, 0, outputs, weights);
          addProduct(block, weights, 0, outputs, expected);
        }
        if (!fast.every((value, i) => Math.abs(value - expected[i]) < 1e-12)) return false;
      }
      return true;
    }),
    { numRuns: 60 },
  );
  t.pass();
});

test('worked by hand: a column of two entries, and one of a single entry', (t) => {
  // Rows (1, 0), (2, 3): X X' is [1, 2; 2, 13].
  const writer = new SparseWriter(2, 2, 3);
  writer.push(0, 1);
  writer.endRow();
  writer.push(0, 2);
  writer.push(1, 3);
  writer.endRow();
  for (const gram of [kernelRowGram([writer.block()], 1), plainRowGram([writer.block()], 1)]) {
    const out = new Float64Array(2);
    gram?.multiply(Float64Array.of(1, 10), out);
    t.deepEqual([...out], [21, 132]);
  }
});

test('rows without entries give 0', (t) => {
  const block = sparse(3, 4, () => 1);
  for (const gram of [kernelRowGram([block], 2), plainRowGram([block], 2)]) {
    const out = new Float64Array(6).fill(1);
    gram?.multiply(new Float64Array(6).fill(5), out);
    t.deepEqual([...out], [0, 0, 0, 0, 0, 0]);
  }
});
