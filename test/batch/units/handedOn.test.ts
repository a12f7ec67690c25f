import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tableFromIPC } from 'apache-arrow';
import test, { type ExecutionContext } from 'ava';
import { parquetRows, parquetTable, tableRows } from '../../../entries/data.js';
import { TableError } from '../../../index.js';
import { writtenUnits } from '../../support/arrowStreams.js';
import { folderFor } from '../../support/files.js';

/** Keys and columns are handed on as they are in their files, or refused by name. */

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/exact/${name}`, import.meta.url));

const lines = async (...of: Parameters<typeof writtenUnits>) =>
  (await writtenUnits(...of))
    .toString()
    .replaceAll(/,"label".*/g, '}')
    .split('\n')
    .slice(0, -1);

async function file(t: ExecutionContext, name: string, content: string): Promise<string> {
  const path = join(await folderFor(t), name);
  await writeFile(path, content);
  return path;
}

test('decimals, times, infinities and -0 keep their digits in JSON lines', async (t) => {
  for (const name of ['exact.parquet', 'exact.arrow']) {
    t.deepEqual(await lines(fixture(name), 'jsonl'), [
      '{"id":1,"share":"0.333333333333333333","money":12.1,"us":"2026-01-01T00:00:00.123456Z",' +
        '"ns":"2026-01-01T00:00:00.123456789Z","x":"Infinity"}',
      '{"id":2,"share":12.5,"money":-0.3,"us":"1969-12-31T23:59:59.999999Z","ns":"1969-12-31T23:59:59.999999999Z","x":-0}',
      '{"id":3,"share":null,"money":null,"us":null,"ns":null,"x":null}',
    ]);
    const keys = async (key: string) => (await lines(fixture(name), 'jsonl', { key }))[0];
    t.is(await keys('share'), '{"share":"0.333333333333333333"}');
    t.is(await keys('ns'), '{"ns":"2026-01-01T00:00:00.123456789Z"}');
    t.is(await keys('x'), '{"x":"Infinity"}');
  }
});

test('times of Parquet are Arrow’s of the same unit; a decimal that is no double is refused there', async (t) => {
  const { schema, ...table } = tableFromIPC(await writtenUnits(fixture('times.parquet'), 'arrow'));
  t.deepEqual(
    schema.fields.slice(0, 3).map(({ type }) => String(type)),
    ['Float64', 'Timestamp<MICROSECOND>', 'Timestamp<NANOSECOND>'],
  );
  const [us, ns] = ['us', 'ns'].map((name) => table.batches[0].getChild(name)?.data[0].values);
  t.deepEqual([us[0], us[1]], [1_767_225_600_123_456n, -1n]);
  t.deepEqual([ns[0], ns[1]], [1_767_225_600_123_456_789n, -1n]);
  await t.throwsAsync(writtenUnits(fixture('exact.parquet'), 'arrow'), {
    message:
      /row 0: column 'share': expected a number, got "0.333333333333333333"; write JSON lines, or leave/,
  });
  t.true((await writtenUnits(fixture('exact.parquet'), 'arrow', { key: 'money' })).length > 0);
});

test('rows have the nearest double and the millisecond, and JSON of them all digits', async (t) => {
  const [row] = tableRows(await parquetTable([fixture('exact.parquet'), fixture('exact.parquet')])).slice(3);
  t.deepEqual([row.share, row.us], [1 / 3, new Date('2026-01-01T00:00:00.123Z')]);
  t.like(JSON.parse(JSON.stringify(row)), {
    share: '0.333333333333333333',
    ns: '2026-01-01T00:00:00.123456789Z',
  });
  for await (const record of parquetRows(fixture('exact.parquet'))()) {
    t.like(JSON.parse(JSON.stringify(record)), { money: 12.1, us: '2026-01-01T00:00:00.123456Z' });
    break;
  }
});

test('what can’t be kept is refused by name', async (t) => {
  const refused = (work: Promise<unknown>, message: RegExp) =>
    t.throwsAsync(work, { instanceOf: TableError, message });
  const first = async (name: string, columns?: string[]) => {
    for await (const _ of parquetRows(fixture(name), columns ? { columns } : {})()) return;
  };
  await refused(first('ids.parquet'), /row 0, column 'id': 12345678901234567 is at or beyond/);
  await refused(first('doubled.parquet'), /column 'a': two columns have this name/);
  await t.notThrowsAsync(first('doubled.parquet', ['b']));
  await refused(writtenUnits(fixture('doubled.parquet'), 'jsonl'), /column 'a': two columns have this name/);
  await refused(first('nested.parquet'), /column 'part': it has decimals of 38 digits in lists or structs/);
  t.deepEqual(await lines(fixture('nested.parquet'), 'jsonl', { key: 'id' }), ['{"id":1}']);
  await t.throwsAsync(writtenUnits(fixture('nested.parquet'), 'jsonl'), {
    message: /'part'.*a key leaves it out/,
  });
  await refused(first('json.parquet'), /column 'part'.*two members are called 'a'/);
  await refused(first('noText.parquet'), /column 'city'.*isn't UTF-8/);
  await t.throwsAsync(writtenUnits(fixture('noText.arrow'), 'jsonl'), {
    message: /'city'.*isn't text in UTF-8/,
  });
  // Whole numbers of Arrow are handed on as texts, and no feature reads them.
  t.deepEqual(await lines(fixture('ids.arrow'), 'jsonl', { key: 'id' }), [
    '{"id":"12345678901234567"}',
    '{"id":"12345678901234568"}',
  ]);
});

test('CSV: typed columns are handed on as they were written where a number or a Date has other digits', async (t) => {
  const rows = [
    '0.12345678901234567891,2026-01-01T00:00:00.1234567Z',
    '1e-400,2026-01-01',
    '1.2345678e-320,2026-01-01T00:00:00.120000Z',
    '-Infinity,',
    '2.50,2026-01-01',
    '0.10000000000000001,2026-01-01',
    '1.000000000000000056e-01,2026-01-01',
  ];
  const path = await file(t, 'a.csv', `x,at\n${rows.join('\n')}\n`);
  const types = { x: 'number', at: 'date' } as const;
  t.deepEqual(await lines(path, 'jsonl', { types }), [
    '{"x":"0.12345678901234567891","at":"2026-01-01T00:00:00.1234567Z"}',
    '{"x":"1e-400","at":"2026-01-01T00:00:00.000Z"}',
    '{"x":"1.2345678e-320","at":"2026-01-01T00:00:00.120Z"}',
    '{"x":"-Infinity","at":null}',
    '{"x":2.5,"at":"2026-01-01T00:00:00.000Z"}',
    // A double as C and numpy write it is the same double.
    ...new Array(2).fill('{"x":0.1,"at":"2026-01-01T00:00:00.000Z"}'),
  ]);
  for (const [key, type] of Object.entries(types))
    await t.throwsAsync(writtenUnits(path, 'arrow', { types, key }), {
      message: new RegExp(`row 0: column '${key}': expected a ${type}, got "[^"]*"; write JSON lines`),
    });
});

test('JSON lines: a key has the digits of its line, and a member that is there twice is refused', async (t) => {
  const path = await file(
    t,
    'a.jsonl',
    '{"of":{"k":7},"k" : 0.12345678901234567891 }\n{"k":-0,"s":"k\\":1,"}\n{"k":[1.50, {"k":2}],"z":1}\n{"k":9}\n{"k":1.50}\n',
  );
  t.deepEqual(await lines(path, 'jsonl', { key: 'k' }), [
    ...['{"k":0.12345678901234567891}', '{"k":-0}', '{"k":[1.50, {"k":2}]}', '{"k":9}', '{"k":1.50}'],
  ]);
  for (const line of [
    '{"a":1,"a":2}',
    '{"b":"a\\":","a":1, "a" :1}',
    '{"c":[{"a":1,"a":1}]}',
    '{"a":1,"\\u0061":1}',
  ]) {
    const twice = await file(t, 'b.jsonl', `{"c":"x\\":\\":","a":[{"a":1},{"a":2}]}\n${line}\n`);
    await t.throwsAsync(writtenUnits(twice, 'jsonl'), { message: /line 2: two members are called 'a'/ });
  }
});
