import test from 'ava';
import fc from 'fast-check';
import { cholesky, invertLower } from '../../../../lib/learn/matrix/index.js';
import { uniform } from '../learners/problem.js';

/** A'A + ridge, of random A with `rank` rows. */
function gram(size: number, rank: number, ridge: number, seed: number): Float64Array {
  const next = uniform(seed);
  const rows = Array.from({ length: rank }, () => Float64Array.from({ length: size }, () => next() - 0.5));
  return Float64Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    return rows.reduce((sum, row) => sum + row[i] * row[j], i === j ? ridge : 0);
  });
}

test('a factor by hand, and what is above the diagonal stays', async (t) => {
  const matrix = Float64Array.of(4, Number.NaN, Number.NaN, 2, 5, Number.NaN, -2, 3, 9);
  t.true(await cholesky(matrix, 3));
  // L = [2], [1, 2], [-1, 2, 2]
  t.deepEqual([...matrix], [2, Number.NaN, Number.NaN, 1, 2, Number.NaN, -1, 2, 2]);
  const inverse = await invertLower(matrix, 3);
  t.deepEqual([...inverse], [0.5, 0, 0, -0.25, 0.5, 0, 0.5, -0.5, 0.5]);
});

test('L L’ is the matrix, and the inverse times L is 1', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.integer(), async (size, seed) => {
      const matrix = gram(size, size, 0.1, seed);
      const factor = matrix.slice();
      t.true(await cholesky(factor, size));
      const inverse = await invertLower(factor, size);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++) {
          let product = 0;
          let unit = 0;
          for (let k = 0; k <= j; k++) product += factor[i * size + k] * factor[j * size + k];
          for (let k = j; k <= i; k++) unit += inverse[i * size + k] * factor[k * size + j];
          t.true(Math.abs(product - matrix[i * size + j]) < 1e-12);
          t.true(Math.abs(unit - Number(i === j)) < 1e-5);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('a matrix that is not positive definite is refused', async (t) => {
  t.false(await cholesky(Float64Array.of(1, 2, 2, 1), 2));
  t.false(await cholesky(Float64Array.of(0), 1));
  t.false(await cholesky(Float64Array.of(Number.NaN), 1));
  // Two columns that are equal.
  t.false(await cholesky(Float64Array.of(3, 3, 3, 3), 2));
  t.true(await cholesky(gram(30, 5, 1e-6, 1), 30));
});

test('a pause that throws ends it', async (t) => {
  const reason = new Error('enough');
  const pause = async () => {
    throw reason;
  };
  await t.throwsAsync(cholesky(gram(320, 1, 1, 2), 320, pause), { is: reason });
});
