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
