import test from 'ava';
import { denseBlock, pickColumns, pickEntries, SparseWriter } from '../../../../lib/data/blocks/index.js';

test('some columns of a dense row, apart from each other', (t) => {
  const block = denseBlock(2, 3, Float32Array.of(1, 2, 3, 4, 5, 6));
  const into = new Float32Array(7).fill(9);
  // The block's columns are called 10, 11 and 12; of those asked for, 12 and 10 are its.
  pickColumns(block, 1, Int32Array.of(7, 12, 10, 30), 1, 3, 10, into, 1, 4);
  t.deepEqual([...into], [9, 6, 9, 9, 9, 4, 9]);
});

test('some entries of a sparse row, in the order that they are stored in', (t) => {
  const writer = new SparseWriter(2, 4, 5);
  writer.push(0, 1);
  writer.endRow();
  for (const column of [3, 0, 2]) writer.push(column, 10 + column);
  writer.endRow();
  const places = new Int32Array(4).fill(9);
  const into = new Float32Array(4).fill(9);
  // Its column 0 is called 1; column 0 has no place.
  const count = pickEntries(writer.block(), 1, Int32Array.of(5, -1, 6, 7, 8), 1, places, into);
  t.is(count, 2);
  t.deepEqual([...places], [8, 7, 9, 9]);
  t.deepEqual([...into], [13, 12, 9, 9]);
});
