import { inspect } from 'node:util';
import test from 'ava';
import { tableRows } from '../../../../entries/data.js';
import { FeatureError, OptionError, TableError } from '../../../../index.js';
import {
  cellOf,
  columnNumbers,
  columnValues,
  recordOf,
  type TableLike,
} from '../../../../lib/data/columns/index.js';
import { copyOf } from '../../../../lib/data/rows/index.js';

const nan = Number.NaN;

interface Visit {
  readonly age: number;
  readonly page: string | null;
  readonly at: Date | null;
  readonly id: number;
}

const table = {
  age: Int16Array.of(31, 47, 12),
  page: ['home', undefined, 'cart'],
  at: [new Date(5), null, new Date(7)],
  id: BigInt64Array.of(7n, -1n, 9n),
  paid: [true, null, false],
  seconds: [null, 1.5, undefined],
};
const records = [
  { age: 31, page: 'home', at: new Date(5), id: 7, paid: true, seconds: nan },
  { age: 47, page: null, at: null, id: -1, paid: null, seconds: 1.5 },
  { age: 12, page: 'cart', at: new Date(7), id: 9, paid: false, seconds: nan },
];

test('rows of arrays by name have their columns as properties', (t) => {
  const rows = tableRows<Visit>(table);
  t.true(Array.isArray(rows));
  t.deepEqual(
    rows.map(({ age, page, at, id }) => ({ age, page, at, id })),
    records.map(({ age, page, at, id }) => ({ age, page, at, id })),
  );
  t.true('age' in rows[0]);
  const names: string[] = [];
  for (const name in rows[0]) names.push(name);
  t.deepEqual(names, Object.keys(table));
});

test('a view as JSON, on a console, as a copy and as a record is a plain object', (t) => {
  const rows = tableRows(table);
  t.deepEqual(rows.map(recordOf), records);
  t.is(JSON.stringify(rows), JSON.stringify(records));
  t.is(inspect(rows), inspect(records));
  const copy = copyOf({ rows, first: rows[0] });
  t.deepEqual(copy, { rows: records, first: records[0] });
  t.not(copy.first.at, table.at[0]);
  t.is(recordOf(records[0]), records[0]);
  // Documented: what copies own properties alone finds none.
  t.deepEqual({ ...rows[0] }, {});
});

test('columns may have any name', (t) => {
  const names = ['position', 'table', 'constructor', '__proto__', 'toJSON', 'hasOwnProperty', 'valueOf', ''];
  const [row] = tableRows(Object.fromEntries(names.map((name, c) => [name, [c]])));
  const expected = Object.fromEntries(names.map((name, c) => [name, c]));
  t.deepEqual(
    names.map((name) => row[name]),
    [...names.keys()],
  );
  t.deepEqual(recordOf(row), expected);
  t.deepEqual(copyOf(row), expected);
  t.deepEqual(columnValues([row], undefined, '__proto__'), [3]);
});

test('what is no table is refused', (t) => {
  const wrong = (value: unknown) => {
    const given = value as TableLike;
    return t.throws(() => tableRows(given), { instanceOf: OptionError }).message;
  };
  t.regex(
    wrong([{ age: 1 }]),
    /got an array of 1; an array of rows is no table, and can be passed as it is$/,
  );
  t.regex(wrong(undefined), /option 'table': expected a table of Arrow, or arrays by .*, got undefined/);
  t.regex(wrong(Promise.resolve({})), /got a promise|got an object/i);
  t.regex(wrong({ age: 5 }), /column 'age': expected an array, got 5/);
  t.like(
    t.throws(() => tableRows({ age: [1, 2], page: ['a'] }), { instanceOf: TableError }),
    {
      column: 'page',
      message: "table, column 'page': has 1 values, and column 'age' 2",
    },
  );
  t.deepEqual(tableRows({}), []);
});

test('a value that is none of the known types is refused when it is read', (t) => {
  const [row, other] = tableRows({ list: [1, [2]], id: [1n, 2n ** 53n], at: [new Date(0), new Date(nan)] });
  t.deepEqual([row.list, row.id], [1, 1]);
  t.throws(() => other.list, {
    instanceOf: TableError,
    message: /row 1, column 'list': expected a number, .*, got an array of 1; /,
  });
  t.throws(() => other.id, { message: /row 1, column 'id': 9007199254740992 is at or beyond/ });
  t.throws(() => other.at, { message: /row 1, column 'at': is no time that a Date holds/ });
});

test('rows of two tables with the same columns are each its own table’s', (t) => {
  const [first] = tableRows({ age: [31], city: ['Bern'] });
  const [second] = tableRows({ age: [47], city: ['Oslo'] });
  t.deepEqual([first.city, second.city, first.age], ['Bern', 'Oslo', 31]);
  t.deepEqual(columnValues([first, second, first], undefined, 'age'), [31, 47, 31]);
  const [third] = tableRows({ city: ['Rome'], age: [12] });
  t.deepEqual(recordOf([first, second, third][2]), { city: 'Rome', age: 12 });
  t.deepEqual(columnValues([first, { age: 5 }], undefined, 'age'), [31, 5]);
});

test('values of a batch: of views, of plain objects, and of both', (t) => {
  const views = tableRows(table);
  const others = tableRows({ ...table, more: [1, 2, 3] });
  for (const batch of [views, records, [views[0], records[1], others[2]]]) {
    t.deepEqual(columnValues(batch, undefined, 'page'), ['home', null, 'cart']);
    t.deepEqual(columnValues(batch, Int32Array.of(2, 0), 'age'), [12, 31]);
    const out = new Float32Array(6);
    columnNumbers(batch, Int32Array.of(2, 1), ['age', 'at', 'paid'], out, 0, 3);
    t.deepEqual([...out], [12, 7, 0, 47, nan, nan]);
  }
  t.deepEqual(columnValues([{ id: 5n }, { id: undefined }], undefined, 'id'), [5, null]);
});

test('a value of a batch that can’t be read is an error of its row there', (t) => {
  const views = tableRows({ page: ['a', 'b'], n: [1, 'x'], id: [1n, 2n ** 60n] });
  const batches = [views, [views[0], { page: 'b', n: 'x', id: 2n ** 60n }]];
  for (const batch of batches) {
    const numbers = (name: string) => () =>
      columnNumbers(batch, Int32Array.of(0, 1), name, new Float32Array(2), 0, 1);
    t.throws(numbers('n'), {
      name: 'FeatureError',
      message: /^feature '', row 1: .*'n': expected a number, got "x"/,
    });
    t.throws(numbers('id'), {
      name: 'FeatureError',
      message: /^feature '', row 1: column 'id': 1152921504606846976 is at or beyond/,
    });
    t.throws(() => columnValues([batch[1], batch[0]], undefined, 'id'), { message: /^feature '', row 0: / });
    t.throws(() => columnValues(batch, undefined, 'pages'), {
      name: 'FeatureError',
      message: /'pages'.* isn't there; there are page, n, id; did you mean 'page'\?$/,
    });
  }
});

test('an error names column and row once, by the row’s place in the batch', (t) => {
  const rows = tableRows({ id: [1, 2, 2n ** 60n] }).slice(1);
  const wrong = t.throws(() => columnValues(rows, undefined, 'id'), { instanceOf: FeatureError });
  t.is(wrong.row, 1);
  t.regex(
    wrong.of('f', wrong.row).message,
    /^feature 'f', row 1: column 'id': 1152921504606846976 is at or beyond/,
  );
  const alone = t.throws(() => cellOf(rows[1], 'id'), { instanceOf: FeatureError });
  t.regex(alone.message, /column 'id': 1152921504606846976 is at or beyond/);
  t.notRegex(alone.message, /row/);
});
