import {
  type Data,
  Dictionary,
  Int32,
  makeData,
  makeVector,
  Table,
  tableFromArrays,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import test from 'ava';
import fc from 'fast-check';
import { tableRows } from '../../../../entries/data.js';
import { TableError } from '../../../../index.js';
import {
  type ColumnTable,
  columnNumbers,
  recordOf,
  type TableLike,
  tableOf,
} from '../../../../lib/data/columns/index.js';
import { ARROW_LIBRARIES, arrowReader } from '../../../support/arrowTables.js';

const nan = Number.NaN;
const LONG = 'a text that is longer than a view: ö😀';
const day = (text: string) => new Date(text);

/** Values of the fixture's three rows, and the words for their type. */
const EXPECTED: Readonly<Record<string, readonly [string, ...unknown[]]>> = {
  i8: ['Int8', -128, nan, 127],
  u8: ['Uint8', 255, nan, 0],
  i16: ['Int16', -32_768, nan, 1],
  u16: ['Uint16', 65_535, nan, 1],
  i32: ['Int32', -(2 ** 31), nan, 1],
  u32: ['Uint32', 2 ** 32 - 1, nan, 1],
  i64: ['Int64', -Number.MAX_SAFE_INTEGER, nan, Number.MAX_SAFE_INTEGER],
  u64: ['Uint64', Number.MAX_SAFE_INTEGER, nan, 5],
  half: ['Float16', 0.5, nan, -2],
  single: ['Float32', Math.fround(0.1), nan, nan],
  double: ['Float64', 0.1, nan, Number.POSITIVE_INFINITY],
  bool: ['Bool', true, null, false],
  text: ['Utf8', 'ascii', null, 'ö😀'],
  large: ['LargeUtf8', LONG, null, ''],
  view: ['Utf8View', 'short', null, LONG],
  kind: ['Dictionary<Utf8>', 'x', null, 'y'],
  code: ['Dictionary<Float64>', 7.5, nan, 2.5],
  day: ['Date32', day('1970-01-02'), null, day('1969-12-31')],
  day64: ['Date64', day('1970-01-02'), null, day('1969-12-31')],
  s: ['Timestamp<SECOND>', day('1970-01-01T00:00:01Z'), null, day('1969-12-31T23:59:59Z')],
  ms: ['Timestamp<MILLISECOND>', new Date(1), null, new Date(-1)],
  // Rounded down, also before 1970.
  us: ['Timestamp<MICROSECOND>', new Date(1), null, new Date(-1)],
  ns: ['Timestamp<NANOSECOND, Europe/Zurich>', day('2026-01-31T08:30:00.123Z'), null, day('1969-12-31')],
  money: ['Decimal128(10, 2)', 12.34, nan, -0.01],
  wide: ['Decimal256(40, 3)', Number('12345678901234567890.123'), nan, Number('-12345678901234567890.123')],
  nothing: ['Null', null, null, null],
};
const REFUSED = { list: 'List', time: 'Time', bytes: 'Binary', struct: 'Struct' };

for (const library of ARROW_LIBRARIES) {
  const read = arrowReader(library);
  const here = read ? test : test.skip;
  const types = () => read?.('types.arrow') ?? {};

  here(`${library}: values of every type, in two chunks (left out without it)`, (t) => {
    const table = tableOf(types());
    t.is(table.length, 3);
    for (const [name, [type, ...values]] of Object.entries(EXPECTED)) {
      const column = table.column(name);
      t.is(column.type, type);
      t.deepEqual(
        [0, 1, 2].map((row) => column.value(row)),
        values,
        name,
      );
    }
  });

  here(`${library}: numbers are those values as numbers`, (t) => {
    const rows = tableRows(types());
    const numeric = Object.keys(EXPECTED).filter((name) => !/text|large|view|kind/.test(name));
    for (const name of numeric) {
      const [, ...values] = EXPECTED[name];
      const expected = values.map((value) => (value === null ? nan : Number(value)));
      for (const order of [[0, 1, 2], [2, 0, 1, 1], [1]]) {
        const out = new Float64Array(2 * order.length).fill(-7);
        columnNumbers(rows, Int32Array.from(order), name, out, 1, 2);
        t.deepEqual(
          [...out],
          order.flatMap((row) => [-7, expected[row]]),
          name,
        );
      }
    }
  });

  here(`${library}: types that aren't read are refused by name, and only when they are read`, (t) => {
    const rows = tableRows(types());
    for (const [name, type] of Object.entries(REFUSED)) {
      t.like(
        t.throws(() => rows[0][name], { instanceOf: TableError }),
        {
          column: name,
          message: `table, column '${name}': is of type ${type}, which isn't read; leave it out, or make columns of its parts`,
        },
      );
      t.false(name in recordOf(rows[0]));
    }
    t.is(rows[0].i8, -128);
  });

  here(`${library}: a whole number that no number holds is refused by column and row`, (t) => {
    const rows = tableRows(types());
    t.is(rows[0].far, 1);
    t.like(
      t.throws(() => rows[1].far, { instanceOf: TableError }),
      { column: 'far', row: 1 },
    );
    t.throws(() => rows[2].far, {
      message: /row 2, column 'far': -9223372036854775808 is at or beyond ±2\^53/,
    });
    t.throws(() => rows[2].huge, { message: /column 'huge': 18446744073709551615 is at or beyond/ });
    t.is(recordOf(rows[2]).huge, 2n ** 64n - 1n);
    t.like(JSON.parse(JSON.stringify(rows[2])), { huge: '18446744073709551615' });
    t.throws(() => columnNumbers(rows, Int32Array.of(0, 2), 'far', new Float32Array(2), 0, 1), {
      message: /^feature '', row 2: .*'far': -9223372036854775808/,
    });
    t.throws(() => columnNumbers(rows, undefined, 'text', new Float32Array(3), 0, 1), {
      message: /^feature '', row 0: .*'text': expected a number, got "ascii"/,
    });
  });
}

test('dictionaries that grow and are replaced: each chunk has its own', (t) => {
  const rows = tableRows(arrowReader('apache-arrow')?.('dictionaries.arrow') ?? {});
  t.deepEqual(
    rows.map(({ kind }) => kind),
    ['x', 'x', 'y', null, 'x', 'z'],
  );
});

test('slices begin within the bytes of bitmaps', (t) => {
  const length = 41;
  const some = Array.from({ length }, (_, i) => (i % 3 === 0 ? null : i));
  const flags = Array.from({ length }, (_, i) => (i % 5 === 0 ? null : i % 2 === 0));
  const whole = new Table({
    number: vectorFromArray(some, new Int32()),
    flag: vectorFromArray(flags),
    text: vectorFromArray(
      some.map((value) => value && `text ${value}`),
      new Utf8(),
    ),
    kind: vectorFromArray(some.map((value) => value && `kind ${value % 4}`)),
  });
  for (const [from, to] of [
    [3, 20],
    [8, 41],
    [13, 14],
    [0, 41],
  ]) {
    const rows = tableRows(whole.slice(from, to).concat(whole.slice(1, 7)));
    const positions = [...Array(to - from).keys()].map((i) => from + i).concat([1, 2, 3, 4, 5, 6]);
    t.deepEqual(
      rows.map(({ number, flag, text, kind }) => [number, flag, text, kind]),
      positions.map((i) => {
        const value = some[i];
        return [value ?? nan, flags[i], value && `text ${value}`, value && `kind ${value % 4}`];
      }),
    );
    const out = new Float32Array(rows.length);
    columnNumbers(rows, undefined, 'number', out, 0, 1);
    t.deepEqual(
      [...out],
      positions.map((i) => some[i] ?? nan),
    );
  }
});

/** Every way to read numbers of a column agrees with reading them one by one. */
test('numbers of any rows of any chunks are those read one by one', (t) => {
  const number = fc.option(fc.float({ noNaN: true }), { nil: null });
  const chunk = fc.array(number, { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(
      fc.array(chunk, { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(fc.nat()),
      fc.boolean(),
      (chunks, order, isRun) => {
        const tables = chunks.map(
          (values) =>
            new Table({
              x: vectorFromArray(
                values.map((v) => v && Math.trunc(v % 1000)),
                new Int32(),
              ),
              y: makeVector(Float64Array.from(values, (v) => v ?? nan)),
            }),
        );
        const rows = tableRows(tables.reduce((all, table) => all.concat(table)));
        const count = Math.min(rows.length, 50);
        const selection = Int32Array.from({ length: count }, (_, i) =>
          isRun ? i : (order.next().value ?? 0) % rows.length,
        );
        const out = new Float64Array(2 * count);
        columnNumbers(rows, selection, ['x', 'y'], out, 0, 2);
        t.deepEqual(
          [...out],
          [...selection].flatMap((row) => [rows[row].x, rows[row].y]),
        );
      },
    ),
  );
});

test('a record batch is a table', (t) => {
  const [batch] = tableFromArrays({ age: Int32Array.of(31, 47) }).batches;
  t.deepEqual(
    tableRows<{ readonly age: number }>(batch).map(({ age }) => age),
    [31, 47],
  );
});

test('damaged memory is refused, by column', (t) => {
  const open = (data: Data): ColumnTable => tableOf(new Table({ it: makeVector(data) }));
  const indices = Int32Array.of(0, 2);
  const dictionary = vectorFromArray(['a', 'b'], new Utf8());
  const outside = makeData({
    type: new Dictionary(new Utf8(), new Int32()),
    length: 2,
    data: indices,
    dictionary,
  });
  t.is(open(outside).column('it').value(0), 'a');
  t.throws(() => open(outside).column('it').value(1), {
    message: "table, row 1, column 'it': is damaged: entry 2 of a dictionary that has 2",
  });
  const texts = makeData({
    type: new Utf8(),
    length: 2,
    data: new Uint8Array(3),
    valueOffsets: Int32Array.of(0, 9, 2),
  });
  t.throws(() => open(texts).column('it').value(0), {
    message: /row 0, column 'it': is damaged: a text from byte 0 to 9 of 3/,
  });
  t.throws(() => open(texts).column('it').value(1), { message: /row 1, column 'it': is damaged/ });
  const short = makeData({ type: new Int32(), length: 5, data: Int32Array.of(1) });
  t.throws(() => open(short).column('it'), {
    message: /'it': is damaged: it has 1 elements in memory where 5 are needed/,
  });
  const bitmap = {
    numRows: 9,
    schema: { fields: [{ name: 'it' }] },
    getChild: () => ({
      type: new Int32(),
      data: [{ length: 9, nullCount: 1, values: new Int32Array(9), validity: Uint8Array.of(1) }],
    }),
  };
  t.throws(() => tableOf(bitmap).column('it'), { message: /has 1 elements in memory where 2 are needed/ });
  const fewer = {
    ...bitmap,
    numRows: 10,
    getChild: () => ({ type: new Int32(), data: [{ length: 9, nullCount: 0, values: new Int32Array(9) }] }),
  };
  t.throws(() => tableRows(fewer), { message: /it has 9 values in a table of 10 rows/ });
});

test('two columns of one name are refused when they are read', (t) => {
  const fields = [{ name: 'a' }, { name: 'a' }, { name: 'b' }];
  const column = { type: new Int32(), data: [{ length: 1, values: Int32Array.of(5) }] };
  const table: TableLike = { numRows: 1, schema: { fields }, getChild: () => column };
  const [row] = tableRows(table);
  t.is(row.b, 5);
  t.throws(() => row.a, { message: "table, column 'a': two columns have this name" });
});
