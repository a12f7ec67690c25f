import test from 'ava';
import { denseBlock } from '../../../../lib/data/blocks/index.js';
import { FeatureError, OptionError } from '../../../../lib/errors.js';
import { sameWithin } from '../../../../lib/features/define/dense.js';
import { type ComputeDense, dense, RowView, transform } from '../../../../lib/features/define/index.js';
import { computeAll, runAsync } from '../../../../lib/run/runtime/index.js';
import { computeOn, fitOn } from '../../../support/features.js';

const rows = [1, 2, 3];
const squares: ComputeDense<number> = (all) => Float32Array.from(all.flatMap((n) => [n, n * n]));
const expected = denseBlock(3, 2, Float32Array.of(1, 1, 2, 4, 3, 9));

test('the function is given the rows of the view, and answers their block', async (t) => {
  const feature = dense(2, squares);
  t.deepEqual(feature.reads, []);
  const fitted = await fitOn(feature, rows);
  t.is(fitted.columns, 2);
  t.deepEqual(fitted.compute(RowView.of(rows)), expected);
  t.deepEqual(
    fitted.compute(RowView.of(rows).select(Int32Array.of(2, 0))),
    denseBlock(2, 2, Float32Array.of(3, 9, 1, 1)),
  );
  t.deepEqual(fitted.compute(RowView.of([])), denseBlock(0, 2, new Float32Array()));
});

test('or the values of a transform', async (t) => {
  const doubled = transform((row: number) => row * 2);
  const feature = dense(1, doubled, (values) => Float32Array.from(values), { version: '2', price: 0.1 });
  t.deepEqual(feature.reads, [doubled]);
  t.is(feature.version, '2');
  t.is(feature.price, 0.1);
  t.deepEqual(await computeOn(await fitOn(feature, rows), rows), denseBlock(3, 1, Float32Array.of(2, 4, 6)));
});

test('or a promise of the block', async (t) => {
  const fitted = await fitOn(
    dense(2, async (all: readonly number[]) => squares(all)),
    rows,
  );
  const block = fitted.compute(RowView.of(rows));
  t.true(block instanceof Promise);
  t.deepEqual(await block, expected);
});

test('what was fitted and what was loaded compute alike: nothing is learnt', async (t) => {
  const feature = dense(2, squares);
  const { state } = await fitOn(feature, []);
  t.deepEqual(await computeOn(feature.load(state), rows), expected);
});

test('options are checked where the feature is made', (t) => {
  const bad: [make: () => unknown, option: string, message: RegExp][] = [
    [() => dense(1.5, squares), 'columns', /got 1.5/],
    [() => dense(Number.NaN, squares), 'columns', /got NaN/],
    [() => dense(2, squares, { price: -1 }), 'price', /0 or more, got -1/],
    [() => dense(2, squares, { price: Number.NaN }), 'price', /got NaN/],
    [
      () => Reflect.apply(dense, undefined, [2, squares, { missing: 'mean' }]),
      'missing',
      /expected true, false or 'indicator', got "mean"/,
    ],
  ];
  for (const [make, option, message] of bad) {
    t.is(t.throws(make, { instanceOf: OptionError, message }).option, option);
  }
});

/** Functions that answer what no types would let through, as one written in JavaScript may. */
const untyped = (answer: unknown): ComputeDense<number> => {
  const compute = () => answer;
  return (all) => Reflect.apply(compute, undefined, [all]);
};

const bad: [what: string, compute: ComputeDense<number>, row: number | undefined, message: RegExp][] = [
  ['too few numbers', () => new Float32Array(5), undefined, /expected 3 rows x 2 columns = 6 numbers, got 5/],
  ['too many numbers', () => new Float32Array(8), undefined, /= 6 numbers, got 8/],
  ['NaN', () => Float32Array.of(1, 2, 3, Number.NaN, 5, 6), 1, /row 1: column 1 is NaN; expected a finite/],
  ['an infinity', () => Float32Array.of(1, 2, 3, 4, -1 / 0, 6), 2, /row 2: column 0 is -Infinity/],
  // 1e39 is finite in 64 bits and not in 32.
  ['a number too large', () => Float32Array.of(1e39, 2, 3, 4, 5, 6), 0, /row 0: column 0 is Infinity/],
  ['a plain array', untyped([1, 2, 3, 4, 5, 6]), undefined, /expected a Float32Array, got an array of 6/],
  ['64 bits', untyped(new Float64Array(6)), undefined, /expected a Float32Array, got a Float64Array of 6/],
  ['nothing', untyped(undefined), undefined, /expected a Float32Array, got undefined/],
];

for (const [what, compute, row, message] of bad) {
  test(`${what}: an error that names the feature, and the row where one is to blame`, async (t) => {
    const later: ComputeDense<number> = async (all) => compute(all);
    for (const answer of [compute, later]) {
      const fitted = await fitOn(dense(2, answer), rows);
      const computing = runAsync(
        computeAll([{ name: 'signals', fitted }], RowView.of(rows), { origin: (row) => row }),
      );
      const error = await t.throwsAsync(computing, { instanceOf: FeatureError, message });
      t.true(error.message.startsWith("feature 'signals'"));
      t.is(error.feature, 'signals');
      t.is(error.row, row);
    }
  });
}

test('the row that is named is its position in the batch, not in the selection', async (t) => {
  const fitted = await fitOn(
    dense(1, (all: readonly number[]) => Float32Array.from(all, (n) => (n === 30 ? Number.NaN : n))),
    [],
  );
  const view = RowView.of([10, 20, 30]).select(Int32Array.of(0, 2));
  const error = t.throws(() => fitted.compute(view), { instanceOf: FeatureError });
  t.is(error.row, 2);
});

test('a function that throws or a promise that rejects is a failure of the feature by name', async (t) => {
  const cause = new TypeError('no route to host');
  const failures: ComputeDense<number>[] = [
    () => {
      throw cause;
    },
    () => Promise.reject(cause),
  ];
  for (const compute of failures) {
    const fitted = await fitOn(dense(1, compute), rows);
    const error = await t.throwsAsync(
      runAsync(computeAll([{ name: 'remote', fitted }], RowView.of(rows), { origin: (row) => row })),
      {
        instanceOf: FeatureError,
        message: "feature 'remote': failed: no route to host",
      },
    );
    t.is(error.cause, cause);
  }
});

test('a feature that throws leaves no promise of another unwatched', async (t) => {
  // An unhandled rejection would end the process, and fail this file.
  let fail = (_: Error) => {};
  const late = new Promise<Float32Array>((_, reject) => {
    fail = reject;
  });
  const slow = await fitOn(
    dense(1, () => late),
    rows,
  );
  const broken = await fitOn(
    dense(1, () => {
      throw new Error('at once');
    }),
    rows,
  );
  const named = [
    { name: 'slow', fitted: slow },
    { name: 'broken', fitted: broken },
  ];
  await t.throwsAsync(runAsync(computeAll(named, RowView.of(rows), { origin: (row) => row })), {
    message: /broken.*at once/,
  });
  fail(new Error('late'));
  // Rejections that nobody handles are told of after the microtasks.
  await new Promise(setImmediate);
});

const holes: ComputeDense<number> = (all) =>
  Float32Array.from(all.flatMap((n) => [n === 2 ? Number.NaN : n, n]));

test('missing: true lets NaN through, and no infinity; the feature says so', async (t) => {
  const feature = dense(2, holes, { missing: true });
  t.is(feature.missing, true);
  t.deepEqual(
    await computeOn(await fitOn(feature, []), rows),
    denseBlock(3, 2, Float32Array.of(1, 1, Number.NaN, 2, 3, 3)),
  );
  const infinite = dense(1, (all: readonly number[]) => Float32Array.from(all, (n) => 1 / (n - 2)), {
    missing: true,
  });
  const fitted = await fitOn(infinite, []);
  t.is(
    t.throws(() => fitted.compute(RowView.of(rows)), {
      instanceOf: FeatureError,
      message: /column 0 is Infinity; expected a finite number$/,
    }).row,
    1,
  );
  const unsaid = await fitOn(dense(2, holes), []);
  t.throws(() => unsaid.compute(RowView.of(rows)), {
    message: /row 1: column 0 is NaN.*missing: true.*'indicator'/,
  });
  t.is(dense(2, holes).missing, false);
});

test("missing: 'indicator' puts 0 for NaN, and a column that marks it", async (t) => {
  const doubled = transform((row: number) => row);
  for (const feature of [
    dense(2, holes, { missing: 'indicator' }),
    dense(2, doubled, async (all) => holes(all), { missing: 'indicator' }),
  ]) {
    t.is(feature.missing, false, 'any learner takes its numbers');
    const fitted = await fitOn(feature, []);
    t.is(fitted.columns, 4);
    t.deepEqual(
      await computeOn(fitted, rows),
      denseBlock(3, 4, Float32Array.of(1, 1, 0, 0, 0, 2, 1, 0, 3, 3, 0, 0)),
    );
    t.is((await fitted.warm?.())?.columns, 4);
  }
});

test("scaling: 'block' is what learners read on its blocks, and nothing says 'columns'", async (t) => {
  const block = await computeOn(await fitOn(dense(2, squares, { scaling: 'block' }), []), rows);
  t.like(block, { scaling: 'block' });
  t.false('scaling' in (await computeOn(await fitOn(dense(2, squares), []), rows)));
  t.throws(() => dense(2, holes, { scaling: 'block', missing: 'indicator' }), {
    instanceOf: OptionError,
    message: /^option 'scaling': 'block' can't go with missing: 'indicator'/,
  });
  // @ts-expect-error There are two ways.
  t.throws(() => dense(2, squares, { scaling: 'row' }), {
    message: /^option 'scaling': expected 'columns', 'block'/,
  });
});

test('values within the tolerance of the larger magnitude are the same', (t) => {
  t.true(sameWithin(1000, 1000.009, 1e-5));
  t.false(sameWithin(1000, 1000.02, 1e-5));
});

test('below 1 the tolerance is absolute', (t) => {
  t.true(sameWithin(1e-9, 2e-9, 1e-5));
  t.false(sameWithin(0, 2e-5, 1e-5));
});

test('a missing value is the same only as another', (t) => {
  t.true(sameWithin(Number.NaN, Number.NaN, 0));
  t.false(sameWithin(Number.NaN, 0, 1));
});

test('the greatest numbers are finite together, and infinities of both signs are not', async (t) => {
  const most = (2 - 2 ** -23) * 2 ** 127;
  const numbers = async (...values: readonly number[]) =>
    computeOn(
      await fitOn(
        dense(values.length, () => Float32Array.from(values)),
        [],
      ),
      [0],
    );
  await t.notThrowsAsync(() => numbers(most, most, most, most, most, -most, most));
  const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  for (const [at] of nine.entries())
    for (const odd of [1 / 0, -1 / 0, Number.NaN])
      await t.throwsAsync(() => numbers(...nine.with(at, odd)), { instanceOf: FeatureError });
  await t.throwsAsync(() => numbers(1 / 0, -1 / 0), { instanceOf: FeatureError });
});

test('an infinity is the same only as itself', (t) => {
  t.true(sameWithin(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0));
  t.false(sameWithin(Number.POSITIVE_INFINITY, 1, 1e-5));
});
