import type { DenseValues, SparseValues } from '../../../lib/data/blocks/index.js';
import { foldAffine, type LinearForm } from '../fold.js';
import type { ReadStep } from '../step.js';
import { denseValues, toDense } from '../values.js';
import { sameColumns } from './columns.js';

/**
 * Columns moved and scaled one by one: `(x - sub) / div * mul + add`, in this order as scikit-learn's scalers compute,
 * and cut to `low … high` where the file has them. What is 0 stays unstored where nothing is moved; what is stored is
 * multiplied by `1 / div` there, as scikit-learn scales sparse matrices.
 */
export const affine: ReadStep = (node) => {
  const columns = sameColumns(node);
  const given = (name: string) => (node.has(name) ? node.numbers(name, columns) : undefined);
  const [sub, div, mul, add] = [given('sub'), given('div'), given('mul'), given('add')];
  const [low, high] = [given('low'), given('high')];
  const inverse = div?.map((each) => 1 / each);
  const of = (x: number, c: number, isStored = false) => {
    let y = x;
    if (sub !== undefined) y -= sub[c];
    if (div !== undefined && inverse !== undefined) y = isStored ? y * inverse[c] : y / div[c];
    if (mul !== undefined) y *= mul[c];
    if (add !== undefined) y += add[c];
    if (low !== undefined && y < low[c]) y = low[c];
    if (high !== undefined && y > high[c]) y = high[c];
    return y;
  };
  const keepsZero = [sub, add, low, high].every(
    (all) => all === undefined || all.every((_, c) => of(0, c) === 0),
  );
  const scaled = (all: DenseValues) => {
    const values = new Float64Array(all.values.length);
    for (let row = 0, i = 0; row < all.rows; row++)
      for (let c = 0; c < columns; c++, i++) values[i] = of(all.values[i], c);
    return denseValues(all.rows, columns, values);
  };
  const stored = (all: SparseValues): SparseValues => {
    const values = new Float64Array(all.values.length);
    for (let e = 0; e < values.length; e++) values[e] = of(all.values[e], all.indices[e], true);
    return { ...all, values };
  };
  const isCut = low !== undefined || high !== undefined;
  const scale = (c: number) => (mul?.[c] ?? 1) / (div?.[c] ?? 1);
  return {
    columns,
    ...(!isCut && { fold: (form: LinearForm) => foldAffine(form, scale, (c) => of(0, c)) }),
    run: ([all]) => (all.kind === 'sparse' && keepsZero ? stored(all) : scaled(toDense(all))),
  };
};
