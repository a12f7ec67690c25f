import test from 'ava';
import { addProduct } from '../../../../../lib/data/blocks/index.js';
import {
  addWeighted,
  denseValues,
  fromBlock,
  type SparseValues,
  toBlock,
} from '../../../../../lib/models/exchange/sklearn/values.js';

const sparse = (values: readonly number[]): SparseValues => ({
  kind: 'sparse',
  rows: 2,
  columns: 3,
  offsets: Uint32Array.of(0, 2, 3),
  indices: Uint32Array.of(0, 2, 1),
  values: Float64Array.from(values),
});

test('blocks have doubles where single precision would change a number, and values are views of them', (t) => {
  for (const values of [denseValues(1, 3, Float64Array.of(1, 0.1, 2)), sparse([1, 0.1, 2])]) {
    const block = toBlock(values);
    t.deepEqual(block.values, Float32Array.of(1, 0.1, 2));
    t.is(block.exact, values.values);
    t.is(fromBlock(block).values, values.values);
    t.deepEqual(fromBlock(block), values);
  }
});

test('numbers that single precision has need no doubles, NaN and infinities among them', (t) => {
  for (const numbers of [
    [1, 0.5, -3],
    [Number.NaN, Number.POSITIVE_INFINITY, 0],
  ]) {
    for (const values of [denseValues(1, 3, Float64Array.from(numbers)), sparse(numbers)]) {
      const block = toBlock(values);
      t.is(block.exact, undefined);
      t.deepEqual({ ...fromBlock(block) }, values);
    }
  }
});

test('products over blocks of either kind are those over their numbers', (t) => {
  const weights = Float64Array.from({ length: 4 * 5 }, (_, i) => Math.sin(i));
  for (const numbers of [
    [1, 0.5, 2],
    [0.1, 0.2, 0.3],
  ]) {
    const values = sparse(numbers);
    for (const sums of [1, 2, 5]) {
      const [plain, own] = [new Float64Array(2 * sums).fill(1), new Float64Array(2 * sums).fill(1)];
      for (let row = 0; row < 2; row++) {
        for (let e = values.offsets[row]; e < values.offsets[row + 1]; e++) {
          for (let s = 0; s < sums; s++)
            plain[row * sums + s] += values.values[e] * weights[(1 + values.indices[e]) * sums + s];
        }
      }
      addWeighted(fromBlock(toBlock(values)), weights, 1, sums, own);
      own.forEach((each, i) => {
        t.true(Math.abs(each - plain[i]) < 1e-15, `${sums} sums of ${numbers}`);
      });
      // Single precision is read as it is, without a copy in double precision.
      const block = toBlock(values);
      const direct = new Float64Array(2 * sums).fill(1);
      addProduct(block, weights, 1, sums, direct);
      if (block.exact === undefined) t.deepEqual(own, direct);
    }
  }
});
