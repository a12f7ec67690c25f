import { runInNewContext } from 'node:vm';
import test from 'ava';
import { OptionError, RowsError } from '../../../../index.js';
import { eachChunk, eachOf, type ReadRows } from '../../../../lib/data/rows/index.js';

interface Row {
  at: number;
}

async function allOf(read: ReadRows<Row>): Promise<number[]> {
  const found: number[] = [];
  await eachChunk('rows', read, undefined, (rows) => found.push(...rows.map(({ at }) => at)));
  return found;
}

test('one object that comes again and again with other content is noticed, and named', async (t) => {
  function* reusing(count: number) {
    const row = { at: 0 };
    for (; row.at < count; row.at++) yield row;
  }
  /** Two objects in turn. */
  async function* alternating(count: number) {
    const both = [{ at: 0 }, { at: 0 }];
    for (let at = 0; at < count; at++) yield Object.assign(both[at % 2], { at });
  }
  for (const [read, row] of [
    [() => reusing(10), 2],
    [() => alternating(10), 4],
  ] as const) {
    const error = await t.throwsAsync(allOf(read), {
      instanceOf: RowsError,
      message:
        /^rows: row \d is an object that came before, with other content: the iterable gives the same object/,
    });
    t.deepEqual([error?.reason, error?.option, error?.row], ['changed', 'rows', row]);
  }
});

test('one object that comes again as it was is a row that repeats', async (t) => {
  const row = { at: 3 };
  t.deepEqual(await allOf(() => [row, row, { at: 4 }, row, row]), [3, 3, 4, 3, 3]);
});

const broken: readonly [string, unknown, RegExp][] = [
  [
    'what is no function',
    { [Symbol.iterator]: 5 },
    /'rows': expected an iterable, got one whose Symbol.iterator is 5/,
  ],
  ['no iterator', { [Symbol.iterator]: () => undefined }, /'rows': its iterator has no next\(\)/],
  ['no next', { [Symbol.asyncIterator]: () => ({}) }, /'rows': its iterator has no next\(\)/],
  [
    'no result',
    { [Symbol.iterator]: () => ({ next: () => undefined }) },
    /'rows': its iterator gave undefined/,
  ],
  [
    'no result later',
    { [Symbol.asyncIterator]: () => ({ next: async () => 7 }) },
    /'rows': its iterator gave 7/,
  ],
];

for (const [name, rows, message] of broken) {
  test(`a broken iterator is named by its option: ${name}`, async (t) => {
    const read = () => rows as Iterable<Row>;
    const expected = { instanceOf: OptionError, message };
    await t.throwsAsync(allOf(read), expected);
    await t.throwsAsync(async () => {
      for await (const _ of eachOf('rows', read()));
    }, expected);
  });
}

test('a result whose fields throw is a typed error', async (t) => {
  const result = {
    get done(): boolean {
      throw new Error('no more');
    },
  };
  await t.throwsAsync(
    allOf(() => ({ [Symbol.iterator]: () => ({ next: () => result as IteratorResult<Row> }) })),
    { instanceOf: RowsError, message: /couldn't be read: no more/ },
  );
});

test('an iterable that throws in the beginning is a typed error', async (t) => {
  const failing = () => {
    throw new Error('no such table');
  };
  await t.throwsAsync(
    allOf(() => ({ [Symbol.iterator]: failing })),
    { instanceOf: RowsError, message: /no such table/ },
  );
});

test('promises of another realm are waited for', async (t) => {
  const other = runInNewContext('Promise');
  const left = [1, 2];
  const next = () => {
    const at = left.shift();
    return other.resolve(at === undefined ? { done: true } : { done: false, value: { at } });
  };
  t.deepEqual(await allOf(() => ({ [Symbol.asyncIterator]: () => ({ next }) })), [1, 2]);
});
