import test from 'ava';
import fc from 'fast-check';
import { define, dense, FeatureError, perRow } from '../../../../index.js';
import { RowView } from '../../../../lib/features/define/index.js';

test('a function of one row gives the numbers of a batch, row after row', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer(), fc.integer())), (rows) => {
      t.deepEqual(perRow((row: number[]) => row)(rows), Float32Array.from(rows.flat()));
      t.deepEqual(
        perRow(([first]: number[]) => first)(rows),
        Float32Array.from(rows, ([first]) => first),
      );
    }),
  );
});

test('promises of a batch are awaited together', async (t) => {
  let open = 0;
  let most = 0;
  const compute = perRow(async (row: number) => {
    most = Math.max(most, ++open);
    await Promise.resolve();
    open--;
    return [row, -row];
  });
  t.deepEqual(await compute([1, 2, 3]), Float32Array.of(1, -1, 2, -2, 3, -3));
  t.is(most, 3);
});

test('rows with other counts of numbers are refused by row, and in a feature by name', (t) => {
  const uneven = perRow((row: number) => new Array<number>(row).fill(0));
  const error = t.throws(() => uneven([2, 2, 3]), { instanceOf: FeatureError });
  t.like(error, { row: 2 });
  t.regex(error?.message ?? '', /has 3 numbers; the row before has 2/);
});

test('`dense` takes it, with its checks', async (t) => {
  const features = define({
    pair: dense(
      2,
      perRow((row: number) => [row, row * row]),
    ),
  });
  const fitted = await features.get('pair').fit(RowView.of([3]));
  t.deepEqual((await fitted.compute(RowView.of([3, 4]))).values, Float32Array.of(3, 9, 4, 16));
  const missing = await dense(
    1,
    perRow(() => Number.NaN),
  ).fit(RowView.of([1]));
  t.throws(() => missing.compute(RowView.of([1])), { code: 'FEATURE', message: /missing: true/ });
});

test('a row that has no numbers, or for which the function throws, is named by its place in the batch', async (t) => {
  const of = (compute: (row: number) => unknown) =>
    // Wrong on purpose.
    dense(1, perRow(compute as (row: number) => number)).fit(RowView.of([1]));
  const rows = RowView.of([0, 0, 17, 0]).select(Int32Array.of(1, 2, 3));
  const fails = (message: RegExp) => ({ instanceOf: FeatureError, message });
  for (const [wrong, message] of [
    [undefined, /row 2: the function returned undefined; expected a number, or an array of them$/],
    [null, /row 2: the function returned null; expected/],
    ['12', /row 2: the function returned "12"; expected/],
  ] as const) {
    const fitted = await of((row) => (row === 17 ? wrong : row));
    t.throws(() => fitted.compute(rows), fails(message));
    const slow = await of(async (row) => (row === 17 ? wrong : row));
    await t.throwsAsync(async () => slow.compute(rows), fails(message));
  }
  const thrown = /row 2: failed: no number$/;
  const one = (row: number) => {
    if (row === 17) throw new TypeError('no number');
    return row;
  };
  const fitted = await of(one);
  t.throws(() => fitted.compute(rows), fails(thrown));
  const slow = await of(async (row) => one(row));
  await t.throwsAsync(async () => slow.compute(rows), fails(thrown));
});

test('NaN of a function of one row: nothing is said of batches', async (t) => {
  const fitted = await dense(
    1,
    perRow(() => Number.NaN),
  ).fit(RowView.of([1]));
  const error = t.throws(() => fitted.compute(RowView.of([1, 2])), { instanceOf: FeatureError });
  t.notRegex(error?.message ?? '', /array of rows/);
});
