import test from 'ava';
import {
  clearRow,
  denseBlock,
  readRow,
  SparseWriter,
  storedColumns,
} from '../../../../lib/data/blocks/index.js';

function sparse() {
  const writer = new SparseWriter(3, 4, 4);
  writer.push(3, 5);
  writer.push(0, 1);
  writer.endRow();
  writer.endRow();
  writer.push(0, 2);
  writer.push(2, -1);
  writer.endRow();
  return writer.block();
}

test('columns of a sparse block hold their entries, rows ascending', (t) => {
  const columns = storedColumns(sparse()).map(({ count, values, start, step, rows }) =>
    Array.from({ length: count }, (_, i) => [rows?.[start + i], values[start + i * step]]),
  );
  t.deepEqual(columns, [
    [
      [0, 1],
      [2, 2],
    ],
    [],
    [[2, -1]],
    [[0, 5]],
  ]);
});

test('columns of a dense block are views of all its rows', (t) => {
  const block = denseBlock(2, 3, Float32Array.of(1, 2, 3, 4, 5, 6));
  const columns = storedColumns(block);
  t.true(columns.every(({ values, rows }) => values === block.values && rows === undefined));
  const numbers = columns.map(({ count, values, start, step }) =>
    Array.from({ length: count }, (_, i) => values[start + i * step]),
  );
  t.deepEqual(numbers, [
    [1, 4],
    [2, 5],
    [3, 6],
  ]);
});

test('a row is read from all blocks, and nothing of it is left for the next', (t) => {
  const blocks = [sparse(), denseBlock(3, 2, Float32Array.of(7, 8, 9, 10, 11, 12))];
  const into = new Float32Array(6);
  const rows = [0, 1, 2].map((row) => {
    readRow(blocks, row, into);
    const read = [...into];
    clearRow(blocks, row, into);
    return read;
  });
  t.deepEqual(rows, [
    [1, 0, 0, 5, 7, 8],
    [0, 0, 0, 0, 9, 10],
    [2, 0, -1, 0, 11, 12],
  ]);
});
