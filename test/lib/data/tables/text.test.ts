import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { type ColumnTypes, csvRows, jsonlRows } from '../../../../entries/data.js';
import { TableError } from '../../../../index.js';

const directory = mkdtempSync(join(tmpdir(), 'tables-'));
test.after.always(() => rmSync(directory, { recursive: true }));

function written(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

async function all<Row>(read: () => AsyncIterable<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of read()) rows.push(row);
  return rows;
}

const columns = { age: 'number', page: 'text', paid: 'boolean', at: 'date' } as const;

const csv = written(
  'visits.csv',
  '\uFEFFage,page,other,paid,at\r\n31,"home, ""sweet""",x,true,2026-01-02\r\n ,"two\nlines",y,0,\r\n',
);

test('CSV: texts that stand for missing values', async (t) => {
  const file = written('cities.csv', 'city,age,paid\n,NA,\nBonn,1,true\nNA,,NA\n');
  const types = { city: 'text', age: 'number', paid: 'boolean' } as const;
  t.deepEqual(await all(csvRows(file, { columns: types, missing: ['', 'NA'] })), [
    { city: null, age: Number.NaN, paid: null },
    { city: 'Bonn', age: 1, paid: true },
    { city: null, age: Number.NaN, paid: null },
  ]);
  t.deepEqual(
    (await all(csvRows(file, { missing: [''] }))).map(({ city }) => city),
    [null, 'Bonn', 'NA'],
  );
  t.deepEqual(
    (await all(csvRows(file))).map(({ city }) => city),
    ['', 'Bonn', 'NA'],
  );
  t.throws(() => csvRows(file, { missing: Object('') }), { message: /expected texts/ });
});

test('CSV: quoted values, types, missing values', async (t) => {
  t.deepEqual(await all(csvRows(csv, { columns })), [
    { age: 31, page: 'home, "sweet"', paid: true, at: new Date('2026-01-02') },
    { age: Number.NaN, page: 'two\nlines', paid: false, at: null },
  ]);
  const rows = await all(csvRows(csv));
  t.deepEqual(rows[0], { age: '31', page: 'home, "sweet"', other: 'x', paid: 'true', at: '2026-01-02' });
});

test('CSV: several files, another delimiter, rows of one’s own', async (t) => {
  const files = [written('a.csv', 'x;y\n1;2\n'), written('b.csv', 'y;x\n3;4\n')];
  const read = csvRows(files, {
    delimiter: ';',
    columns: { x: 'number', y: 'number' },
    row: ({ x, y }) => Number(x) - Number(y),
  });
  t.deepEqual(await all(read), [-1, 1]);
  t.deepEqual(await all(read), [-1, 1]);
});

test('JSON lines: a byte order mark, other line ends, lines longer than what is read at once', async (t) => {
  const long = 'é\u2028'.repeat(100_000);
  const file = written('long.jsonl', `\uFEFF{"a":1}\r\n${JSON.stringify({ a: long })}\n\n{"a":3}\n`);
  t.deepEqual(await all(jsonlRows(file)), [{ a: 1 }, { a: long }, { a: 3 }]);
  t.deepEqual(await all(jsonlRows(written('empty.jsonl', ''))), []);
});

test('JSON lines: what was read is let go of', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const file = written('many.jsonl', '{"a":1}\n'.repeat(40_000));
  let count = 0;
  collect();
  const before = process.memoryUsage().heapUsed;
  for await (const _ of jsonlRows(file)()) count++;
  collect();
  // Even 200 bytes a row would be more.
  const kept = process.memoryUsage().heapUsed - before;
  t.true(count === 40_000 && kept < 4e6, `${kept} bytes`);
});

test('JSON lines: as they are, or by types', async (t) => {
  const file = written(
    'visits.jsonl',
    '{"age":31,"page":"home","tags":["a"]}\n\n{"age":null,"page":null}\n{"age":"5","page":"7"}',
  );
  t.deepEqual(await all(jsonlRows(file)), [
    { age: 31, page: 'home', tags: ['a'] },
    { age: null, page: null },
    { age: '5', page: '7' },
  ]);
  t.deepEqual(await all(jsonlRows(file, { columns: { age: 'number', page: 'text' } })), [
    { age: 31, page: 'home' },
    { age: Number.NaN, page: null },
    { age: 5, page: '7' },
  ]);
});

const inherited = written('inherited.csv', '__proto__,constructor,a\n1,2,3\n');
const inheritedLines = written('inherited.jsonl', '{"__proto__":1,"constructor":2,"a":3}\n{"a":4}\n');

test('columns whose names objects inherit are columns like others', async (t) => {
  const named = (proto: unknown, rest: object) => ({ ...JSON.parse(`{"__proto__":${proto}}`), ...rest });
  t.deepEqual(await all(csvRows(inherited)), [named('"1"', { constructor: '2', a: '3' })]);
  t.deepEqual(await all(jsonlRows(inheritedLines)), [named(1, { constructor: 2, a: 3 }), { a: 4 }]);
  const requested = JSON.parse('{"__proto__":"number","a":"number"}');
  t.deepEqual(await all(csvRows(inherited, { columns: requested })), [named(1, { a: 3 })]);
  t.deepEqual(await all(csvRows(inherited, { columns: { a: 'number' } })), [{ a: 3 }]);
  t.deepEqual(await all(jsonlRows(inheritedLines, { columns: JSON.parse('{"constructor":"number"}') })), [
    { constructor: 2 },
    { constructor: Number.NaN },
  ]);
});

test('whole numbers up to 2^53, fractions and texts are read as they are written', async (t) => {
  const columns = { a: 'number', b: 'number', c: 'text' } as const;
  const values = '9007199254740991,-1e300,9007199254740993';
  const read = { a: 9007199254740991, b: -1e300, c: '9007199254740993' };
  t.deepEqual(await all(csvRows(written('largest.csv', `a,b,c\n${values}\n`), { columns })), [read]);
  const line = '{"a":9007199254740991,"b":-1e300,"c":"\\"9007199254740993"}';
  const large = { ...read, c: '"9007199254740993' };
  const exact = jsonlRows(written('largest.jsonl', `${line}\n{"a":0.1234567890123456}`));
  t.deepEqual(await all(exact), [large, { a: 0.1234567890123456 }]);
  const long = 'x'.repeat(5_000_000);
  t.is((await all(jsonlRows(written('wide.jsonl', `{"c":"${long}1234567890123456"}`)))).length, 1);
});

test('a number that isn’t read may be any', async (t) => {
  const columns = { a: 'number' } as const;
  t.deepEqual(await all(csvRows(written('id.csv', 'id,a\n9007199254740993,1\n'), { columns })), [{ a: 1 }]);
  const lines = written('id.jsonl', '{"id":9007199254740993,"of":{"a":1e999},"a":1}');
  t.deepEqual(await all(jsonlRows(lines, { columns })), [{ a: 1 }]);
});

test('dates are those of ISO 8601', async (t) => {
  const day = ['2024-02-29', '2024-02-29T00:00Z', '2024-02-29 01:00:00.0 +01:00', '2024-02-28 23:00-01'];
  const year = ['2026', '2026-01', '2026-01-01'];
  const read = csvRows(written('dates.csv', `at\n${[...day, ...year].join('\n')}\n`), {
    columns: { at: 'date' },
    row: ({ at }) => (at instanceof Date ? at.toISOString().slice(0, 10) : at),
  });
  t.deepEqual(await all(read), [...day.map(() => '2024-02-29'), ...year.map(() => '2026-01-01')]);
});

for (const text of [
  '1',
  '12',
  '1/2/2026',
  'Jan 5',
  '2026-02-29',
  '2026-02-30 10:00',
  '2026-13-01',
  '2026-01-02T25:00',
])
  test(`no date: ${text}`, async (t) => {
    const file = written(`no-date-${text.replace(/\W/g, '-')}.csv`, `at\n${text}\n`);
    await t.throwsAsync(all(csvRows(file, { columns: { at: 'date' } })), {
      instanceOf: TableError,
      message: /column 'at': expected a date as 2026-01-31 .*, got "/,
    });
  });

const mistakes: [
  what: string,
  read: () => AsyncIterable<unknown>,
  expected: { file: string; column?: string; row?: number },
  message: RegExp,
][] = [
  [
    'a CSV value of another type',
    csvRows(written('type.csv', 'age\n1\nold\n'), { columns: { age: 'number' } }),
    { file: 'type.csv', column: 'age', row: 1 },
    /row 1, column 'age': expected a number, got "old"/,
  ],
  [
    'a CSV column that isn’t there',
    csvRows(csv, { columns: { years: 'number' } }),
    { file: 'visits.csv', column: 'years' },
    /there are age, page/,
  ],
  [
    'a second CSV file with other columns',
    csvRows([written('one.csv', 'a,b\n1,2\n'), written('two.csv', 'a,c\n1,2\n')]),
    { file: 'two.csv', column: 'b' },
    /isn't there; .*one\.csv has it/,
  ],
  [
    'a CSV row of another length',
    csvRows(written('short.csv', 'a,b\n1\n')),
    { file: 'short.csv' },
    /can't be read/,
  ],
  ['a CSV file without a line', csvRows(written('empty.csv', '')), { file: 'empty.csv' }, /is empty/],
  [
    'a name twice',
    csvRows(written('twice.csv', 'a,a\n1,2\n')),
    { file: 'twice.csv', column: 'a' },
    /two columns/,
  ],
  ['no CSV file', csvRows(join(directory, 'none.csv')), { file: 'none.csv' }, /ENOENT/],
  ['no JSON', jsonlRows(written('bad.jsonl', '{}\n{"a":')), { file: 'bad.jsonl', row: 1 }, /isn't JSON/],
  [
    'no object',
    jsonlRows(written('list.jsonl', '[1]')),
    { file: 'list.jsonl', row: 0 },
    /expected an object/,
  ],
  [
    'a JSON value of another type',
    jsonlRows(written('type.jsonl', '{"a":true}'), { columns: { a: 'number' } }),
    { file: 'type.jsonl', column: 'a', row: 0 },
    /expected a number, got true/,
  ],
  [
    'a whole number of CSV beyond 2^53',
    csvRows(written('large.csv', 'a\n1\n9007199254740993\n'), { columns: { a: 'number' } }),
    { file: 'large.csv', column: 'a', row: 1 },
    /9007199254740993 is at or beyond ±2\^53/,
  ],
  [
    'one with a fraction',
    csvRows(written('fraction.csv', 'a\n9007199254740993.5\n'), { columns: { a: 'number' } }),
    { file: 'fraction.csv', column: 'a', row: 0 },
    /9007199254740993.5 is at or beyond ±2\^53/,
  ],
  [
    'one in base 16',
    csvRows(written('hexadecimal.csv', 'a\n0x20000000000001\n'), { columns: { a: 'number' } }),
    { file: 'hexadecimal.csv', column: 'a', row: 0 },
    /beyond/,
  ],
  [
    'a number beyond all numbers',
    csvRows(written('overflow.csv', 'a\n-1e999\n'), { columns: { a: 'number' } }),
    { file: 'overflow.csv', column: 'a', row: 0 },
    /-1e999 is at or beyond/,
  ],
  [
    'a whole number of JSON beyond 2^53',
    jsonlRows(written('large.jsonl', '{"a":1}\n{"a":-9007199254740993}'), { columns: { a: 'number' } }),
    { file: 'large.jsonl', column: 'a', row: 1 },
    /-9007199254740993 is at or beyond ±2\^53/,
  ],
  [
    'one deep in a value, where all is read',
    jsonlRows(written('deep.jsonl', '{"a":{"b":1},"c":[{"d":"]\\"","e":[2,9007199254740993]}]}')),
    { file: 'deep.jsonl', column: 'c', row: 0 },
    /9007199254740993/,
  ],
  [
    'a number of JSON beyond all numbers',
    jsonlRows(written('overflow.jsonl', '{"a":1e400}')),
    { file: 'overflow.jsonl', column: 'a', row: 0 },
    /1e400/,
  ],
  ['no JSON file', jsonlRows(join(directory, 'none.jsonl')), { file: 'none.jsonl' }, /ENOENT/],
];

for (const [what, read, { file, column, row }, message] of mistakes) {
  test(`refused: ${what}`, async (t) => {
    const error = await t.throwsAsync(all(read), { instanceOf: TableError, message });
    t.like(error, { file: join(directory, file), column, row });
  });
}

test('types that are none are refused', (t) => {
  const bad: unknown = { age: 'float' };
  t.throws(() => csvRows(csv, { columns: bad as ColumnTypes }), { code: 'OPTION', message: /columns\.age/ });
  t.throws(() => jsonlRows(csv, { columns: ['age'] as unknown as ColumnTypes }), { code: 'OPTION' });
  t.throws(() => csvRows(csv, { delimiter: '::' }), { code: 'OPTION', message: /one character/ });
});
