import test from 'ava';
import { type Block, denseBlock, difference, Occupied } from '../../../../lib/data/blocks/index.js';

const exactly = (a: number, b: number) => Object.is(a, b);

/** Two rows: 0 0 3, and 1 0 0, entries in this order. */
const sparse: Block = {
  kind: 'sparse',
  rows: 2,
  columns: 3,
  offsets: Uint32Array.of(0, 1, 2),
  indices: Uint32Array.of(2, 0),
  values: Float32Array.of(3, 1),
};

test('rows are compared column by column, whatever stores them', (t) => {
  const dense = denseBlock(2, 3, Float32Array.of(0, 0, 3, 1, 0, 2));
  t.is(difference(sparse, 0, dense, 0, exactly), undefined);
  t.deepEqual(difference(sparse, 1, dense, 1, exactly), { column: 2, one: 0, other: 2 });
  t.deepEqual(difference(dense, 1, sparse, 1, exactly), { column: 2, one: 2, other: 0 });
  t.deepEqual(difference(dense, 0, dense, 1, exactly), { column: 0, one: 0, other: 1 });
  t.deepEqual(difference(sparse, 0, sparse, 1, exactly), { column: 2, one: 3, other: 0 });
  t.is(difference(sparse, 1, sparse, 1, exactly), undefined);
});

test('the order of a sparse row’s entries says nothing', (t) => {
  const of = (indices: number[], values: number[]): Block => ({
    kind: 'sparse',
    rows: 1,
    columns: 9,
    offsets: Uint32Array.of(0, indices.length),
    indices: Uint32Array.from(indices),
    values: Float32Array.from(values),
  });
  t.is(difference(of([7, 2], [1, 4]), 0, of([2, 7], [4, 1]), 0, exactly), undefined);
  t.is(difference(of([7, 2], [1, 0]), 0, of([7], [1]), 0, exactly), undefined);
});

test('memory is whose it was first, where bytes overlap', (t) => {
  const occupied = new Occupied<string>();
  const table = new Float32Array(6);
  t.is(occupied.take(denseBlock(1, 2, table.subarray(0, 2)), 'a'), undefined);
  t.is(occupied.take(denseBlock(2, 2, table.subarray(2)), 'b'), undefined, 'disjoint parts of one buffer');
  t.is(occupied.take(denseBlock(1, 2, table.subarray(1, 3)), 'c'), 'a');
  t.is(occupied.take(denseBlock(1, 2, table), 'c'), 'a', 'the part that is used');
  t.is(occupied.take(sparse, 'd'), undefined);
  t.is(occupied.take({ ...sparse, values: new Float32Array(2) }, 'e'), 'd', 'indices, too');
  t.is(occupied.take(denseBlock(0, 2, table), 'f'), undefined, 'no rows, no memory');
});
