import test from 'ava';
import fc from 'fast-check';
import { decode, encode } from '../../../../lib/data/artifact/index.js';
import { tableRows } from '../../../../lib/data/columns/index.js';
import { FeatureError, OptionError } from '../../../../lib/errors.js';
import { cached, featureCache } from '../../../../lib/features/cache/index.js';
import {
  type Category,
  changesOf,
  column,
  columns,
  counts,
  define,
  dense,
  type Feature,
  lookup,
  oneHot,
  RowView,
  tfidf,
  transform,
} from '../../../../lib/features/define/index.js';
import { embedding, tokens } from '../../../../lib/features/embedding/index.js';
import { table } from '../../../support/blocks.js';
import { computeOn, fitAndCompute, fitOn } from '../../../support/features.js';

const day = new Date(86_400_000);
const people = [
  { age: 31, size: 1.5, isNew: true, since: day, city: 'Bern', text: 'a b' },
  { age: 47, size: -2, isNew: false, since: new Date(0), city: 'Oslo', text: 'b' },
];
const views = tableRows({
  age: Float64Array.of(31, 47),
  size: [1.5, -2],
  isNew: [true, false],
  since: [day, new Date(0)],
  city: ['Bern', 'Oslo'],
  text: ['a b', 'b'],
});

for (const [what, rows] of [
  ['records', people],
  ['views', views],
] as const) {
  test(`numbers of ${what}: as they are, truth values as 1 and 0, dates as milliseconds`, async (t) => {
    const all = await fitAndCompute(columns(['size', 'age', 'isNew', 'since']), rows);
    t.deepEqual(table(all), [
      [1.5, 31, 1, 86_400_000],
      [-2, 47, 0, 0],
    ]);
    t.deepEqual(table(await fitAndCompute(column('age'), rows)), [[31], [47]]);
  });

  test(`sources of ${what}: what other features read`, async (t) => {
    const read = async (feature: Feature<object>) => table(await fitAndCompute(feature, rows));
    t.deepEqual(await read(oneHot(column('city'))), [
      [1, 0],
      [0, 1],
    ]);
    t.deepEqual(await read(counts(column('text'), { tokenPattern: '[a-z]' })), [
      [1, 1],
      [1, 0],
    ]);
    const lengths = (texts: readonly string[]) => Float32Array.from(texts, (text) => text.length);
    t.deepEqual(await read(dense(1, column('text'), lengths)), [[3], [1]]);
    const short = transform(column('city'), (city: string) => city.slice(0, 2));
    t.deepEqual(await read(dense(1, short, lengths)), [[2], [2]]);
    const fetch = (ages: readonly number[]) => ages.map((age) => [age + 1]);
    t.deepEqual(await read(lookup({ key: column('age'), fetch, width: 1 })), [[32], [48]]);
    const encode = (texts: string[]) => texts.map((text) => [text.length]);
    t.deepEqual(await read(embedding(encode, { text: column('text'), dimensions: 1 })), [[3], [1]]);
    const ids = tokens((text: string) => [0, ...text.split(' ').map((word) => word.length), 9], {
      text: column('text'),
    });
    const ofTokens = (all: Int32Array[]) => all.map(({ length }) => [length]);
    t.deepEqual(await read(embedding(ofTokens, { tokens: ids, dimensions: 1 })), [[4], [3]]);
  });

  test(`a row of ${what} alone, and in a selection, has the values that it has in a batch`, async (t) => {
    const fitted = await fitOn(columns(['age', 'size']), rows);
    t.deepEqual(table(await fitted.compute(RowView.of(rows).select(Int32Array.of(1)))), [[47, -2]]);
    t.deepEqual(table(await computeOn(fitted, [rows[1], rows[0], rows[1]])), [
      [47, -2],
      [31, 1.5],
      [47, -2],
    ]);
  });
}

test('missing values are refused, or stay NaN, or are marked', async (t) => {
  const rows = [{ age: 31 }, { age: null }, { age: undefined }, { age: Number.NaN }];
  const nothing = [[31], [Number.NaN], [Number.NaN], [Number.NaN]];
  t.deepEqual(table(await fitAndCompute(column('age', { missing: true }), rows)), nothing);
  const marked = await fitAndCompute(column('age', { missing: 'indicator' }), rows);
  t.deepEqual(table(marked), [
    [31, 0],
    [0, 1],
    [0, 1],
    [0, 1],
  ]);
  const error = await t.throwsAsync(fitAndCompute(column('age'), rows), { instanceOf: FeatureError });
  t.is(error.row, 1);
  t.regex(
    error.message,
    /row 1: column 'age' is NaN; expected a finite number. For a missing value .* missing: true .* 'indicator'/,
  );
});

const refusals: readonly [what: string, row: object, message: RegExp][] = [
  ['a text', { size: 1, age: 'old' }, /'age'.* got "old"; give texts to oneHot\(column\('age'\)\) or tfidf/],
  [
    'a date of JSON',
    { size: 1, age: '2024-02-29T12:00:00.000Z' },
    /a date of JSON is a text: write milliseconds/,
  ],
  ['an infinity', { size: 1, age: Number.POSITIVE_INFINITY }, /'age' is Infinity.* expected a finite number/],
  ['what 32 bits do not hold', { size: 1, age: 1e39 }, /'age' is Infinity; expected a finite number/],
  ['an object', { size: 1, age: {} }, /'age': expected a number, got an object with no keys/],
  ['what is not there', { size: 1, ages: 1 }, /column 'age'.*'ages'/],
];
for (const [what, row, message] of refusals) {
  test(`${what} is no number: refused in a batch, and at the door`, async (t) => {
    const feature = columns(['size', 'age'], { missing: true });
    const rows = [{ size: 1, age: 1 }, { size: 1, age: 2 }, row];
    const error = await t.throwsAsync(
      async () => (await fitOn(feature, rows)).compute(RowView.of(rows).select(Int32Array.of(0, 2))),
      { instanceOf: FeatureError, message },
    );
    t.is(error?.row, 2, 'by its position in the batch');
    t.throws(() => feature.check?.(row), { instanceOf: FeatureError, message });
    t.notThrows(() => feature.check?.(rows[0]));
  });
}

test('many rows are checked at once: whether one of them is refused', (t) => {
  const size = Float64Array.from({ length: 3_000 }, (_, i) => i);
  const age = Array.from(size, (i): unknown => i);
  const feature = columns(['size', 'age']);
  t.notThrows(() => feature.checkAll?.(tableRows({ size, age })));
  for (const [row, value] of [
    [0, null],
    [1_024, 'old'],
    [2_999, Number.NEGATIVE_INFINITY],
  ] as const) {
    const rows = tableRows({ size, age: age.with(row, value) });
    t.throws(() => feature.checkAll?.(rows), { instanceOf: FeatureError });
    t.throws(() => feature.check?.(rows[row]), { instanceOf: FeatureError });
    t.notThrows(() => feature.check?.(rows[row === 0 ? 1 : row - 1]));
  }
  const refilled = [...tableRows({ size, age })];
  t.notThrows(() => feature.checkAll?.(refilled));
  refilled.splice(0, refilled.length, ...tableRows({ size, age: age.with(1_024, 'old') }));
  t.throws(() => feature.checkAll?.(refilled), { instanceOf: FeatureError });
  const city = oneHot(column<string>('city'));
  const cities = Array.from(size, (i) => (i === 2_999 ? null : 'Bern'));
  t.notThrows(() => city.checkAll?.(tableRows({ city: cities.slice(0, 2_999) })));
  t.throws(() => city.checkAll?.(tableRows({ city: cities })), { instanceOf: FeatureError });
  const isMarked = columns(['size', 'age'], { missing: 'indicator' });
  t.notThrows(() => isMarked.checkAll?.(tableRows({ size, age: age.with(7, null) })));
});

test('what reads a column checks rows at the door, as what has an accessor does', (t) => {
  const text = { city: 1, text: null };
  t.throws(() => tfidf(column('text')).check?.(text), { message: /expected a text, got null/ });
  t.throws(() => oneHot(column('text')).check?.(text), { message: /got null/ });
  t.notThrows(() => oneHot(column('city')).check?.(text));
  // What JavaScript may well be given.
  const row: unknown = 'a text';
  t.throws(() => column('age').check?.(row as object), {
    message: /expected an object with the column 'age', got "a text"/,
  });
});

test('a column is no shared transform: its cost is part of the features that read it', (t) => {
  const short = transform(column('city'), (city: string) => city.slice(0, 2));
  t.is(short.parent, undefined);
  t.deepEqual(oneHot(short).reads, [short]);
  const key = column<number>('age');
  const cache = featureCache({ maxBytes: 1e5 });
  for (const feature of [
    column('age'),
    columns(['age']),
    oneHot(column('city')),
    tfidf(column('text')),
    dense(1, column('text'), (all) => new Float32Array(all.length)),
    lookup({ key, fetch: async () => new Map<number, number[]>(), width: 1 }),
    embedding((texts: string[]) => texts.map(() => [0]), { text: column('text'), dimensions: 1 }),
    cached(columns(['age']), { cache, key }),
  ])
    t.deepEqual(feature.reads, [], feature.kind);
});

test('an artifact of another column is void, and says which', (t) => {
  const named = (feature: Feature<object>) => feature;
  for (const [now, was] of [
    [column('age'), column('size')],
    [oneHot(column('age')), oneHot(column('size'))],
    [tfidf(column('age')), tfidf(column('size'))],
    [counts(column('age')), counts(column('size'))],
  ].map((both) => both.map(named)))
    t.deepEqual(changesOf(now, was), [`option 'column' is "age" now, was "size"`]);
  t.deepEqual(changesOf(columns(['age']), columns(['age', 'size'])), [
    `option 'columns' is ["age"] now, was ["age","size"]`,
  ]);
  t.deepEqual(oneHot((row: { city: string }) => row.city).options, { minCount: 1, missing: false });
});

test('a report draws the columns that features read', (t) => {
  const features = define({
    age: column('age'),
    sizes: columns(['age', 'size']),
    city: oneHot(column('city')),
    words: tfidf(column('text')),
    own: oneHot(({ city }: { city: Category }) => city),
  });
  t.deepEqual(
    features.names.map((name) => features.get(name).steps),
    [['age'], ['age, size'], ['city', 'oneHot'], ['text', 'tfidf'], undefined],
  );
});

test('names and options are checked', (t) => {
  const wrong: readonly [() => unknown, RegExp][] = [
    [() => column(''), /'name': expected the name of a column, got ""/],
    [() => columns([]), /'names': expected names of columns/],
    [() => columns(['a', 'b', 'a']), /'names\[2\]': 'a' is there twice/],
    [() => Reflect.apply(columns, undefined, ['age']), /'names': expected names of columns/],
    [() => Reflect.apply(column, undefined, [7]), /'name': expected the name of a column, got 7/],
    [() => Reflect.apply(column, undefined, ['a', { mising: true }]), /'mising': unknown.*missing/],
    [() => column('a', { missing: 'indicator', scaling: 'block' }), /'scaling': 'block' can't go with/],
  ];
  for (const [make, message] of wrong) t.throws(make, { instanceOf: OptionError, message });
});

const cells = fc.record({
  n: fc.double({ noDefaultInfinity: true, max: 1e38, min: -1e38 }),
  f: fc.boolean(),
  d: fc.date({ noInvalidDate: true }),
  c: fc.constantFrom('Bern', 'Oslo', ''),
  t: fc.stringMatching(/^[ab ]{0,6}$/),
});

test('features over columns are those over accessors, bit for bit: of records, views, and both in a batch', async (t) => {
  type Cells = typeof cells extends fc.Arbitrary<infer T> ? T : never;
  const numbersOf = ({ n, f, d }: Cells) => [n, Number(f), Number(d)];
  const pairs: readonly [Feature<object>, Feature<Cells>][] = [
    [
      columns(['n', 'f', 'd'], { missing: true }),
      dense(3, (rows) => Float32Array.from(rows.flatMap(numbersOf)), { missing: true }),
    ],
    [
      column('n', { missing: 'indicator' }),
      dense(1, (rows) => Float32Array.from(rows, ({ n }) => n), { missing: 'indicator' }),
    ],
    [oneHot(column('c')), oneHot(({ c }) => c)],
    [oneHot(column('n'), { missing: true }), oneHot(({ n }) => n, { missing: true })],
    [tfidf(column('t')), tfidf(({ t }) => t)],
    [counts(column('t'), { analyzer: 'char' }), counts(({ t }) => t, { analyzer: 'char' })],
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(cells, { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(fc.boolean()),
      async (rows, isView) => {
        const all = tableRows({
          n: Float64Array.from(rows, ({ n }) => n),
          ...Object.fromEntries(
            (['f', 'd', 'c', 't'] as const).map((name) => [name, rows.map((row) => row[name])]),
          ),
        });
        const mixed = rows.map((row, i) => (isView.next().value ? all[i] : row));
        for (const [ofColumns, ofAccessors] of pairs) {
          const expected = await fitAndCompute(ofAccessors, rows);
          for (const given of [rows, all, mixed]) {
            const fitted = await fitOn(ofColumns, given);
            t.deepEqual(await computeOn(fitted, given), expected);
            const loaded = ofColumns.load(decode(encode(fitted.state)));
            t.deepEqual(await computeOn(loaded, given), expected);
          }
        }
      },
    ),
    { numRuns: 30 },
  );
});
