import test from 'ava';
import fc from 'fast-check';
import { decode, encode } from '../../../../lib/data/artifact/index.js';
import { FeatureError, OptionError } from '../../../../lib/errors.js';
import { type Category, oneHot, RowView, transform } from '../../../../lib/features/define/index.js';
import { entriesOf, table } from '../../../support/blocks.js';
import { computeOn, fitAndCompute, fitOn } from '../../../support/features.js';

const identity = (category: Category) => category;
const category: fc.Arbitrary<Category> = fc.oneof(
  fc.constantFrom<Category>('LHR', 'JFK', '', 1, -0, 2.5, true, false, '1', 'true'),
  fc.string({ maxLength: 2 }),
);

test('one column for each category of training, in the order of the categories', async (t) => {
  const fitted = await fitOn(oneHot(identity), ['b', 'a', 'b', 'c']);
  t.is(fitted.columns, 3);
  t.deepEqual(table(await computeOn(fitted, ['c', 'a', 'new', 'b'])), [
    [0, 0, 1],
    [1, 0, 0],
    [0, 0, 0],
    [0, 1, 0],
  ]);
});

test('a number, its text and a flag are three categories', async (t) => {
  const block = await fitAndCompute(oneHot(identity), [1, '1', true, 1]);
  t.is(block.columns, 3);
  t.deepEqual(table(block)[0], table(block)[3]);
  t.is(new Set(table(block).map(String)).size, 3);
});

test('categories that too few rows hold get no column', async (t) => {
  const rows = ['a', 'b', 'a', 'c', 'b', 'a'];
  t.deepEqual(table(await fitAndCompute(oneHot(identity, { minCount: 3 }), rows)), [
    [1],
    [0],
    [1],
    [0],
    [0],
    [1],
  ]);
  const none = await fitOn(oneHot(identity, { minCount: 4 }), rows);
  t.is(none.columns, 0);
  t.is(
    none.empty,
    'no category is left: none of 3 is held by minCount: 4 of 6 rows. Lower minCount',
    'tune refuses it',
  );
});

const perhaps = (category: Category | null | undefined) => category;

test('with missing, what is null, undefined or NaN is a category of its own, after the others', async (t) => {
  const feature = oneHot(perhaps, { missing: true });
  const fitted = await fitOn(feature, ['b', null, '', undefined, 'b', Number.NaN]);
  t.is(fitted.columns, 3);
  const rows = [undefined, Number.NaN, null, 'b', '', 'new'];
  const block = await computeOn(fitted, rows);
  t.deepEqual(table(block), [
    [0, 0, 1],
    [0, 0, 1],
    [0, 0, 1],
    [0, 1, 0],
    [1, 0, 0],
    [0, 0, 0],
  ]);
  t.is(feature.missing, undefined, 'its block has no NaN');
  const loaded = feature.load(decode(encode(fitted.state)));
  t.deepEqual(await computeOn(loaded, rows), block);
  t.throws(() => oneHot(identity).load(fitted.state), { message: /no categories/ });
});

test('a list says what else is missing', async (t) => {
  const feature = oneHot(perhaps, { missing: ['', '?', -1] });
  const block = await fitAndCompute(feature, ['a', '', '?', null, -1, 'b']);
  t.deepEqual(table(block), [
    [1, 0, 0],
    [0, 0, 1],
    [0, 0, 1],
    [0, 0, 1],
    [0, 0, 1],
    [0, 1, 0],
  ]);
});

test('a row has a single 1, in the column of its own category, or nothing', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(category), fc.array(category), async (training, rows) => {
      const fitted = await fitOn(oneHot(identity), training);
      const distinct = new Set(training);
      t.is(fitted.columns, distinct.size);
      const block = await computeOn(fitted, rows);
      const columnOf = new Map<Category, number>();
      rows.forEach((row, r) => {
        const entries = entriesOf(block, r);
        t.deepEqual(
          entries.map(([, value]) => value),
          distinct.has(row) ? [1] : [],
        );
        for (const [column] of entries) {
          t.is(columnOf.get(row) ?? column, column);
          columnOf.set(row, column);
        }
      });
      t.is(new Set(columnOf.values()).size, columnOf.size);
    }),
  );
});

test('the order of the training rows changes nothing', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(category), async (rows) => {
      const { state } = await fitOn(oneHot(identity), rows);
      t.deepEqual((await fitOn(oneHot(identity), [...rows].reverse())).state, state);
    }),
  );
});

test('a loaded feature is the one that was saved', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(category), fc.array(category), async (training, rows) => {
      const feature = oneHot(identity);
      const fitted = await fitOn(feature, training);
      const loaded = feature.load(decode(encode(fitted.state)));
      t.is(loaded.columns, fitted.columns);
      t.deepEqual(await computeOn(loaded, rows), await computeOn(fitted, rows));
    }),
  );
  const feature = oneHot(identity);
  for (const json of [null, 'a', ['a', null], [{}]]) {
    t.throws(() => feature.load({ json, tensors: {} }), { message: /no categories/ });
  }
});

test('it reads a transform', async (t) => {
  const first = transform((word: string) => word.charAt(0));
  const feature = oneHot(first, { version: 'v2' });
  t.deepEqual(feature.reads, [first]);
  t.is(feature.version, 'v2');
  t.deepEqual(table(await fitAndCompute(feature, ['be', 'at', 'by'])), [
    [0, 1],
    [1, 0],
    [0, 1],
  ]);
});

test('what is no category is an error that names the row', async (t) => {
  const feature = oneHot(identity);
  for (const [json, got] of [
    ['[1, null]', /row 1: expected a string, a finite number or a boolean, got null.*missing: true/],
    ['["a", {"b": 1}]', /row 1: .* got an object with b/],
  ] as const) {
    const rows: readonly Category[] = JSON.parse(json);
    const expectation = { instanceOf: FeatureError, message: got };
    await t.throwsAsync(async () => feature.fit(RowView.of(rows)), expectation);
    const fitted = await fitOn(feature, []);
    t.is((await t.throwsAsync(async () => fitted.compute(RowView.of(rows)), expectation)).row, 1);
  }
  // JSON has no NaN, so a category of NaN would be lost when the feature is saved.
  t.throws(() => feature.fit(RowView.of<Category>([Number.NaN])), { message: /row 0: .* got NaN/ });
});

test('options are checked', (t) => {
  const bad: [options: object, option: string, message: RegExp][] = [
    [{ minCount: 0 }, 'minCount', /whole number of at least 1, got 0/],
    [{ minCount: 1.5 }, 'minCount', /got 1.5/],
    [{ minDf: 2 }, 'minDf', /unknown; known are minCount, missing, version/],
    [{ missing: 'NA' }, 'missing', /true, false or a list of categories, got "NA"/],
    [{ missing: ['', null] }, 'missing', /strings, finite numbers or booleans, got "", null/],
  ];
  for (const [options, option, message] of bad) {
    t.is(t.throws(() => oneHot(identity, options), { instanceOf: OptionError, message }).option, option);
  }
});
