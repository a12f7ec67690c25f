import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { parquetRows } from '../../../../entries/data.js';
import { TableError } from '../../../../index.js';

const directory = mkdtempSync(join(tmpdir(), 'tables-'));
test.after.always(() => rmSync(directory, { recursive: true }));

function written(name: string, columnData: ColumnSource[], rowGroupSize = 2): string {
  const path = join(directory, name);
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize })));
  return path;
}

const visits = written('visits.parquet', [
  { name: 'age', data: Int32Array.of(31, 42, 53), type: 'INT32' },
  { name: 'seconds', data: [1.5, null, 2.5], type: 'DOUBLE', nullable: true },
  { name: 'share', data: Float32Array.of(0.25, Number.NaN, 1), type: 'FLOAT' },
  { name: 'id', data: [7n, null, 9n], type: 'INT64', nullable: true },
  { name: 'page', data: ['home', null, 'cart'], type: 'STRING', nullable: true },
  { name: 'at', data: [new Date(0), null, new Date(86_400_000)], type: 'TIMESTAMP', nullable: true },
  { name: 'paid', data: [true, false, true], type: 'BOOLEAN' },
]);

async function all<Row>(read: () => AsyncIterable<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of read()) rows.push(row);
  return rows;
}

test('a column __proto__ is a column like others', async (t) => {
  const file = written('proto.parquet', [{ name: '__proto__', data: Int32Array.of(1), type: 'INT32' }]);
  t.deepEqual(await all(parquetRows(file)), [JSON.parse('{"__proto__":1}')]);
});

test('rows have values as features take them, group by group', async (t) => {
  t.deepEqual(await all(parquetRows(visits)), [
    { age: 31, seconds: 1.5, share: 0.25, id: 7, page: 'home', at: new Date(0), paid: true },
    { age: 42, seconds: Number.NaN, share: Number.NaN, id: Number.NaN, page: null, at: null, paid: false },
    { age: 53, seconds: 2.5, share: 1, id: 9, page: 'cart', at: new Date(86_400_000), paid: true },
  ]);
});

test('only the columns that are named are read, as often as the function is called', async (t) => {
  const read = parquetRows([visits, visits], {
    columns: ['page', 'age'],
    row: ({ page, age }) => `${page} ${age}`,
  });
  const rows = ['home 31', 'null 42', 'cart 53'];
  t.deepEqual(await all(read), [...rows, ...rows]);
  t.deepEqual(await all(read), [...rows, ...rows]);
});

test('a second file with other columns is refused, by file and column', async (t) => {
  const age: ColumnSource = { name: 'age', data: Int32Array.of(1), type: 'INT32' };
  const pair = (other: ColumnSource[], first = [age]) =>
    all(parquetRows([written('first.parquet', first), written('second.parquet', other)]));
  t.like(await t.throwsAsync(pair([{ ...age, name: 'years' }]), { instanceOf: TableError }), {
    file: join(directory, 'second.parquet'),
    column: 'age',
    message: `${join(directory, 'second.parquet')}, column 'age': isn't there; ${join(directory, 'first.parquet')} has it`,
  });
  t.like(await t.throwsAsync(pair([age, { ...age, name: 'years' }])), { code: 'TABLE', column: 'years' });
  await t.throwsAsync(pair([{ name: 'age', data: ['1'], type: 'STRING' }]), {
    message: /second\.parquet, column 'age': is BYTE_ARRAY .*, and INT32 in .*first\.parquet$/,
  });
  // Numbers of another width are numbers.
  t.deepEqual(await pair([{ name: 'age', data: Float64Array.of(2.5), type: 'DOUBLE' }]), [
    { age: 1 },
    { age: 2.5 },
  ]);
});

test('mistakes name the file and the column', async (t) => {
  await t.throwsAsync(all(parquetRows(visits, { columns: ['pages'] })), {
    instanceOf: TableError,
    message: /visits\.parquet, column 'pages': isn't there; there are age, .*did you mean .*page/,
  });
  await t.throwsAsync(all(parquetRows(join(directory, 'none.parquet'))), {
    instanceOf: TableError,
    message: /none\.parquet: can't be read: ENOENT/,
  });
  const text = join(directory, 'text.parquet');
  writeFileSync(text, 'a,b\n1,2\n');
  await t.throwsAsync(all(parquetRows(text)), {
    instanceOf: TableError,
    message: /text\.parquet: is no Parquet file: it looks like text/,
  });
  const large = written('large.parquet', [{ name: 'id', data: [1n, 2n, 2n ** 60n], type: 'INT64' }]);
  t.like(await t.throwsAsync(all(parquetRows(large)), { instanceOf: TableError }), { column: 'id', row: 2 });
  for (const bad of ['', [], [''], 3]) {
    t.throws(() => parquetRows(bad as string), { code: 'OPTION', message: /'paths': expected the path/ });
  }
  t.throws(() => parquetRows(visits, { columns: [] }), { code: 'OPTION', message: /'columns'/ });
  t.throws(() => parquetRows(visits, { column: ['age'] } as object), { code: 'OPTION', message: /unknown/ });
});
