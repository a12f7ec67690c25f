import test from 'ava';
import fc from 'fast-check';
import { mean } from 'simple-statistics';
import { calibrationOf, logLoss } from '../../../../../bench/harness/metrics.js';
import { generatedRows } from '../../../../../bench/learners/data.js';
import { type Block, denseBlock, gather, SparseWriter } from '../../../../../lib/data/blocks/index.js';
import {
  ArtifactError,
  DataError,
  MissingPackage,
  ModelError,
  OptionError,
} from '../../../../../lib/errors.js';
import { runForest } from '../../../../../lib/learn/kernels/index.js';
import {
  type RandomForestModel,
  type RandomForestOptions,
  randomForest,
  type TrainingSet,
} from '../../../../../lib/learn/learners/index.js';
import { countVotes, voteLayout } from '../../../../../lib/learn/learners/randomForest/index.js';
import { numbersOf, numeric, problem, sparseOf, three, two } from './problem.js';

const context = { seed: 1 };
const quick: RandomForestOptions = { trees: 8, maxDepth: 4 };

function scores(model: RandomForestModel, blocks: readonly Block[]): Float64Array {
  const out = new Float64Array(blocks[0].rows * model.classes);
  model.score(blocks, out);
  return out;
}

const kinds: readonly [name: string, set: TrainingSet, options: RandomForestOptions][] = [
  ['two classes', two, {}],
  ['three classes', three, {}],
  ['numbers', numeric, { task: 'regression' }],
];

for (const [name, set, options] of kinds) {
  test(`${name}: the same seed gives the same model, and its state brings it back, bit for bit`, async (t) => {
    const learner = randomForest({ ...quick, ...options });
    const first = await learner.fit(set, context);
    const again = await learner.fit(set, context);
    const other = await learner.fit(set, { seed: 2 });
    t.deepEqual(again.state, first.state);
    t.notDeepEqual(other.state, first.state);
    const rows = [problem(50, true, 9).block];
    const { json, tensors } = first.state;
    const stored = learner.load({ json: JSON.parse(JSON.stringify(json)), tensors });
    t.deepEqual(scores(stored, rows), scores(first, rows));
    t.deepEqual(stored.state, first.state);
  });

  test(`${name}: sparse blocks give the same model as dense ones, and columns may come in several`, async (t) => {
    const learner = randomForest({ ...quick, ...options });
    const [block] = set.blocks;
    const dense = await learner.fit(set, context);
    const sparse = await learner.fit({ ...set, blocks: [sparseOf(block)] }, context);
    t.deepEqual(sparse.state, dense.state);
    const columns = (from: number, to: number) =>
      denseBlock(
        block.rows,
        to - from,
        block.values.filter((_, i) => i % 6 >= from && i % 6 < to),
      );
    const halves = [columns(0, 2), sparseOf(columns(2, 6))];
    const split = await learner.fit({ ...set, blocks: halves }, context);
    t.deepEqual(split.columns, [2, 4]);
    t.deepEqual(scores(split, halves), scores(dense, set.blocks));
  });

  test(`${name}: a row’s answer is the same alone and in a batch`, async (t) => {
    const model = await randomForest({ ...quick, ...options }).fit(set, context);
    const together = scores(model, set.blocks);
    for (const row of [0, 17, 79]) {
      const alone = scores(model, [gather(set.blocks[0], [row])]);
      t.deepEqual(alone, together.slice(row * model.classes, (row + 1) * model.classes));
    }
  });
}

test('probabilities lie in [0, 1] and sum to 1, whatever the rows', async (t) => {
  for (const set of [two, three]) {
    const model = await randomForest(quick).fit(set, context);
    fc.assert(
      fc.property(fc.float32Array({ minLength: 6, maxLength: 6 }), (row) => {
        const answers = scores(model, [denseBlock(1, 6, row)]);
        t.true(answers.every((p) => p >= 0 && p <= 1));
        t.true(Math.abs(answers.reduce((a, b) => a + b, 0) - 1) < 1e-12);
      }),
    );
  }
});

test('votes are made probabilities by rows that no tree saw', async (t) => {
  const { train, labels, test, testLabels } = generatedRows(1, 2000, 2000);
  const set = { blocks: [denseBlock(2000, 20, train)], rows: 2000, classes: 2, labels };
  // All rows that grow no tree calibrate.
  const model = await randomForest({ trees: 20, maxDepth: 3, maxRows: 400 }).fit(set, context);
  const blocks = [denseBlock(2000, 20, test)];
  const answers = scores(model, blocks);
  const sums = new Float64Array(2000);
  runForest(model.forest, blocks, sums);
  const votes = new Float64Array(4000);
  countVotes(voteLayout(2, model.trees), sums, votes);
  const raw = votes.map((count) => count / model.trees);
  t.true(calibrationOf(answers, testLabels) < 0.03);
  t.true(calibrationOf(raw, testLabels) > 2 * calibrationOf(answers, testLabels));
  t.true(logLoss(answers, testLabels) < logLoss(raw, testLabels) - 0.01);
});

test('a class that no row has gets probability 0, one of a single row doesn’t', async (t) => {
  const labels = two.labels.map((label, row) => (row === 3 ? 3 : label));
  const model = await randomForest(quick).fit({ ...two, classes: 4, labels }, context);
  const answers = scores(model, two.blocks);
  t.true(answers.every((p, i) => (i % 4 === 2 ? p === 0 : p > 0)));
});

test('soft targets are followed: rows of even chances get about even chances', async (t) => {
  const { block } = problem(200);
  const soft = Float64Array.from({ length: 400 }, (_, i) => (block.values[6 * (i >> 1)] < 4 ? 0.5 : i % 2));
  const model = await randomForest({ trees: 20 }).fit(
    { blocks: [block], rows: 200, classes: 2, labels: new Int32Array(0), soft },
    context,
  );
  const unseen = problem(200, false, 3).block;
  const isSure = Array.from({ length: 200 }, (_, row) => unseen.values[6 * row] >= 4);
  const means = (of: (row: number) => number) =>
    [false, true].map((sure) => mean([...isSure.keys()].filter((row) => isSure[row] === sure).map(of)));
  const answers = scores(model, [unseen]);
  const [even, sure] = means((row) => answers[2 * row + 1]);
  t.true(Math.abs(even - 0.5) < 0.1 && sure > 0.9, `${even}, ${sure}`);
  // The trees' votes already, before they are calibrated.
  const sums = new Float64Array(200);
  runForest(model.forest, [unseen], sums);
  const votes = new Float64Array(400);
  countVotes(voteLayout(2, 20), sums, votes);
  const [split, agreed] = means((row) => votes[2 * row + 1] / 20);
  t.true(Math.abs(split - 0.5) < 0.15 && agreed > 0.9, `${split}, ${agreed}`);
});

test('numbers: what a column decides is learnt', async (t) => {
  const learner = randomForest({ task: 'regression', trees: 10 });
  const model = await learner.fit(numbersOf(problem(200)), context);
  const { values = new Float64Array(0), blocks } = numbersOf(problem(500, false, 4));
  const answers = scores(model, blocks);
  const squared = (of: (r: number) => number) =>
    values.reduce((sum, value, r) => sum + (value - of(r)) ** 2, 0);
  const unexplained = squared((r) => answers[r]) / squared(() => mean([...values]));
  t.true(unexplained < 0.5, `${unexplained}`);
});

test('trees may use one column or all', async (t) => {
  const one = await randomForest({ ...quick, columnSample: 0.01 }).fit(two, context);
  const { roots, feature } = one.forest;
  roots.forEach((root, tree) => {
    const used = feature.slice(root, roots[tree + 1]).filter((column) => column !== -1);
    t.true(new Set(used).size <= 1);
  });
  t.true(new Set(feature).size > 3);
  const all = await randomForest({ ...quick, columnSample: 1, trees: 1 }).fit(two, context);
  t.true(new Set(all.forest.feature).size > 3);
});

test('rows whose bags are of one class, or all alike, grow leaves', async (t) => {
  const labels = new Int32Array(80).fill(1, 79);
  const rare = await randomForest(quick).fit({ ...two, labels }, context);
  t.true(scores(rare, two.blocks).every((p) => p > 0 && p < 1));
  const alike = [denseBlock(80, 2, new Float32Array(160))];
  const model = await randomForest(quick).fit({ ...two, blocks: alike }, context);
  const share = two.labels.reduce((sum, label) => sum + label, 0) / 80;
  t.true(Math.abs(scores(model, alike)[1] - share) < 0.1);
});

test('what is cut is told once, and the model says how far it went', async (t) => {
  const warnings: (Error & { code?: string })[] = [];
  const listen = (warning: Error) => warnings.push(warning);
  process.on('warning', listen);
  t.teardown(() => process.off('warning', listen));
  const learner = randomForest({ ...quick, trees: 20, maxRows: 40, maxWork: 1e6 });
  const model = await learner.fit(two, context);
  await learner.fit(two, { seed: 2 });
  await new Promise(setImmediate);
  const { rows, trees } = learner.plan({ rows: 80, columns: 6, classes: 2 });
  t.deepEqual([model.rows, model.trees], [rows, trees]);
  t.deepEqual([rows, trees], [40, 10]);
  const reported = warnings.filter(
    ({ code, message }) => code === 'SPILLWAY_FOREST_CUT' && / of 64 rows/.test(message),
  );
  t.is(reported.length, 1);
  t.regex(reported[0].message, /grows 40 of 64 rows, 10 of 20 trees.*square of the rows/);
});

test('progress rises to 1, one step a tree, and an abort ends the fit', async (t) => {
  const shares: number[] = [];
  await randomForest(quick).fit(two, { seed: 1, onProgress: (share) => shares.push(share) });
  t.deepEqual(
    shares,
    Array.from({ length: 9 }, (_, i) => i / 8),
  );
  const controller = new AbortController();
  const fit = randomForest(quick).fit(two, {
    seed: 1,
    signal: controller.signal,
    onProgress: (share) => share > 0.3 && controller.abort(new Error('enough')),
  });
  await t.throwsAsync(fit, { message: 'enough' });
  await t.throwsAsync(randomForest(quick).fit(two, { seed: 1, signal: AbortSignal.abort() }), { any: true });
});

test('a missing package is named with what to install, a broken one isn’t called missing', async (t) => {
  const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  const error = await t.throwsAsync(randomForest({}, () => Promise.reject(missing)).fit(two, context), {
    instanceOf: MissingPackage,
    message: /randomForest needs ml-random-forest: npm install ml-random-forest/,
  });
  t.is(error?.cause, missing);
  const broken = new Error('unexpected token');
  t.is(await t.throwsAsync(randomForest({}, () => Promise.reject(broken)).fit(two, context)), broken);
});

test('data that cannot be fitted are refused', async (t) => {
  const { values = new Float64Array(0) } = numeric;
  const wide = new SparseWriter(80, 200_000, 1);
  for (let row = 0; row < 80; row++) wide.endRow();
  const hole = two.blocks[0].values.with(6 * 11 + 2, Number.NaN);
  const regression: RandomForestOptions = { task: 'regression' };
  const cases: [TrainingSet, RandomForestOptions, RegExp][] = [
    [{ ...two, labels: new Int32Array(80) }, {}, /single class/],
    [{ ...two, blocks: [] }, {}, /0 blocks/],
    [{ ...two, blocks: [gather(two.blocks[0], [0])] }, {}, /block 0 has 1 rows, expected 80/],
    [{ ...two, blocks: [wide.block()] }, {}, /64 rows x 200000 columns are too many.*Lower maxRows/],
    [{ ...numeric, blocks: [denseBlock(80, 6, hole)] }, regression, /block 0, row 11: column 2 is NaN/],
    [two, regression, /needs values, one for each of 80 rows/],
    [{ ...numeric, values: values.with(7, Number.NaN) }, regression, /value of row 7 is NaN/],
  ];
  for (const [set, options, message] of cases) {
    await t.throwsAsync(randomForest(options).fit(set, context), { instanceOf: DataError, message });
  }
});

test('options out of range are refused by name', (t) => {
  const cases: readonly [string, unknown][] = [
    ['task', 'ranking'],
    ['trees', 0],
    ['maxDepth', Number.POSITIVE_INFINITY],
    ['minRows', 1.5],
    ['columnSample', 0],
    ['maxRows', 1],
    ['maxWork', Number.NaN],
    ['maxFeatures', 3],
  ];
  for (const [option, value] of cases) {
    t.throws(() => randomForest({ [option]: value }), { instanceOf: OptionError, message: RegExp(option) });
  }
});

test('blocks of other numbers and widths are refused', async (t) => {
  const model = await randomForest(quick).fit(two, context);
  const out = new Float64Array(160);
  t.throws(() => model.score([], out), { instanceOf: ModelError, message: /1 blocks, got 0/ });
  t.throws(() => model.score(two.blocks, out.subarray(1)), { instanceOf: ModelError, message: /160 scores/ });
});

test('a state that is not whole is refused', async (t) => {
  const learner = randomForest(quick);
  const { json, tensors } = (await learner.fit(three, context)).state;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return t.fail();
  const { roots, intercepts } = tensors;
  for (const broken of [
    { json: null, tensors },
    { json: { ...json, classes: 2 }, tensors },
    { json: { ...json, columns: [5] }, tensors },
    { json: { ...json, trees: 7 }, tensors },
    { json: { ...json, rows: 0 }, tensors },
    { json: { classes: 3, columns: [6], trees: 8, rows: 64 }, tensors },
    { json, tensors: { ...tensors, roots: roots.slice(1) } },
    { json, tensors: { ...tensors, intercepts: intercepts.slice(1) } },
  ]) {
    t.throws(() => learner.load(broken), { instanceOf: ArtifactError, message: /random-forest/ });
  }
});
