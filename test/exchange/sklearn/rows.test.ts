import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import test from 'ava';
import { ColumnReader } from '../../../exchange/sklearn/rows.js';
import { recordOf, tableRows } from '../../../lib/data/columns/index.js';
import { FeatureError } from '../../../lib/errors.js';
import { member } from '../../../lib/util/member.js';

const table = new ColumnReader({ kind: 'columns', names: ['text', 'n', 'flag', 'unread'] });
const array = new ColumnReader({ kind: 'array', columns: 3 });
const texts = new ColumnReader({ kind: 'text' });
const at = (...columns: number[]) => Int32Array.from(columns);
const { NaN: nan } = Number;

test('numbers of objects, with what is missing as NaN', (t) => {
  const rows = [
    { n: 1.5, flag: true },
    { n: null, flag: false },
    { n: undefined, flag: 7n },
    { n: nan, flag: 2n ** 63n, more: 'is passed by' },
  ];
  t.deepEqual(table.numbers(rows, at(2, 1)), Float64Array.of(1, 1.5, 0, nan, 7, nan, 2 ** 63, nan));
});

test('values as they stand, what is missing as null', (t) => {
  const rows = [{ text: 'a', n: 1n, flag: true }, Object.create({ text: undefined, n: nan, flag: null })];
  t.deepEqual(table.values(rows, at(0, 1, 2)), ['a', 1, true, null, nan, null]);
});

test('arrays by position, typed ones too, and texts', (t) => {
  t.deepEqual(
    array.numbers([[1, 2, null], Float32Array.of(3, 4, 5)], at(2, 0)),
    Float64Array.of(nan, 1, 5, 3),
  );
  t.deepEqual(array.values([BigInt64Array.of(1n, 2n, 3n)], at(1)), [2]);
  t.deepEqual(array.texts([['a', 'b', 1]], 1), ['b']);
  t.deepEqual(texts.texts(['a', ''], 0), ['a', '']);
  t.deepEqual([table.columns, array.columns, texts.columns], [4, 3, 1]);
});

test('a row without a column, or with another type there, is named with the column', (t) => {
  const fault = (run: () => unknown) => {
    const error = t.throws(run, { instanceOf: FeatureError });
    t.is(error?.row, 1);
    return error?.message.replace(/^.*row 1: /, '');
  };
  const whole = { text: 'a', n: 1, flag: true };
  const of = (changed: object) => [whole, { ...whole, ...changed }];
  const numbers = (row: object, column = 1) => fault(() => table.numbers(of(row), at(column)));
  t.is(numbers({ n: '5' }), 'column \'n\': expected a number, or null where it is missing, got "5"');
  t.regex(numbers({ n: new Date(0) }) ?? '', /^column 'n': expected a number/);
  t.is(
    fault(() => table.numbers([whole, { text: 'a' }], at(1))),
    "column 'n' is missing; give null where only its value is",
  );
  t.regex(
    fault(() => table.values(of({ text: ['a'] }), at(0))) ?? '',
    /^column 'text': expected a text, a number/,
  );
  t.regex(fault(() => table.values(of({ n: 2n ** 53n + 1n }), at(1))) ?? '', /^column 'n': expected/);
  t.is(
    fault(() => table.texts(of({ text: null }), 0)),
    "column 'text': expected a text, got null",
  );
  t.regex(
    fault(() => table.numbers([whole, 'a text'], at(1))) ?? '',
    /^expected an object with the columns text, n, flag, unread, got "a text"/,
  );
  t.regex(fault(() => table.numbers([whole, null], at(1))) ?? '', /got null$/);
  t.regex(
    fault(() =>
      array.numbers(
        [
          [1, 2, 3],
          [1, 2],
        ],
        at(0),
      ),
    ) ?? '',
    /^expected an array of 3 values.*got 2 values$/,
  );
  t.regex(fault(() => array.numbers([[1, 2, 3], { 0: 1 }], at(0))) ?? '', /^expected an array of 3 values/);
  t.is(
    fault(() =>
      array.texts(
        [
          ['', 'b', ''],
          ['', 5, ''],
        ],
        1,
      ),
    ),
    'column 1: expected a text, got 5',
  );
  t.regex(fault(() => texts.texts(['a', { text: 'a' }], 0)) ?? '', /^the row: expected a text, got/);
  const failing = Object.defineProperty({}, 'n', {
    get() {
      throw new Error('BigInt exceeds');
    },
  });
  t.is(
    fault(() => table.numbers([whole, failing], at(1))),
    "column 'n' can't be read: BigInt exceeds",
  );
});

/** Rows of Arrow tables as apache-arrow and flechette make them: getters of a class, one object a row. */
class ArrowRow {
  constructor(
    private readonly columns: Readonly<Record<string, readonly unknown[]>>,
    private readonly row: number,
  ) {}

  get text(): unknown {
    return this.columns.text[this.row];
  }

  get n(): unknown {
    return this.columns.n[this.row];
  }
}

test('rows whose getters make the values', (t) => {
  const columns = { text: ['a', null], n: [2n ** 60n, null] };
  const rows = [new ArrowRow(columns, 0), new ArrowRow(columns, 1)];
  t.deepEqual(table.numbers(rows, at(1)), Float64Array.of(2 ** 60, nan));
  t.deepEqual(table.values(rows, at(0)), ['a', null]);
  t.throws(() => table.numbers(rows, at(2)), { message: /column 'flag' is missing/ });
});

test('rows of a table by column are read as plain objects are', (t) => {
  const columns = {
    text: ['a', null, 'b'],
    n: BigInt64Array.of(2n ** 60n, 7n, -1n),
    flag: [true, null, false],
    day: [new Date(1), null, new Date(2)],
    share: Float32Array.of(0.5, nan, 2),
  };
  const reader = new ColumnReader({
    kind: 'columns',
    names: ['text', 'n', 'flag', 'share', 'day', 'absent'],
  });
  const rows = tableRows(columns);
  const plain = rows.map((row) => recordOf(row));
  for (const given of [rows, plain, [rows[0], plain[1], rows[2]]]) {
    const numbers = Float64Array.of(2 ** 60, 1, 0.5, 7, nan, nan, -1, 0, 2);
    t.deepEqual(reader.numbers(given, at(1, 2, 3)), numbers);
    t.deepEqual(reader.values(given, at(0, 3)), ['a', 0.5, null, nan, 'b', 2]);
    t.throws(() => reader.numbers(given, at(0)), { message: /row 0: column 'text': expected a number/ });
    t.throws(() => reader.numbers(given, at(4)), { message: /row 0: column 'day': expected a number/ });
    t.throws(() => reader.numbers(given, at(5)), { message: /row 0: column 'absent' is missing/ });
  }
});

function tableReader(name: string): ((file: Uint8Array) => readonly unknown[]) | undefined {
  try {
    const read: unknown = member(createRequire(import.meta.url)(name), 'tableFromIPC');
    if (typeof read !== 'function') return undefined;
    return (file) => {
      const rows: unknown = read(file, { useBigInt: true, useProxy: true }).toArray();
      return Array.isArray(rows) ? rows : [];
    };
  } catch {
    return undefined;
  }
}

for (const name of ['apache-arrow', '@uwdata/flechette']) {
  const read = tableReader(name);
  const here = read ? test : test.skip;
  here(`rows of an Arrow file, by ${name} (left out without it)`, async (t) => {
    const rows = read?.(await readFile(new URL('../../fixtures/arrow/rows.arrow', import.meta.url))) ?? [];
    const names = ['text', 'n', 'flag', 'kind', 'day', 'share'];
    const arrow = new ColumnReader({ kind: 'columns', names });
    t.deepEqual(arrow.values(rows, at(0, 3)), ['a', 'x', 'ö😀', 'y', null, 'x']);
    const numbers = [1, 1, 86_400_000, 0.5, 2 ** 60, nan, nan, nan, nan, 0, 0, nan];
    t.deepEqual(arrow.numbers(rows, at(1, 2, 4, 5)), Float64Array.from(numbers));
    t.deepEqual(arrow.texts(rows.slice(0, 2), 0), ['a', 'ö😀']);
    t.throws(() => table.numbers(rows, at(3)), { message: /row 0: column 'unread' is missing/ });
  });
}
