import test from 'ava';
import fc from 'fast-check';
import { SparseWriter } from '../../../../lib/data/blocks/index.js';
import { entriesOf } from '../../../support/blocks.js';

test('rows are written as pushed, empty ones too', (t) => {
  const writer = new SparseWriter(3, 10, 2);
  writer.push(7, 0.5);
  writer.push(2, -1);
  writer.endRow();
  writer.endRow();
  writer.push(9, 3);
  writer.endRow();
  t.deepEqual(writer.block(), {
    kind: 'sparse',
    rows: 3,
    columns: 10,
    offsets: Uint32Array.of(0, 2, 2, 3),
    indices: Uint32Array.of(7, 2, 9),
    values: Float32Array.of(0.5, -1, 3),
  });
});

test('a wrong guess of the size costs nothing but room', (t) => {
  const rows = fc.array(fc.array(fc.tuple(fc.nat(99), fc.float({ noNaN: true })), { maxLength: 40 }));
  fc.assert(
    fc.property(rows, fc.nat(200), (table, guess) => {
      const writer = new SparseWriter(table.length, 100, guess);
      for (const row of table) {
        for (const [column, value] of row) writer.push(column, value);
        writer.endRow();
      }
      const block = writer.block();
      table.forEach((row, r) => {
        t.deepEqual(entriesOf(block, r), row);
      });
      t.is(block.values.length, table.flat().length);
      t.is(block.indices.length, table.flat().length);
    }),
  );
});

test('many entries are pushed as one by one, times a factor, whatever the guess', (t) => {
  for (const guess of [0, 3, 100]) {
    const writer = new SparseWriter(3, 50, guess);
    writer.push(4, 1);
    writer.pushAll(Uint32Array.of(1, 0), Float64Array.of(2, 3), 2, 10);
    writer.endRow();
    writer.pushAll(new Uint32Array(0), new Float64Array(0), 0, 5);
    writer.endRow();
    writer.pushAll(
      Uint32Array.from({ length: 50 }, (_, e) => e),
      new Float64Array(50).fill(0.5),
      40,
    );
    writer.endRow();
    const block = writer.block();
    t.deepEqual(entriesOf(block, 0), [
      [4, 1],
      [1, 20],
      [0, 30],
    ]);
    t.deepEqual(entriesOf(block, 1), []);
    t.deepEqual(
      entriesOf(block, 2),
      Array.from({ length: 40 }, (_, e) => [e, 0.5]),
    );
  }
});
