import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { parquetRows, parquetTable, recordOf, tableRows } from '../../../../entries/data.js';
import { TableError } from '../../../../index.js';
import { openParquet } from '../../../../lib/data/tables/index.js';

type Schema = Parameters<typeof parquetWriteBuffer>[0]['schema'];

const directory = mkdtempSync(join(tmpdir(), 'tables-'));
test.after.always(() => rmSync(directory, { recursive: true }));

function written(name: string, columnData: ColumnSource[], rowGroupSize = 2): string {
  const path = join(directory, name);
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize })));
  return path;
}

const visits = written('visits.parquet', [
  { name: 'age', data: Int32Array.of(31, 42, 53), type: 'INT32' },
  { name: 'share', data: Float32Array.of(0.25, Number.NaN, 1), type: 'FLOAT' },
  { name: 'id', data: [7n, 8n, null], type: 'INT64', nullable: true },
  { name: 'page', data: ['home', null, 'cart'], type: 'STRING', nullable: true },
  { name: 'paid', data: [true, false, true], type: 'BOOLEAN' },
]);

test('files become one table: numbers in arrays of their type, other values as they are', async (t) => {
  t.deepEqual(await parquetTable([visits, visits]), {
    age: Float64Array.of(31, 42, 53, 31, 42, 53),
    share: Float32Array.of(0.25, Number.NaN, 1, 0.25, Number.NaN, 1),
    id: Float64Array.of(7, 8, Number.NaN, 7, 8, Number.NaN),
    page: ['home', null, 'cart', 'home', null, 'cart'],
    paid: [true, false, true, true, false, true],
  });
});

test('its rows are those of the columns asked for', async (t) => {
  const rows = tableRows<{ readonly age: number; readonly page: string | null }>(
    await parquetTable(visits, { columns: ['page', 'age'] }),
  );
  t.deepEqual(
    rows.map(({ age, page }) => [age, page]),
    [
      [31, 'home'],
      [42, null],
      [53, 'cart'],
    ],
  );
});

test('numbers of another width in a later file, and groups with missing ones, make doubles', async (t) => {
  const wide = written('wide.parquet', [
    { name: 'age', data: [2 ** 40, null, 7], type: 'DOUBLE', nullable: true },
  ]);
  t.deepEqual(await parquetTable([visits, wide], { columns: ['age'] }), {
    age: Float64Array.of(31, 42, 53, 2 ** 40, Number.NaN, 7),
  });
});

test('a file without rows has columns without values', async (t) => {
  const empty = written('empty.parquet', [{ name: 'age', data: new Int32Array(0), type: 'INT32' }]);
  const { age } = await parquetTable(empty);
  t.is(age.length, 0);
  t.deepEqual((await parquetTable([empty, visits], { columns: ['age'] })).age, Float64Array.of(31, 42, 53));
});

test('one row group of a file is read by itself', async (t) => {
  const { columns, groups, read, rows } = await openParquet(visits, ['age', 'page']);
  t.is(rows, 3);
  t.deepEqual(groups, [
    { index: 0, from: 0, rows: 2 },
    { index: 1, from: 2, rows: 1 },
  ]);
  t.deepEqual(
    columns.map(({ name, isNumber }) => [name, isNumber]),
    [
      ['age', true],
      ['page', false],
    ],
  );
  t.deepEqual(await read(1), { age: Float64Array.of(53), page: ['cart'] });
  t.deepEqual(await read(0), { age: Float64Array.of(31, 42), page: ['home', null] });
});

test('mistakes name the file and the column', async (t) => {
  await t.throwsAsync(parquetTable(visits, { columns: ['pages'] }), {
    instanceOf: TableError,
    message: /visits\.parquet, column 'pages': isn't there; .*did you mean .*page/,
  });
  const wide = written('beyond.parquet', [{ name: 'id', data: [1n, 2n ** 53n], type: 'INT64' }]);
  t.like(await t.throwsAsync(parquetTable(wide)), { file: wide, column: 'id', row: 1 });
  const other = written('other.parquet', [{ name: 'age', data: ['1'], type: 'STRING' }]);
  t.like(await t.throwsAsync(parquetTable([visits, other], { columns: ['age'] })), {
    file: other,
    column: 'age',
  });
});

test('times are rounded down, and times of day and bytes refused where they are read, as Arrow’s are', async (t) => {
  const path = join(directory, 'others.parquet');
  const columnData = [
    { name: 'at', data: [-1n, 1_999_999n, -1_000_000n] },
    { name: 'noon', data: [3_720_000_000n, 0n, 1n] },
    { name: 'raw', data: [Uint8Array.of(97), Uint8Array.of(98), Uint8Array.of(99)] },
    { name: 'age', data: Int32Array.of(31, 42, 53) },
  ];
  const repetition_type = 'REQUIRED';
  const schema: Schema = [
    { name: 'root', num_children: 4 },
    {
      name: 'at',
      type: 'INT64',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' },
      repetition_type,
    },
    {
      name: 'noon',
      type: 'INT64',
      logical_type: { type: 'TIME', isAdjustedToUTC: true, unit: 'MICROS' },
      repetition_type,
    },
    { name: 'raw', type: 'BYTE_ARRAY', repetition_type },
    { name: 'age', type: 'INT32', repetition_type },
  ];
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData, schema, rowGroupSize: 2 })));
  const [first, second, third] = tableRows(await parquetTable(path));
  t.deepEqual(recordOf(first), { at: new Date(-1), age: 31 });
  t.deepEqual([second.at, third.at], [new Date(1), new Date(-1)]);
  t.throws(() => first.noon, {
    instanceOf: TableError,
    message: /column 'noon': is of type Time, which isn't/,
  });
  t.throws(() => third.raw, {
    instanceOf: TableError,
    message: /column 'raw': is of type Binary, which isn't/,
  });
  const records = [];
  for await (const record of parquetRows(path, { columns: ['raw'] })()) records.push(record);
  t.deepEqual(records, [{ raw: 'a' }, { raw: 'b' }, { raw: 'c' }]);
});
