import test from 'ava';
import { denseValues, fromBlock, toBlock } from '../../../exchange/sklearn/values.js';
import { addDoubles, addProduct, gather, type SparseValues } from '../../../lib/data/blocks/index.js';

const sparse = (values: readonly number[]): SparseValues => ({
  kind: 'sparse',
  rows: 2,
  columns: 3,
  offsets: Uint32Array.of(0, 2, 3),
  indices: Uint32Array.of(0, 2, 1),
  values: Float64Array.from(values),
});

test('blocks have doubles beside their numbers, and values are views of them', (t) => {
  for (const values of [denseValues(1, 3, Float64Array.of(1, 0.1, 2)), sparse([1, 0.1, 2])]) {
    const block = toBlock(values);
    t.deepEqual(block.values, Float32Array.of(1, 0.1, 2));
    t.is(block.exact, values.values);
    t.is(fromBlock(block).values, values.values);
    t.like(fromBlock(block), values);
  }
});

test('a block that lost its doubles gives its numbers', (t) => {
  const { exact: _, ...single } = toBlock(denseValues(1, 2, Float64Array.of(0.1, 2)));
  t.deepEqual(fromBlock(single).values, Float64Array.of(Math.fround(0.1), 2));
});

test('a row has the same sums beside rows of fractions and by itself', (t) => {
  const numbers = Float64Array.of(1, 2, 3, 4, 5, 6, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
  const whole = toBlock(denseValues(2, 6, numbers));
  for (const sums of [1, 2, 5]) {
    const weights = Float64Array.from({ length: 6 * sums }, (_, i) => Math.sin(i));
    const [both, alone] = [new Float64Array(2 * sums), new Float64Array(sums)];
    addDoubles(fromBlock(whole), weights, 0, sums, both);
    addDoubles(fromBlock(gather(whole, [0])), weights, 0, sums, alone);
    t.deepEqual(both.subarray(0, sums), alone);
    const own = new Float64Array(sums);
    addDoubles(fromBlock(toBlock(denseValues(1, 6, numbers.subarray(0, 6)))), weights, 0, sums, own);
    t.deepEqual(own, alone);
    const single = new Float64Array(sums);
    addProduct(gather(whole, [0]), weights, 0, sums, single);
    single.forEach((each, i) => {
      t.true(Math.abs(each - alone[i]) < 1e-14);
    });
  }
});
