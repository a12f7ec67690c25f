import test from 'ava';
import { ArtifactError, FeatureError } from '../../../lib/errors.js';
import { near } from '../../support/near.js';
import { dense, keys, raw, rowsOf, stepOf } from './nodes.js';

/** Worked out by hand; scikit-learn's own numbers are in transformers.test.ts. */

const oneHot = (unknown: string, isNumeric: number, ...values: (string | number | null)[]) =>
  stepOf(
    'categories',
    { columns: values.length, inputs: 1, unknown },
    {
      ...keys('keys', ...values),
      names: ["column 'city'"],
      sizes: Int32Array.of(values.length),
      isNumeric: Uint8Array.of(isNumeric),
      places: Int32Array.from(values, (_, at) => at),
      elsewhere: Int32Array.of(-1),
    },
  );
/** The column that is 1 for each value, or -1. */
const placesOf = (step: ReturnType<typeof oneHot>, ...values: unknown[]) =>
  rowsOf(step.run([raw(1, ...values)])).map((row) => row.indexOf(1));

test('categories are the keys of Python: True is 1, a text is no number, None is not NaN', (t) => {
  const step = oneHot('given', 0, 'a', '1', 1, null, Number.NaN);
  const values = ['a', '1', 1, true, 1n, null, undefined, Number.NaN, 'A', 2, false, {}, 2n ** 60n + 1n];
  t.deepEqual(placesOf(step, ...values), [0, 1, 2, 2, 2, 3, 3, 4, -1, -1, -1, -1, -1]);
});

test("an empty cell of a CSV file isn't taken for an unknown category where a missing one was fitted", (t) => {
  const error = t.throws(() => placesOf(oneHot('given', 0, 'a', Number.NaN), 'b', ''), {
    instanceOf: FeatureError,
  });
  t.is(error?.row, 1);
  t.regex(
    error?.message ?? '',
    /column 'city': the category '' wasn't fitted.*csvRows\(path, \{ missing: \[''\] \}\)/,
  );
  t.throws(() => placesOf(oneHot('error', 0, 'a', null), ''), { message: /csvRows/ });
  t.deepEqual(placesOf(oneHot('given', 0, 'a'), ''), [-1], 'as Python has it, whatever is missing');
  t.deepEqual(placesOf(oneHot('given', 0, '', null), ''), [0]);
});

test('null is NaN where the fit saw no None', (t) => {
  t.deepEqual(placesOf(oneHot('given', 0, 'a', Number.NaN), null, Number.NaN, 'a'), [1, 1, 0]);
  t.deepEqual(placesOf(oneHot('given', 0, 'a', null), null, Number.NaN, 'a'), [1, -1, 0]);
  t.deepEqual(placesOf(oneHot('given', 1, 0, Number.NaN), null, Number.NaN, -0, '0'), [1, 1, 0, -1]);
});

test('what no fit saw is refused by column and row, or has its own numbers', (t) => {
  const error = t.throws(() => oneHot('error', 0, 'a', 'b').run([raw(1, 'a', 'c')]), {
    instanceOf: FeatureError,
  });
  t.is(error?.row, 1);
  t.regex(error?.message ?? '', /column 'city': the category "c" wasn't fitted/);
  t.throws(() => oneHot('given', 1, 0, 1).run([raw(1, Number.POSITIVE_INFINITY)]), {
    message: /finite numbers/,
  });
  const vectors = stepOf(
    'categories',
    { columns: 4, inputs: 2, width: 2, unknown: 'given' },
    {
      ...keys('keys', 'a', 'b', 5),
      sizes: Int32Array.of(2, 1),
      isNumeric: Uint8Array.of(0, 1),
      vectors: [1, 2, 3, 4, 5, 6],
      elsewhere: [0.5, 0.25, 0, Number.NaN],
    },
  );
  t.deepEqual(rowsOf(vectors.run([raw(2, 'b', 5, 'zz', 6)])), [
    [3, 4, 5, 6],
    [0.5, 0.25, 0, Number.NaN],
  ]);
});

test('an edge is in the bin above it', (t) => {
  const tensors = { edges: [0, 1, 7], ends: Uint32Array.of(2, 3) };
  const rows = dense(2, -1, 6.9, 0, 7, 0.5, 8, 1, -9);
  const numbers = stepOf('bins', { columns: 2, oneHot: false }, tensors);
  t.deepEqual(rowsOf(numbers.run([rows])), [
    [0, 0],
    [1, 1],
    [1, 1],
    [2, 0],
  ]);
  const columns = stepOf('bins', { columns: 5, inputs: 2, oneHot: true }, tensors);
  t.deepEqual(rowsOf(columns.run([rows]))[1], [0, 1, 0, 0, 1]);
});

test('missing values are filled in and told', (t) => {
  const common = { kept: Int32Array.of(0, 2), indicated: Int32Array.of(1) };
  const numbers = stepOf(
    'impute',
    { columns: 3, inputs: 3, missing: 'nan' },
    { ...common, ...keys('fill', 0.5, -1) },
  );
  t.deepEqual(rowsOf(numbers.run([dense(3, 1, 2, Number.NaN, Number.NaN, Number.NaN, 3)])), [
    [1, -1, 0],
    [0.5, 3, 1],
  ]);
  const values = stepOf(
    'impute',
    { columns: 3, inputs: 3, missing: 'none' },
    { ...common, ...keys('fill', 'x', null) },
  );
  t.deepEqual(values.run([raw(3, null, 1, true, 'a', undefined, null)]), raw(3, 'x', true, 0, 'a', null, 1));
  t.throws(() => values.run([raw(3, 1, Number.NaN, 2)]), { message: /column 1 of its input: NaN/ });
  const empty = stepOf(
    'missing',
    { columns: 1, inputs: 2, missing: 'value', refusesNew: true },
    { indicated: Int32Array.of(0), ...keys('value', '') },
  );
  t.deepEqual(rowsOf(empty.run([raw(2, '', 'a', null, 'b')])), [[1], [0]]);
  t.throws(() => empty.run([raw(2, 'a', '')]), { message: /error_on_new/ });
});

test('norms', (t) => {
  const rows = dense(2, 3, -4, 0, 0);
  const normed = (norm: string) => rowsOf(stepOf('normalize', { columns: 2, norm }).run([rows]));
  t.deepEqual(normed('l1'), [
    [3 / 7, -4 / 7],
    [0, 0],
  ]);
  t.deepEqual(normed('l2')[0], [0.6, -0.8]);
  t.deepEqual(normed('max')[0], [0.75, -1]);
  // As scikit-learn, which takes such a norm of a dense row for 0.
  t.deepEqual(rowsOf(stepOf('normalize', { columns: 2, norm: 'l2' }).run([dense(2, 3e-16, 4e-16)])), [
    [3e-16, 4e-16],
  ]);
});

test('powers', (t) => {
  const all = (method: string, lambdas: number[], ...values: number[]) =>
    rowsOf(
      stepOf('power', { columns: lambdas.length, method }, { lambdas }).run([
        dense(lambdas.length, ...values),
      ]),
    )[0];
  const [half, logarithm] = all('box-cox', [0.5, 0], 4, Math.E);
  near(t, half, 2, 1e-15);
  near(t, logarithm, 1, 1e-15);
  t.throws(() => all('box-cox', [1], 0), { instanceOf: FeatureError });
  const [above, below, two, none] = all('yeo-johnson', [0.5, 0.5, 2, 1], 3, -3, -1, Number.NaN);
  near(t, above, 2, 1e-15);
  near(t, below, -14 / 3, 1e-15);
  near(t, two, -Math.log(2), 1e-15);
  t.is(none, Number.NaN);
});

test('places among quantiles, ties in the middle of theirs', (t) => {
  const tensors = { references: [0, 1 / 3, 2 / 3, 1], quantiles: [0, 1, 1, 2] };
  const rows = dense(1, -5, 0, 0.5, 1, 1.5, 2, 9, Number.NaN);
  const uniform = rowsOf(stepOf('quantile', { columns: 1, normal: false }, tensors).run([rows])).flat();
  [0, 0, 1 / 6, 0.5, 5 / 6, 1, 1].forEach((expected, at) => {
    near(t, uniform[at], expected, 1e-15);
  });
  t.is(uniform[7], Number.NaN);
  const normal = rowsOf(stepOf('quantile', { columns: 1, normal: true }, tensors).run([rows])).flat();
  near(t, normal[0], -5.199337582605575, 1e-15);
  near(t, normal[5], 5.19933758270342, 1e-15);
  t.is(normal[3], 0);
});

test('products of columns, of what a row stores too', (t) => {
  const tensors = { factors: Int32Array.of(0, 1, 0, 0, 0, 1, 1, 1), ends: Uint32Array.of(0, 1, 2, 4, 6, 8) };
  const step = stepOf('polynomial', { columns: 6, inputs: 2 }, tensors);
  const expected = [
    [1, 2, 3, 4, 6, 9],
    [1, 0, 5, 0, 0, 25],
  ];
  t.deepEqual(rowsOf(step.run([dense(2, 2, 3, 0, 5)])), expected);
  const stored = step.run([
    {
      kind: 'sparse',
      rows: 2,
      columns: 2,
      offsets: Uint32Array.of(0, 2, 3),
      indices: Uint32Array.of(0, 1, 1),
      values: Float64Array.of(2, 3, 5),
    },
  ]);
  t.is(stored.kind, 'sparse');
  t.deepEqual(rowsOf(stored), expected);
});

test('projections', (t) => {
  const tensors = { weights: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], sub: [1, 0, 0, 0, 0], div: [1, 1, 2, 1, 1] };
  const step = stepOf('project', { columns: 5, inputs: 2 }, tensors);
  t.deepEqual(rowsOf(step.run([dense(2, 1, 10)])), [[60, 72, 41.5, 94, 105]]);
  // (60 - 2 * 41.5) * 1 + .5 is the same of the folded form.
  const form = {
    columns: 5,
    sums: 1,
    weights: Float64Array.of(1, 0, -2, 0, 0),
    intercepts: Float64Array.of(0.5),
    slack: 1e-9,
  };
  const folded = step.fold?.(form, 2);
  t.deepEqual(folded?.weights, Float64Array.of(1 - 3, 6 - 8));
  t.is(folded?.intercepts[0], -0.5);
  t.is(-2 * 1 - 2 * 10 - 0.5, 60 - 2 * 41.5 + 0.5);
  // Nine columns by two weights each are more products than nine, and two.
  const wide = stepOf('project', { columns: 1, inputs: 9 }, { weights: Array(9).fill(1) });
  const two = {
    ...form,
    columns: 1,
    sums: 2,
    weights: Float64Array.of(1, 2),
    intercepts: new Float64Array(2),
  };
  t.is(wide.fold?.(two, 9), undefined);
});

test('splines', (t) => {
  // Hats between the knots 0, 1 and 2, and the cubic that is 1, 4 and 1 sixths at a knot.
  const hats = (beyond: string) =>
    stepOf(
      'splines',
      { columns: 3, inputs: 1, degree: 1, width: 3, bias: true, beyond },
      { knots: [-1, 0, 1, 2, 3] },
    );
  t.deepEqual(rowsOf(hats('constant').run([dense(1, 0.25, 1, 2, -7, 9)])), [
    [0.75, 0.25, 0],
    [0, 1, 0],
    [0, 0, 1],
    [1, 0, 0],
    [0, 0, 1],
  ]);
  t.deepEqual(rowsOf(hats('continue').run([dense(1, -1)])), [[2, -1, 0]]);
  t.throws(() => hats('error').run([dense(1, 2.5)]), { message: /beyond the knots/ });
  const knots = [-3, -2, -1, 0, 1, 2, 3, 4];
  const cubic = stepOf(
    'splines',
    { columns: 3, inputs: 1, degree: 3, width: 4, bias: false, beyond: 'constant' },
    { knots },
  );
  rowsOf(cubic.run([dense(1, 0)]))[0].forEach((value, at) => {
    near(t, value, [1 / 6, 2 / 3, 1 / 6][at], 1e-15);
  });
});

test("numpy's functions", (t) => {
  const of = (name: string, ...values: number[]) =>
    rowsOf(stepOf('math', { columns: 1, function: name }).run([dense(1, ...values)])).flat();
  t.deepEqual(of('log10', 1000, 1e-5, 0, -1), [3, -5, Number.NEGATIVE_INFINITY, Number.NaN]);
  t.deepEqual(of('cbrt', 27, -8, 0), [3, -2, 0]);
  t.deepEqual(of('rint', 0.5, 1.5, 2.5, -1.5, 2.4), [0, 2, 2, -2, 2]);
  t.deepEqual(of('nan_to_num', Number.NaN, Number.POSITIVE_INFINITY, 2), [0, Number.MAX_VALUE, 2]);
  const peers = {
    sinh: Math.sinh,
    cosh: Math.cosh,
    tanh: Math.tanh,
    arcsinh: Math.asinh,
    exp2: (x: number) => 2 ** x,
  };
  for (const [name, peer] of Object.entries(peers)) {
    for (const x of [-30, -2, -1e-9, 0, 0.3, 5, 25]) near(t, of(name, x)[0], peer(x), 1e-14);
  }
});

test('numbers that scikit-learn refuses are refused by column and row', (t) => {
  const step = (refuses: string) =>
    stepOf('threshold', { columns: 2, threshold: 0, refuses }, { names: ["column 'a'", "column 'b'"] });
  const rows = dense(2, 1, 2, 3, Number.NaN);
  t.throws(() => step('nan').run([rows]), { message: /row 1: column 'b': NaN, where/ });
  t.deepEqual(rowsOf(step('infinite').run([rows]))[1], [1, 0]);
  t.throws(() => step('infinite').run([dense(2, Number.NEGATIVE_INFINITY, 0)]), {
    message: /column 'a': -Infinity/,
  });
  t.throws(() => step('nan').run([raw(2, 1, 'x')]), { message: /row 0: .*expected a number, got "x"/ });
});

test('a damaged node is an ArtifactError', (t) => {
  const good = { ...keys('keys', 'a', 'b'), sizes: Int32Array.of(2), isNumeric: Uint8Array.of(0) };
  const category = (tensors: object) => () =>
    stepOf(
      'categories',
      { columns: 2, inputs: 1, unknown: 'given' },
      { ...good, places: Int32Array.of(0, 1), elsewhere: Int32Array.of(-1), ...tensors },
    );
  t.notThrows(category({}));
  const damaged = [
    category(keys('keys', 'a', 'a')),
    category({ sizes: Int32Array.of(-1) }),
    category({ sizes: Int32Array.of(2 ** 30) }),
    category({ sizes: Int32Array.of(1) }),
    category({ places: Int32Array.of(0, 2) }),
    category({ places: Int32Array.of(0) }),
    category({ elsewhere: Int32Array.of(-2) }),
    category({ 'keys.kinds': Uint8Array.of(0, 9) }),
    category({ 'keys.kinds': Uint8Array.of(0, 1) }),
    () =>
      stepOf(
        'categories',
        { columns: 2, inputs: 1, unknown: 'what' },
        { ...good, places: Int32Array.of(0, 1), elsewhere: Int32Array.of(-1) },
      ),
    () => stepOf('bins', { columns: 1, oneHot: false }, { edges: [1, 0], ends: Uint32Array.of(2) }),
    () => stepOf('bins', { columns: 1, oneHot: false }, { edges: [1], ends: Uint32Array.of(2) }),
    () =>
      stepOf(
        'impute',
        { columns: 1, inputs: 1, missing: 'nan' },
        { kept: Int32Array.of(1), indicated: Int32Array.of(), ...keys('fill', 1) },
      ),
    () =>
      stepOf('polynomial', { columns: 1, inputs: 1 }, { factors: Int32Array.of(1), ends: Uint32Array.of(1) }),
    () =>
      stepOf('polynomial', { columns: 1, inputs: 1 }, { factors: Int32Array.of(0), ends: Uint32Array.of(2) }),
    () =>
      stepOf(
        'polynomial',
        { columns: 2, inputs: 1 },
        { factors: Int32Array.of(0, 0), ends: Uint32Array.of(1, 2) },
      ),
    () => stepOf('project', { columns: 2, inputs: 2 }, { weights: [1, 2, 3] }),
    () => stepOf('project', { columns: 1, inputs: 1 }, { weights: [Number.NaN] }),
    () => stepOf('quantile', { columns: 1, normal: true }, { references: [], quantiles: [] }),
    () => stepOf('quantile', { columns: 1, normal: false }, { references: [0, 1], quantiles: [1, 0] }),
    () =>
      stepOf(
        'splines',
        { columns: 4, inputs: 1, degree: 3, width: 4, bias: true, beyond: 'error' },
        { knots: [1, 2, 3] },
      ),
    () =>
      stepOf(
        'splines',
        { columns: 0, inputs: 0, degree: 1, width: 0, bias: true, beyond: 'error' },
        { knots: [] },
      ),
    () => stepOf('bins', { columns: 1, inputs: 2, oneHot: false }, { edges: [1], ends: Uint32Array.of(1) }),
    () => stepOf('normalize', { columns: 2 ** 40, inputs: 1, norm: 'l2' }),
    () => stepOf('math', { columns: 1, function: 'constructor' }),
    () => stepOf('normalize', { columns: 1, norm: 'toString' }),
    () => stepOf('threshold', { columns: 1, threshold: 0, refuses: 'all' }),
  ];
  damaged.forEach((make, at) => {
    t.throws(make, { instanceOf: ArtifactError }, `${at}`);
  });
});

test('products of a sparse row are those of a dense one, however many there are', (t) => {
  const columns = Array.from({ length: 12 }, (_, c) => c);
  const factors = [
    [],
    ...columns.map((c) => [c]),
    ...columns.flatMap((a) => columns.slice(a).map((b) => [a, b])),
  ];
  const step = stepOf(
    'polynomial',
    { columns: factors.length, inputs: 12 },
    {
      ends: Uint32Array.from(factors, (_, at) => factors.slice(0, at + 1).flat().length),
      factors: Int32Array.from(factors.flat()),
    },
  );
  const values = Float64Array.from(columns, (c) => c + 2);
  const sparse = step.run([
    {
      kind: 'sparse',
      rows: 2,
      columns: 12,
      offsets: Uint32Array.of(0, 12, 14),
      indices: Uint32Array.of(...columns, 3, 7),
      values: Float64Array.of(...values, 5, 9),
    },
  ]);
  const second = columns.map((c) => (c === 3 ? 5 : c === 7 ? 9 : 0));
  t.is(sparse.kind === 'sparse' && sparse.offsets[2] - sparse.offsets[1], 1 + 2 + 3);
  t.deepEqual(rowsOf(sparse), rowsOf(step.run([dense(12, ...values, ...second)])));
  t.is(rowsOf(sparse)[0][factors.length - 1], 13 * 13);
});

test('a number beyond all doubles, which JSON can hold, is refused', (t) => {
  t.throws(() => stepOf('threshold', { columns: 1, threshold: JSON.parse('1e999') }), {
    instanceOf: ArtifactError,
    message: /no finite number threshold/,
  });
});
