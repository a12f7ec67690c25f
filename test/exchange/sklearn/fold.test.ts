import test from 'ava';
import { foldAffine, foldMatrix, foldSelect, type LinearForm } from '../../../exchange/sklearn/fold.js';

const form = (weights: readonly number[], sums = 1): LinearForm => ({
  columns: weights.length / sums,
  sums,
  weights: Float64Array.from(weights),
  intercepts: new Float64Array(sums).fill(0.5),
  slack: 1e-9,
});

test('an affine step is folded into weights and intercepts', (t) => {
  // 3 (x / 2 - 1) - (4 x + 2) + .5 = 1.5 x0 - 4 x1 - 4.5
  const folded = foldAffine(
    form([3, -1]),
    (c) => [0.5, 4][c],
    (c) => [-1, 2][c],
  );
  t.deepEqual(folded?.weights, Float64Array.of(1.5, -4));
  t.deepEqual(folded?.intercepts, Float64Array.of(-4.5));
  t.true(folded !== undefined && folded.slack < 1e-9 && folded.slack > 0.99e-9);
});

test('means far larger than their spreads are not folded, since that would lose digits', (t) => {
  const far = (mean: number) =>
    foldAffine(
      form([1]),
      () => 1,
      () => -mean,
    );
  // Errors of 8 units of 2 ** -53 relative to the mean.
  const most = 1e-9 / (8 * 2 ** -53);
  t.not(far(0.99 * most), undefined);
  t.is(far(1.01 * most), undefined);
  t.is(
    foldAffine(
      form([1]),
      () => Number.POSITIVE_INFINITY,
      () => 0,
    ),
    undefined,
  );
  t.is(
    foldAffine(
      form([1]),
      () => 1,
      () => Number.NaN,
    ),
    undefined,
  );
});

test('the errors of several folds add up to what is allowed, and no more', (t) => {
  const shift = -0.6 * (1e-9 / (8 * 2 ** -53));
  const once = foldAffine(
    form([1]),
    () => 1,
    () => shift,
  );
  t.not(once, undefined);
  t.is(
    once &&
      foldAffine(
        once,
        () => 1,
        () => shift,
      ),
    undefined,
  );
});

test('chosen columns and a matrix are folded into weights of all columns', (t) => {
  const picked = foldSelect(form([1, 2, 3, 4], 2), Int32Array.of(2, 0), 3);
  t.deepEqual([picked?.columns, ...(picked?.weights ?? [])], [3, 3, 4, 0, 0, 1, 2]);
  t.is(foldSelect(form([1, 2]), Int32Array.of(2, 0), 2 ** 27), undefined);
  // Three columns to two, and these to one sum: [1 2; 3 4; 5 6] x [10, -1].
  const matrix = foldMatrix(form([10, -1]), Float64Array.of(1, 2, 3, 4, 5, 6), 3);
  t.deepEqual([matrix?.columns, ...(matrix?.weights ?? [])], [3, 8, 26, 44]);
  t.is(foldMatrix(form([1, 2], 2), Float64Array.of(1, 2, 3), 3), undefined);
});
