import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../lib/data/blocks/index.js';
import {
  holdMatrix,
  kernelGram,
  kernelMatrix,
  plainGram,
  plainMatrix,
  TILE,
} from '../../../../lib/learn/matrix/index.js';
import { randomDense, uniform } from '../learners/problem.js';

const shape = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 1, max: 150 }),
  columns: fc.integer({ min: 1, max: 37 }),
  outputs: fc.integer({ min: 1, max: 13 }),
  first: fc.integer({ min: 0, max: 3 }),
});

test('products of the kernel are those of the plain loops, bit for bit', (t) => {
  fc.assert(
    fc.property(shape, ({ seed, rows, columns, outputs, first }) => {
      const next = uniform(seed);
      const values = Float32Array.from({ length: rows * columns }, () => 1000 * next() ** 9 - 0.01);
      const block = denseBlock(rows, columns, values);
      const kernel = kernelMatrix(block, outputs);
      if (kernel === undefined) return false;
      const plain = plainMatrix(block, outputs);
      const weights = Float64Array.from({ length: (first + columns) * outputs }, () => next() - 0.5);
      const residual = Float64Array.from({ length: rows * outputs }, () => next() - 0.5);
      for (const matrix of [kernel, kernel]) {
        const [margins, expected] = [residual.slice(), residual.slice()];
        matrix.addProduct(weights, first, margins);
        plain.addProduct(weights, first, expected);
        const [sums, expectedSums] = [weights.slice(), weights.slice()];
        matrix.addTransposeProduct(residual, first, sums);
        plain.addTransposeProduct(residual, first, expectedSums);
        if (!margins.every((value, i) => Object.is(value, expected[i]))) return false;
        if (!sums.every((value, i) => Object.is(value, expectedSums[i]))) return false;
      }
      return true;
    }),
    { numRuns: 60 },
  );
  t.pass();
});

test('a block whose values go on after its rows, and one without rows', (t) => {
  const block = denseBlock(3, 2, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const margins = new Float64Array(3);
  kernelMatrix(block, 1)?.addProduct(Float64Array.of(1, 10), 0, margins);
  t.deepEqual([...margins], [21, 43, 65]);
  t.is(kernelMatrix(denseBlock(0, 2, new Float32Array(0)), 1), undefined);
  const none = new Float64Array(0);
  holdMatrix(denseBlock(0, 2, new Float32Array(0)), 1, 0).addProduct(Float64Array.of(1, 2), 0, none);
});

test('small blocks stay where they are, and only large ones are copied', (t) => {
  const block = randomDense(10, 3, uniform(1));
  if (block.kind !== 'dense') throw new TypeError('expected a dense block');
  const held = holdMatrix(block, 1);
  const copied = holdMatrix(block, 1, 0);
  block.values.fill(0);
  const [seen, unseen] = [new Float64Array(10), new Float64Array(10)];
  held.addProduct(Float64Array.of(1, 1, 1), 0, seen);
  copied.addProduct(Float64Array.of(1, 1, 1), 0, unseen);
  t.true(seen.every((value) => value === 0));
  t.false(unseen.every((value) => value === 0));
});

test('Gram sums of the kernel are those of the plain loop, bit for bit', (t) => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 70 }), (seed, columns) => {
      const next = uniform(seed);
      const kernel = kernelGram(columns);
      const plain = plainGram(columns);
      if (kernel === undefined || kernel.width !== plain.width) return false;
      for (let tile = 0; tile < 2; tile++) {
        for (let row = 0; row < TILE; row++) {
          for (let c = 0; c < columns; c++) plain.tile[row * plain.width + c] = 1000 * next() ** 9 - 0.01;
        }
        kernel.tile.set(plain.tile);
        kernel.add();
        plain.add();
      }
      for (let i = 0; i < columns; i++) {
        for (let j = 0; j <= i; j++) {
          const at = i * plain.width + j;
          if (!Object.is(kernel.sums[at], plain.sums[at])) return false;
        }
      }
      return true;
    }),
    { numRuns: 15 },
  );
  t.pass();
});

test('a Gram matrix by hand', (t) => {
  const { tile, width, sums, add } = kernelGram(2) ?? plainGram(2);
  tile.set([1, 2], 0);
  tile.set([3, -1], width);
  add();
  // 1 * 1 + 3 * 3, 2 * 1 - 1 * 3, 2 * 2 + 1 * 1
  t.deepEqual([sums[0], sums[width], sums[width + 1]], [10, -1, 5]);
});
