import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import test, { type ExecutionContext } from 'ava';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { openWriter, type WriterOptions } from '../../../batch/formats/index.js';
import { outputDigest } from '../../../batch/run/index.js';
import type { ReadOptions } from '../../../batch/units/index.js';
import { InputError, OptionError } from '../../../index.js';
import { answersFor, writtenUnits } from '../../support/arrowStreams.js';
import { folderFor } from '../../support/files.js';
import { Kept } from '../../support/streams.js';

/** Columns of Parquet and CSV files, written as Arrow beside the answers. */

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const columns: Parameters<typeof parquetWriteBuffer>[0]['columnData'] = [
  { name: 'id', data: [1n, 2n, 3n], type: 'INT64' },
  { name: 'x', data: [0.5, null, -2], type: 'DOUBLE', nullable: true },
  { name: 'city', data: ['Bern', null, 'Zürich'], type: 'STRING', nullable: true },
  { name: 'new', data: [true, false, null], type: 'BOOLEAN', nullable: true },
  { name: 'on', data: [day('2026-01-02'), null, day('1969-12-31')], type: 'TIMESTAMP', nullable: true },
];
const fileOf = (columnData: typeof columns) =>
  new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 2 }));
const parquet = fileOf(columns);
const nested = fileOf([
  ...columns,
  { name: 'tags', data: [{ a: 1 }, { a: 2 }, null], type: 'JSON', nullable: true },
]);

/** Every unit of a file answered and written. */
async function written(
  t: ExecutionContext,
  name: string,
  content: Uint8Array | string,
  format: 'arrow' | 'jsonl',
  options: WriterOptions & ReadOptions = {},
): Promise<Buffer> {
  const path = join(await folderFor(t), name);
  await writeFile(path, content);
  return writtenUnits(path, format, options);
}

const recordsIn = (bytes: Uint8Array) =>
  tableFromIPC(bytes)
    .toArray()
    .map((row) => row?.toJSON());

test('columns of Parquet are written in their types, with nulls where they are missing', async (t) => {
  const error = await t.throwsAsync(written(t, 'a.parquet', nested, 'arrow'), { instanceOf: InputError });
  t.regex(error.message, /^the schema: column 'tags' .*name a key to leave it out, or write JSON lines/);
  const bytes = await written(t, 'a.parquet', parquet, 'arrow');
  t.deepEqual(
    tableFromIPC(bytes).schema.fields.map(({ name, type }) => `${name} ${type}`),
    [
      'id Float64',
      'x Float64',
      'city Utf8',
      'new Bool',
      'on Timestamp<MILLISECOND>',
      'label Utf8',
      'stage Uint8',
      'verdict Utf8',
    ],
  );
  const rows = [
    { id: 1, x: 0.5, city: 'Bern', new: true, on: +day('2026-01-02') },
    { id: 2, x: null, city: null, new: false, on: null },
    { id: 3, x: -2, city: 'Zürich', new: null, on: +day('1969-12-31') },
  ];
  const answers = rows.map((row, i) => ({ ...row, label: `l${i}`, stage: i, verdict: 'certified' }));
  t.deepEqual(recordsIn(bytes), answers);
});

test('the key alone; the digest is that of JSON lines', async (t) => {
  const folder = await folderFor(t);
  const paths = await Promise.all(
    (['arrow', 'jsonl'] as const).map(async (format) => {
      const path = join(folder, `out.${format}`);
      await writeFile(path, await written(t, 'a.parquet', nested, format, { key: 'id' }));
      return path;
    }),
  );
  t.deepEqual(recordsIn(await written(t, 'a.parquet', nested, 'arrow', { key: 'id' }))[1], {
    id: 2,
    label: 'l1',
    stage: 1,
    verdict: 'certified',
  });
  const [arrow, jsonl] = await Promise.all(paths.map((path) => outputDigest([path])));
  t.is(arrow.rows, 3);
  t.deepEqual(arrow, jsonl);
});

test('columns of CSV have the types that are asked for; a file without rows gives a schema', async (t) => {
  const csv = 'city,x,new\nBern,1.5,true\n"Genève, GE",,false\n';
  const types = { x: 'number', new: 'boolean' } as const;
  t.deepEqual(
    recordsIn(await written(t, 'a.csv', csv, 'arrow', { types })).map(({ city, x, new: is }) => [
      city,
      x,
      is,
    ]),
    [
      ['Bern', 1.5, true],
      ['Genève, GE', null, false],
    ],
  );
  const empty = tableFromIPC(await written(t, 'a.csv', 'city,x,new\n', 'arrow', { types }));
  t.deepEqual([empty.numRows, empty.schema.fields.length], [0, 6]);
});

test('names that clash, a value of another type, and rows without columns are refused by name', async (t) => {
  const refused = (written: Promise<unknown>, message: RegExp) =>
    t.throwsAsync(written, { instanceOf: InputError, message });
  await refused(written(t, 'a.csv', 'label\nx\n', 'arrow'), /it has a column 'label' already/);
  await refused(written(t, 'a.csv', 'a,b\nx,y\n', 'arrow', { key: 'id' }), /no column 'id'.*; it has a, b/);
  await refused(written(t, 'a.jsonl', '{"a":1}\n', 'arrow'), /not read as Arrow/);
  const rows = [{ x: 'text' }];
  const write = openWriter('arrow', new Kept(), { columns: new Map([['x', 'number']]) }).write;
  const batch = { rows, from: 7, source: undefined };
  await refused(write(batch, answersFor(batch)), /^row 7: column 'x': expected a number, got .*text/);
  t.throws(() => openWriter('arrow', new Kept(), { key: 'label', columns: new Map() }), {
    instanceOf: OptionError,
  });
});
