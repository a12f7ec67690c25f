import { readFile } from 'node:fs/promises';
import test from 'ava';
import { modelFromOnnx } from '../../entries/exchange.js';
import { ArtifactError, OptionError } from '../../index.js';
import { denseBlock } from '../../lib/data/blocks/index.js';
import { floatsIn, readCases, scoresOf } from './cases.js';
import { file, graph, node, stump } from './onnxFiles.js';

const references = new URL('onnx/', import.meta.url);

test("answers are those of scikit-learn's own, one model a kind", async (t) => {
  const { rows, columns, cases } = await readCases(references);
  t.is(cases.length, 7);
  for (const { name, labels, rows: table = '' } of cases) {
    const bytes = await readFile(new URL(`${name}.onnx`, references));
    const expected = await floatsIn(new URL(`${name}.f32`, references));
    const model = labels ? modelFromOnnx(bytes, { labels }) : modelFromOnnx(bytes);
    const scores = scoresOf(model, [denseBlock(rows, columns, await floatsIn(new URL(table, references)))]);
    t.is(scores.length, expected.length, name);
    const worst = scores.reduce((most, score, i) => Math.max(most, Math.abs(score - expected[i])), 0);
    t.true(worst < 5e-7, `${name}: ${worst}`);
  }
});

const numbers = [-1, 0.25, 0.5, 0.75, Number.NaN];

function leaves(mode: string, missing: number): number[] {
  const trees = node('TreeEnsembleRegressor', ['X'], ['y'], stump(mode, 0.5, missing));
  return [...scoresOf(modelFromOnnx(graph([trees], ['y'])), [denseBlock(5, 1, Float32Array.from(numbers))])];
}

test('each comparison, with missing values either way', (t) => {
  const holds: Record<string, readonly number[]> = {
    BRANCH_LEQ: [1, 1, 1, 2],
    BRANCH_LT: [1, 1, 2, 2],
    BRANCH_GTE: [2, 2, 1, 1],
    BRANCH_GT: [2, 2, 2, 1],
    BRANCH_EQ: [2, 2, 1, 2],
  };
  for (const [mode, expected] of Object.entries(holds)) {
    t.deepEqual(leaves(mode, 0), [...expected, 2], mode);
    t.deepEqual(leaves(mode, 1), [...expected, 1], mode);
  }
  // What is missing differs from any number.
  t.deepEqual(leaves('BRANCH_NEQ', 0), [1, 1, 2, 1, 1]);
});

test('nodes may share a child, as chains of questions do', (t) => {
  const shared = {
    nodes_treeids: [3, 3, 3, 3],
    nodes_nodeids: [10, 11, 12, 13],
    nodes_featureids: [0, 0, 0, 0],
    nodes_modes: ['BRANCH_EQ', 'BRANCH_EQ', 'LEAF', 'LEAF'],
    nodes_values: Float32Array.of(0.25, 0.75, 0, 0),
    nodes_truenodeids: [12, 12, 0, 0],
    nodes_falsenodeids: [11, 13, 0, 0],
    target_treeids: [3, 3],
    target_nodeids: [12, 13],
    target_ids: [0, 0],
    target_weights: Float32Array.of(1, 2),
  };
  const model = modelFromOnnx(graph([node('TreeEnsembleRegressor', ['X'], ['y'], shared)], ['y']));
  t.deepEqual([...scoresOf(model, [denseBlock(5, 1, Float32Array.from(numbers))])], [2, 1, 2, 1, 2]);
  const round = { ...shared, nodes_falsenodeids: [11, 10, 0, 0] };
  const bytes = graph([node('TreeEnsembleRegressor', ['X'], ['y'], round)], ['y']);
  t.is(t.throws(() => modelFromOnnx(bytes), { instanceOf: ArtifactError })?.reason, 'damaged');
});

test('averages, base values and transformations', (t) => {
  const block = denseBlock(2, 1, Float32Array.of(0, 1));
  const answers = (more: Parameters<typeof stump>[3], after: ReturnType<typeof node>[] = []) => {
    const trees = node('TreeEnsembleRegressor', ['X'], ['y'], stump('BRANCH_LEQ', 0.5, 0, more));
    return [...scoresOf(modelFromOnnx(graph([trees, ...after], [after.length > 0 ? 'z' : 'y'])), [block])];
  };
  t.deepEqual(answers({ base_values: Float32Array.of(10) }), [11, 12]);
  t.deepEqual(answers({ aggregate_function: 'AVERAGE' }), [1, 2]);
  t.deepEqual(answers({ post_transform: 'LOGISTIC' }), [1 / (1 + Math.exp(-1)), 1 / (1 + Math.exp(-2))]);
  const sigmoid = node('Sigmoid', ['y'], ['z'], {}, '');
  t.deepEqual(answers({}, [sigmoid]), [1 / (1 + Math.exp(-1)), 1 / (1 + Math.exp(-2))]);
});

test('softmax makes classes of numbers, and of two classes two', (t) => {
  const block = denseBlock(2, 1, Float32Array.of(0, 1));
  const two = stump('BRANCH_LEQ', 0.5, 0, { n_targets: 2, target_ids: [0, 1] });
  const trees = node('TreeEnsembleRegressor', ['X'], ['y'], two);
  const soft = node('Softmax', ['y'], ['z'], {}, '');
  const scores = scoresOf(modelFromOnnx(graph([trees, soft], ['z']), { labels: ['a', 'b'] }), [block]);
  const expected = [
    1 / (1 + Math.exp(-1)),
    1 / (1 + Math.exp(1)),
    1 / (1 + Math.exp(2)),
    1 / (1 + Math.exp(-2)),
  ];
  t.true(expected.every((x, i) => Math.abs(scores[i] - x) < 1e-15));
  const linear = node('LinearClassifier', ['X'], ['l', 'y'], {
    classlabels_ints: [0, 1],
    post_transform: 'LOGISTIC',
    coefficients: Float32Array.of(1),
    intercepts: Float32Array.of(0),
  });
  const twice = modelFromOnnx(graph([linear, soft], ['z']), { labels: [0, 1] });
  const share = scoresOf(twice, [block]);
  t.true(Math.abs(share[0] - 0.5) < 1e-15 && Math.abs(share[2] + share[3] - 1) < 1e-15);
});

/** Weights of two classes on the leaves of a stump. */
function classifier(
  ids: readonly number[],
  weights: readonly number[],
  more: Parameters<typeof stump>[3] = {},
) {
  const {
    target_treeids: _t,
    target_nodeids: _n,
    target_ids: _i,
    target_weights: _w,
    ...trees
  } = stump('BRANCH_LEQ', 0);
  const attributes = {
    ...trees,
    classlabels_int64s: [0, 1],
    class_treeids: ids.map(() => 0),
    class_nodeids: ids.map((_, i) => 1 + (i % 2)),
    class_ids: ids,
    class_weights: Float32Array.from(weights),
    ...more,
  };
  return graph([node('TreeEnsembleClassifier', ['X'], ['label', 'p'], attributes)], ['label', 'p']);
}

test('two classes by the weights of one, or of both', (t) => {
  const block = denseBlock(2, 1, Float32Array.of(-1, 1));
  const answers = (bytes: Uint8Array) => [...scoresOf(modelFromOnnx(bytes, { labels: [0, 1] }), [block])];
  const logistic = (x: number) => 1 / (1 + Math.exp(-x));
  // What ONNX Runtime 1.2x answers to the same files, to four places.
  const close = (bytes: Uint8Array, expected: readonly number[]) => {
    answers(bytes).forEach((answer, i) => {
      t.true(Math.abs(answer - expected[i]) < 6e-5, `${answer}, ${expected[i]}`);
    });
  };
  close(classifier([0, 0], [0.3, 2], { post_transform: 'LOGISTIC' }), [0.4256, 0.5744, 0.1192, 0.8808]);
  close(
    classifier([0, 0], [-0.3, 2], { post_transform: 'LOGISTIC', base_values: Float32Array.of(-1) }),
    [0.7858, 0.2142, 0.2689, 0.7311],
  );
  close(classifier([0, 0], [0.3, 0.9]), [0.7, 0.3, 0.1, 0.9]);
  close(classifier([0, 0, 1, 1], [0.3, 0.9, 0.7, 0.1]), [0.3, 0.7, 0.9, 0.1]);
  close(
    classifier([0, 0, 1, 1], [0.3, 0.9, 0.7, 0.1], { post_transform: 'SOFTMAX' }),
    [0.4013, 0.5987, 0.69, 0.31],
  );
  t.true(
    Math.abs(answers(classifier([0, 0], [3, 2], { post_transform: 'LOGISTIC' }))[1] - logistic(3)) < 1e-7,
  );
});

test('columns that no tree reads are those that the input says, or any', (t) => {
  const trees = node('TreeEnsembleRegressor', ['X'], ['y'], stump('BRANCH_LEQ', 0.5));
  const three = denseBlock(1, 3, new Float32Array(3));
  t.deepEqual([...scoresOf(modelFromOnnx(graph([trees], ['y'])), [three])], [1]);
  t.deepEqual([...scoresOf(modelFromOnnx(graph([trees], ['y'], 3)), [three])], [1]);
  t.throws(() => scoresOf(modelFromOnnx(graph([trees], ['y'], 2)), [three]), { message: /2 columns/ });
});

test('labels have to be those of the file', (t) => {
  const text = classifier([0, 0], [0.3, 0.9], {
    classlabels_int64s: [],
    classlabels_strings: ['ham', 'spam'],
  });
  t.deepEqual(modelFromOnnx(text, { labels: ['ham', 'spam'] }).labels, ['ham', 'spam']);
  t.notThrows(() => modelFromOnnx(text, { labels: [1, 2] }));
  const error = t.throws(() => modelFromOnnx(text, { labels: ['spam', 'ham'] }), { instanceOf: OptionError });
  t.regex(error?.message ?? '', /class 0 is "spam", but "ham" in the file/);
  t.throws(() => modelFromOnnx(text), { message: /"ham", "spam"/ });
});

test('files that are not whole models of known operators are refused, saying which way', (t) => {
  const reason = (bytes: Uint8Array, expected: ArtifactError['reason'], what: string) => {
    t.is(t.throws(() => modelFromOnnx(bytes), { instanceOf: ArtifactError })?.reason, expected, what);
  };
  const trees = (more: Parameters<typeof stump>[3], mode = 'BRANCH_LEQ') =>
    graph([node('TreeEnsembleRegressor', ['X'], ['y'], stump(mode, 0, 0, more))], ['y']);
  const good = trees({});
  reason(new Uint8Array(0), 'foreign', 'nothing');
  reason(file(undefined), 'foreign', 'no graph');
  reason(Buffer.from('not protobuf'), 'foreign', 'text');
  reason(good.subarray(0, good.length - 3), 'damaged', 'cut short');
  reason(file(undefined, { '': 99 }), 'version', 'operators of the future');
  reason(file(undefined, { 'ai.onnx.ml': 6 }), 'version', 'trees of the future');
  reason(trees({ nodes_truenodeids: [0, 0, 0] }), 'damaged', 'round');
  reason(trees({ nodes_truenodeids: [7, 0, 0] }), 'damaged', 'a child that is none');
  reason(trees({ nodes_nodeids: [0, 1, 1] }), 'damaged', 'two nodes of a number');
  reason(trees({ nodes_featureids: [0] }), 'damaged', 'few features');
  reason(trees({ target_ids: [0, 1] }), 'damaged', 'an output that is none');
  reason(trees({ target_nodeids: [1, 9] }), 'damaged', 'a weight of no node');
  reason(trees({ n_targets: 2, target_ids: [0, 1] }), 'unsupported', 'two numbers');
  reason(trees({ aggregate_function: 'MIN' }), 'unsupported', 'a minimum');
  reason(trees({}, 'BRANCH_MEMBER'), 'unsupported', 'a mode');
  reason(graph([node('Conv', ['X'], ['y'], {}, '')], ['y']), 'unsupported', 'an operator');
  reason(graph([node('Scaler', ['X'], ['y'], {}, 'my.own')], ['y']), 'unsupported', 'a domain');
  reason(graph([node('Scaler', ['Z'], ['y'])], ['y']), 'damaged', 'an input that nothing gives');
  reason(graph([], ['X']), 'unsupported', 'no scores');
  const many = Array.from({ length: 20 }, (_, i) =>
    node('Scaler', [i === 0 ? 'X' : `x${i}`], [`x${i + 1}`], {
      offset: Float32Array.of(0),
      scale: Float32Array.of(1),
    }),
  );
  reason(graph(many, ['x20']), 'unsupported', 'too many in a row');
  reason(classifier([1, 1], [0.3, 0.9]), 'unsupported', 'weights of class 1 alone');
  reason(classifier([0, 0], [-0.3, 0.9]), 'unsupported', 'no probabilities');
  const linear = (more: object) =>
    graph(
      [node('LinearRegressor', ['X'], ['y'], { coefficients: Float32Array.of(1, 2), ...more })],
      ['y'],
      2,
    );
  t.notThrows(() => modelFromOnnx(linear({})));
  reason(linear({ targets: 3 }), 'damaged', 'coefficients of no whole row');
  reason(linear({ intercepts: Float32Array.of(1, 2) }), 'damaged', 'too many intercepts');
  reason(linear({ coefficients: Float32Array.of(1) }), 'damaged', 'a column too few');
});
