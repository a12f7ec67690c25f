import test from 'ava';
import fc from 'fast-check';
import { tableRows } from '../../../../entries/data.js';
import { recordOf } from '../../../../lib/data/columns/index.js';
import { RowReader } from '../../../../lib/data/rows/index.js';

const cell = fc.oneof(
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(null, undefined, -0, 'x'.repeat(300)),
);

test('a view has the key of a plain object with its columns, alone, in a table and among others', (t) => {
  const tables = fc
    .tuple(fc.uniqueArray(fc.string(), { maxLength: 4 }), fc.nat({ max: 5 }))
    .chain(([names, length]) =>
      fc.tuple(
        ...names.map((name) =>
          fc.tuple(fc.constant(name), fc.array(cell, { minLength: length, maxLength: length })),
        ),
      ),
    );
  fc.assert(
    fc.property(tables, (columns) => {
      const rows = tableRows(Object.fromEntries(columns));
      const records = rows.map((row) => ({ ...recordOf(row) }));
      const { keys, opaque } = new RowReader().keysOf(rows);
      const plain = new RowReader().keysOf(records);
      t.deepEqual(keys, plain.keys);
      t.deepEqual(opaque, plain.opaque);
      const mixed = new RowReader().keysOf(
        rows.flatMap((row, i) => [row, records[i], { row }, { row: records[i] }]),
      );
      for (let i = 0; i < rows.length; i++) {
        const four = mixed.keys.subarray(4 * i, 4 * i + 4);
        t.is(four[0], keys[i]);
        t.is(four[1], keys[i]);
        t.is(four[2], four[3]);
      }
    }),
  );
});

test('equal rows of a table have one key, others their own', (t) => {
  const rows = tableRows({ age: Float32Array.of(1, 2, 1, 1), page: ['a', 'a', 'a', null] });
  const { keys } = new RowReader().keysOf(rows);
  t.is(keys[0], keys[2]);
  t.is(new Set(keys).size, 3);
});

test('columns that can’t be read are no part of a row', (t) => {
  const list = { type: { typeId: 12 }, data: [] };
  const age = { type: { typeId: 3, precision: 2 }, data: [{ length: 2, values: Float64Array.of(5, 5) }] };
  const table = {
    numRows: 2,
    schema: { fields: [{ name: 'age' }, { name: 'list' }] },
    getChild: (name: string) => (name === 'age' ? age : list),
  };
  const { keys, opaque } = new RowReader().keysOf([...tableRows(table), { age: 5 }]);
  t.is(new Set(keys).size, 1);
  t.deepEqual(opaque, new Uint8Array(3));
});

test('an array that is refilled has the keys of its new rows', (t) => {
  const [first, second] = tableRows({ age: [31, 47] });
  const [reader, rows] = [new RowReader(), [first]];
  const [before] = reader.keysOf(rows).keys;
  rows[0] = second;
  t.not(reader.keysOf(rows).keys[0], before);
});
