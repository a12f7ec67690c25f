import test from 'ava';
import { lightgbmModel } from '../../entries/exchange.js';
import { ArtifactError, OptionError } from '../../index.js';
import { denseBlock, exactBlock } from '../../lib/data/blocks/index.js';
import { scoresOf } from './cases.js';
import { constant, file, stump } from './lightgbmFiles.js';

/** LightGBM isn't here to compare with: each model is worked out by hand. */

const NEAR = Math.fround(1e-35);
/** Bits of a decision's type. */
const [CATEGORICAL, LEFT, ZERO, NAN] = [1, 2, 4, 8];

/** The leaf, 1 or 2, of each number in column 0. */
function leaves(tree: string, numbers: readonly number[]): number[] {
  const block = denseBlock(numbers.length, 3, Float32Array.from(numbers.flatMap((x) => [x, 0, 0])));
  return [...scoresOf(lightgbmModel(file([tree])), [block])];
}

test('numbers are compared in double precision, and equal ones go left', (t) => {
  t.deepEqual(leaves(stump('0.5', NAN), [0.25, 0.5, 0.75]), [1, 1, 2]);
  // 0.1 lies below the Float32 next to it, 0.3 above.
  t.deepEqual(leaves(stump('0.1', NAN), [0.1]), [2]);
  t.deepEqual(leaves(stump('0.29999999999999999', NAN), [0.3]), [2]);
  t.deepEqual(leaves(stump('0.30000001192092896', NAN), [0.3]), [1]);
  t.deepEqual(leaves(stump('1.0000000180025095e-35', NAN), [0, 1e-35, 2e-35]), [1, 1, 2]);
  t.deepEqual(leaves(stump('1e300', NAN), [3e38, Number.POSITIVE_INFINITY]), [1, 2]);
  t.deepEqual(leaves(stump('inf', NAN), [3e38, Number.POSITIVE_INFINITY]), [1, 1]);
});

test('doubles that blocks hold are compared as they are', (t) => {
  const exact = exactBlock(
    4,
    3,
    Float64Array.of(0.1, 0, 0, 0.10000000000000002, 0, 0, 3, 0, 0, 2.9999999999999996, 0, 0),
  );
  t.deepEqual([...scoresOf(lightgbmModel(file([stump('0.1', NAN)])), [exact])], [1, 2, 2, 2]);
  const near = exactBlock(4, 3, Float64Array.of(-NEAR, 0, 0, -1e-40, 0, 0, NEAR, 0, 0, -1.1e-35, 0, 0));
  t.deepEqual(
    [...scoresOf(lightgbmModel(file([stump('-1.0000000180025095e-35', NAN)])), [near])],
    [2, 2, 2, 1],
  );
  t.deepEqual([...scoresOf(lightgbmModel(file([stump('0', NAN)])), [near])], [1, 1, 1, 1]);
  const sets = ['num_cat=1', 'cat_boundaries=0 1', 'cat_threshold=8'];
  t.deepEqual([...scoresOf(lightgbmModel(file([stump('0', CATEGORICAL, sets)])), [exact])], [2, 2, 1, 2]);
});

test('where nothing counts as missing, NaN is 0', (t) => {
  for (const type of [0, LEFT]) {
    t.deepEqual(leaves(stump('0.5', type), [Number.NaN, 0, 1]), [1, 1, 2]);
    t.deepEqual(leaves(stump('-0.5', type), [Number.NaN, 0, -1]), [2, 2, 1]);
    t.deepEqual(leaves(stump('0', type), [Number.NaN, 0]), [1, 1]);
  }
});

test('where NaN is missing, it goes the default way', (t) => {
  t.deepEqual(leaves(stump('0.5', NAN), [Number.NaN, 0]), [2, 1]);
  t.deepEqual(leaves(stump('0.5', NAN | LEFT), [Number.NaN, 0]), [1, 1]);
  t.deepEqual(leaves(stump('-0.5', NAN | LEFT), [Number.NaN, 0]), [1, 2]);
});

test('where zeros are missing, they and NaN go the default way, and others by the threshold', (t) => {
  const numbers = [Number.NaN, 0, -0, NEAR, -NEAR, 1e-34, -1e-34, 0.5, 0.75, -1];
  t.deepEqual(leaves(stump('0.5', ZERO), numbers), [2, 2, 2, 2, 2, 1, 1, 1, 2, 1]);
  t.deepEqual(leaves(stump('0.5', ZERO | LEFT), numbers), [1, 1, 1, 1, 1, 1, 1, 1, 2, 1]);
  t.deepEqual(leaves(stump('-0.5', ZERO), numbers), [2, 2, 2, 2, 2, 2, 2, 2, 2, 1]);
  t.deepEqual(leaves(stump('-0.5', ZERO | LEFT), numbers), [1, 1, 1, 1, 1, 2, 2, 2, 2, 1]);
  // Within the zeros themselves.
  t.deepEqual(leaves(stump('0', ZERO), numbers), [2, 2, 2, 2, 2, 2, 1, 2, 2, 1]);
});

test('categories are sets of bits; what is in none, negative or NaN goes right', (t) => {
  // 0, 3, 31 and 33, of words 2^0 + 2^3 + 2^31 and 2^1.
  const sets = ['num_cat=1', 'cat_boundaries=0 2', 'cat_threshold=2147483657 2'];
  const numbers = [0, 1, 3, 31, 32, 33, 34, 64, 1e9, -1, Number.NaN, 3.9, -0.5, -1.5];
  const expected = [1, 2, 1, 1, 2, 1, 2, 2, 2, 2, 2, 1, 1, 2];
  for (const type of [CATEGORICAL, CATEGORICAL | NAN, CATEGORICAL | NAN | LEFT]) {
    t.deepEqual(leaves(stump('0', type, sets), numbers), expected);
  }
});

/** Column 0 <= 1 (NaN right): leaf 0. Else column 1 in {2}: leaf 1; else column 2 <= 5 (NaN left): leaf 2, else 3. */
const deep = [
  'num_leaves=4',
  'num_cat=1',
  'split_feature=0 1 2',
  'threshold=1 0 5',
  `decision_type=${NAN} ${CATEGORICAL} ${NAN | LEFT}`,
  'left_child=-1 -2 -3',
  'right_child=1 2 -4',
  'leaf_value=1 20 300 4000',
  'cat_boundaries=0 1',
  'cat_threshold=4',
].join('\n');

const rows = [
  [1, 2, 9],
  [2, 2, 9],
  [2, 1, 5],
  [2, 1, 6],
  [Number.NaN, Number.NaN, Number.NaN],
];
const block = denseBlock(5, 3, Float32Array.from(rows.flat()));

test('a deeper tree, beside one that is a single leaf', (t) => {
  t.deepEqual(
    [...scoresOf(lightgbmModel(file([deep, constant(0.5)])), [block])],
    [1.5, 20.5, 300.5, 4000.5, 300.5],
  );
});

test('a random forest averages', (t) => {
  const forest = file([deep, constant(3)], { more: ['average_output'] });
  t.deepEqual([...scoresOf(lightgbmModel(forest), [block])], [2, 11.5, 151.5, 2001.5, 151.5]);
  const three = file([1, 2, 3, 5, 6, 7].map(constant), {
    objective: 'multiclass num_class:3',
    perIteration: 3,
    more: ['average_output'],
  });
  const shares = scoresOf(lightgbmModel(three, { labels: ['a', 'b', 'c'] }), [
    denseBlock(1, 3, new Float32Array(3)),
  ]);
  const weights = [3, 4, 5].map((x) => Math.exp(x - 5));
  const sum = weights.reduce((all, one) => all + one, 0);
  t.true(weights.every((weight, i) => Math.abs(shares[i] - weight / sum) < 1e-15));
});

test('each objective has its own answers', (t) => {
  const one = denseBlock(1, 3, new Float32Array(3));
  const number = (objective: string, sum: number) =>
    scoresOf(lightgbmModel(file([constant(sum)], { objective })), [one])[0];
  for (const plain of [
    'regression',
    'regression_l1',
    'huber',
    'fair',
    'quantile',
    'mape',
    'lambdarank',
    'rank_xendcg',
    '',
  ]) {
    t.is(number(plain, -1.5), -1.5, plain);
  }
  t.is(number('regression sqrt', 3), 9);
  t.is(number('regression sqrt', -3), -9);
  for (const log of ['poisson', 'gamma', 'tweedie tweedie_variance_power:1.5'])
    t.is(number(log, 2), Math.exp(2), log);
  t.is(number('cross_entropy', 2), 1 / (1 + Math.exp(-2)));
  t.true(Math.abs(number('cross_entropy_lambda', 2) - Math.log(1 + Math.exp(2))) < 1e-15);
  t.is(number('cross_entropy_lambda', 800), 800);

  const two = (objective: string) => [
    ...scoresOf(lightgbmModel(file([constant(2)], { objective }), { labels: ['no', 'yes'] }), [one]),
  ];
  t.deepEqual(two('binary sigmoid:1'), [1 / (1 + Math.exp(2)), 1 / (1 + Math.exp(-2))]);
  t.deepEqual(two('binary sigmoid:0.5'), [1 / (1 + Math.exp(1)), 1 / (1 + Math.exp(-1))]);

  const each = file([0, 1, -1].map(constant), {
    objective: 'multiclassova num_class:3 sigmoid:2',
    perIteration: 3,
  });
  t.deepEqual(
    [...scoresOf(lightgbmModel(each, { labels: [1, 2, 3] }), [one])],
    [0.5, 1 / (1 + Math.exp(-2)), 1 / (1 + Math.exp(2))],
  );
});

test('trees of classes come in turn', (t) => {
  const trees = [stump('0.5', NAN), constant(0), constant(1), constant(3), stump('0.5', NAN), constant(2)];
  const three = lightgbmModel(file(trees, { objective: 'multiclass num_class:3', perIteration: 3 }), {
    labels: ['a', 'b', 'c'],
  });
  const shares = scoresOf(three, [denseBlock(1, 3, Float32Array.of(1, 0, 0))]);
  const weights = [5, 2, 3].map((x) => Math.exp(x - 5));
  t.true(weights.every((weight, i) => Math.abs(shares[i] / shares[0] - weight) < 1e-15));
});

test('Windows line ends and bytes do no harm', (t) => {
  const text = file([deep]).replaceAll('\n', '\r\n');
  t.deepEqual([...scoresOf(lightgbmModel(Buffer.from(text)), [block])], [1, 20, 300, 4000, 300]);
  t.regex(lightgbmModel(text).fingerprint ?? '', /^sha256:/);
});

test('format v2 has no line for the end of the trees', (t) => {
  const text = file([deep], { version: 'v2' })
    .replace('end of trees\n', '')
    .replace('feature_importances', 'feature importances');
  t.deepEqual([...scoresOf(lightgbmModel(text), [block])], [1, 20, 300, 4000, 300]);
});

test('files that are not whole models of a known version are refused, saying which way', (t) => {
  const good = file([deep, constant(1)]);
  const reason = (source: string, expected: ArtifactError['reason']) => {
    t.is(
      t.throws(() => lightgbmModel(source), { instanceOf: ArtifactError })?.reason,
      expected,
      source.slice(0, 60),
    );
  };
  reason('', 'foreign');
  reason('{}', 'foreign');
  reason(file([deep], { version: 'v5' }), 'version');
  reason(good.replace('version=v4\n', ''), 'version');
  reason(good.slice(0, good.indexOf('end of trees')), 'damaged');
  reason(good.replace('Tree=1', 'Tree=2'), 'damaged');
  reason(good.replace('tree_sizes=1 1', 'tree_sizes=1 1 1'), 'damaged');
  reason(good.replace('num_leaves=4', 'num_leaves=5'), 'damaged');
  reason(good.replace('num_leaves=4', 'num_leaves=0'), 'damaged');
  reason(good.replace('leaf_value=1 20 300 4000', 'leaf_value=1 20 300'), 'damaged');
  reason(good.replace('leaf_value=1 20 300 4000', 'leaf_value=1 20 300 x'), 'damaged');
  reason(good.replace('leaf_value=1 20 300 4000', 'leaf_value=1 20 300 nan'), 'damaged');
  reason(good.replace('left_child=-1 -2 -3', 'left_child=-1 0 -3'), 'damaged');
  reason(good.replace('left_child=-1 -2 -3', 'left_child=-1 -9 -3'), 'damaged');
  reason(good.replace('left_child=-1 -2 -3', 'left_child=-1 3 -3'), 'damaged');
  reason(good.replace('split_feature=0 1 2', 'split_feature=0 1 3'), 'damaged');
  reason(good.replace('cat_boundaries=0 1', 'cat_boundaries=0 2'), 'damaged');
  reason(good.replace('threshold=1 0 5', 'threshold=1 1 5'), 'damaged');
  reason(good.replace('decision_type=8 1 10', 'decision_type=12 1 10'), 'damaged');
  reason(good.replace('is_linear=0', 'is_linear=1'), 'unsupported');
  reason(file([deep], { objective: 'something new' }), 'unsupported');
  reason(file([deep], { perIteration: 2 }), 'damaged');
  reason(file([deep, deep], { perIteration: 2 }), 'unsupported');
  reason(file([deep], { objective: 'binary sigmoid:x' }), 'damaged');
});

test('an objective of classes needs labels, one of numbers has none', (t) => {
  const two = file([deep], { objective: 'binary sigmoid:1' });
  t.is(t.throws(() => lightgbmModel(two), { instanceOf: OptionError })?.option, 'labels');
  t.throws(() => lightgbmModel(file([deep]), { labels: [0, 1] }), { instanceOf: OptionError });
});
