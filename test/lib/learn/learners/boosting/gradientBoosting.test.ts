import test from 'ava';
import fc from 'fast-check';
import { logLoss } from '../../../../../bench/harness/metrics.js';
import { denseBlock, gather } from '../../../../../lib/data/blocks/index.js';
import {
  ArtifactError,
  DataError,
  FeatureError,
  ModelError,
  OptionError,
} from '../../../../../lib/errors.js';
import {
  type BoostingOptions,
  gradientBoosting,
  type TrainingSet,
} from '../../../../../lib/learn/learners/index.js';
import { uniform } from '../problem.js';
import { classesOf, numbersOf, part, problem, scores } from './problem.js';

const context = { seed: 1 };
const quick: BoostingOptions = { rounds: 10, minRows: 5 };
const queries = (rows: number) => Int32Array.from({ length: rows }, (_, r) => Math.floor(r / 8));

const kinds: readonly [name: string, set: TrainingSet, options: BoostingOptions][] = [
  ['two classes', classesOf(problem(200, true), 2), {}],
  ['three classes', classesOf(problem(200, true), 3), {}],
  ['two classes as margins of each', classesOf(problem(200), 2), { loss: 'softmax' }],
  ['squared', numbersOf(problem(200, true)), { loss: 'squared' }],
  ['absolute', numbersOf(problem(200)), { loss: 'absolute' }],
  ['quantile', numbersOf(problem(200)), { loss: 'quantile', quantile: 0.8 }],
  ['pairwise', { ...numbersOf(problem(200)), groups: queries(200) }, { loss: 'pairwise' }],
  ['listwise', { ...numbersOf(problem(200)), groups: queries(200) }, { loss: 'listwise' }],
];

for (const [name, set, options] of kinds) {
  test(`${name}: the same seed gives the same model, and its state brings it back, bit for bit`, async (t) => {
    const learner = gradientBoosting({ ...quick, ...options, rowSample: 0.7, columnSample: 0.5 });
    const model = await learner.fit(set, { seed: 4 });
    t.is(model.classes, learner.task === 'regression' ? 1 : set.classes);
    const answers = scores(model, set);
    t.true(answers.every(Number.isFinite));
    const again = await learner.fit(set, { seed: 4 });
    t.deepEqual(again.state, model.state);
    const loaded = learner.load({
      json: JSON.parse(JSON.stringify(model.state.json)),
      tensors: model.state.tensors,
    });
    t.deepEqual(scores(loaded, set), answers);
    t.deepEqual(loaded.state, model.state);
    t.notDeepEqual(scores(await learner.fit(set, { seed: 5 }), set), answers);
  });

  test(`${name}: a row scored alone answers as in its batch`, async (t) => {
    const model = await gradientBoosting({ ...quick, ...options }).fit(set, context);
    const answers = scores(model, set);
    for (let r = 0; r < 200; r += 7) {
      const alone = scores(model, part(set, r, r + 1));
      t.deepEqual(alone, answers.slice(r * model.classes, (r + 1) * model.classes));
    }
  });
}

test('with hard labels the order of the rows changes no bit', async (t) => {
  for (const classes of [2, 3] as const) {
    const set = classesOf(problem(300, true), classes);
    const order = Array.from({ length: 300 }, (_, i) => (i * 37) % 300);
    const moved: TrainingSet = {
      ...set,
      blocks: set.blocks.map((block) => gather(block, order)),
      labels: Int32Array.from(order, (r) => set.labels[r]),
    };
    const learner = gradientBoosting(quick);
    const model = await learner.fit(set, context);
    t.deepEqual((await learner.fit(moved, context)).state, model.state);
  }
});

test('soft targets of ones and zeros are the labels; others are fitted too', async (t) => {
  for (const classes of [2, 3] as const) {
    const set = classesOf(problem(300), classes);
    const soft = new Float64Array(300 * classes);
    set.labels.forEach((label, r) => {
      soft[r * classes + label] = 1;
    });
    const learner = gradientBoosting({ ...quick, rounds: 60, l2: 0 });
    const hard = await learner.fit(set, context);
    t.deepEqual((await learner.fit({ ...set, soft }, context)).state, hard.state);
    // Targets that the first column alone decides.
    const first = Array.from({ length: 300 }, (_, r) => set.blocks[0].values[6 * r]);
    first.forEach((x, r) => {
      soft.fill((x < 4 ? 0.3 : 0.9) / (classes - 1), r * classes, (r + 1) * classes);
      soft[r * classes] = x < 4 ? 0.7 : 0.1;
    });
    const answers = scores(await learner.fit({ ...set, soft }, context), set);
    t.true(answers.every((p, i) => Math.abs(p - soft[i]) < 0.01));
  }
});

test('more rounds never raise the training loss where steps are small', async (t) => {
  for (const [, set, options] of kinds.slice(0, 6)) {
    const rows = Array.from({ length: set.rows }, (_, r) => r);
    const loss = (answers: Float64Array) => {
      if (options.loss === undefined || options.loss === 'softmax') return logLoss(answers, set.labels);
      const errors = rows.map((r) => (set.values?.[r] ?? 0) - answers[r]);
      const quantile = options.quantile ?? 0.5;
      const each = (error: number) =>
        options.loss === 'squared' ? error ** 2 : Math.max(quantile * error, (quantile - 1) * error);
      return errors.reduce((sum, error) => sum + each(error), 0) / set.rows;
    };
    let last = Infinity;
    for (const rounds of [1, 2, 3, 5, 9, 20]) {
      const learner = gradientBoosting({ ...options, rounds, minRows: 5, learningRate: 0.05 });
      const now = loss(scores(await learner.fit(set, context), set));
      t.true(now < last, `${options.loss}, ${rounds} rounds: ${now} after ${last}`);
      last = now;
    }
  }
});

test('columns that say nothing are left alone', async (t) => {
  const { block, two } = problem(200);
  const useless = Float32Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? Number.NaN : 3));
  const set = { blocks: [denseBlock(200, 2, useless), block], rows: 200, classes: 2, labels: two };
  const model = await gradientBoosting(quick).fit(set, context);
  t.deepEqual([...model.importance.subarray(0, 2)], [0, 0]);
  const without = await gradientBoosting(quick).fit({ ...set, blocks: [block] }, context);
  t.deepEqual(scores(model, set), scores(without, { rows: 200, blocks: [block] }));
  const nothing = { ...set, blocks: [denseBlock(200, 2, useless)] };
  const share = two.reduce((sum, label) => sum + label, 0) / 200;
  const constant = scores(await gradientBoosting(quick).fit(nothing, context), nothing);
  t.true(constant.every((p, i) => Math.abs(p - (i % 2 === 1 ? share : 1 - share)) < 1e-8));
});

test('a class that no row has gets probability 0', async (t) => {
  const set = { ...classesOf(problem(200), 3), classes: 4 };
  const answers = scores(await gradientBoosting(quick).fit(set, context), set);
  const without = scores(await gradientBoosting(quick).fit({ ...set, classes: 3 }, context), { ...set });
  for (let r = 0; r < 200; r++) {
    t.is(answers[4 * r + 3], 0);
    t.deepEqual(answers.slice(4 * r, 4 * r + 3), without.slice(3 * r, 3 * r + 3));
  }
});

test('trees keep to their size, and leaves to theirs', async (t) => {
  const set = classesOf(problem(500), 2);
  for (const growth of ['leaf', 'depth'] as const) {
    const options = { growth, rounds: 3, maxLeaves: 9, maxDepth: 4, minRows: 30 };
    const { forest } = await gradientBoosting(options).fit(set, context);
    const { feature, left, right, roots, threshold } = forest;
    const depth = (node: number): number =>
      feature[node] === -1 ? 0 : 1 + Math.max(depth(left[node]), depth(right[node]));
    const leaves = (node: number): number =>
      feature[node] === -1 ? 1 : leaves(left[node]) + leaves(right[node]);
    const rowsOf = new Map<number, number>();
    for (const root of roots) {
      t.true(depth(root) <= 4 && leaves(root) <= 9 && leaves(root) > 4);
      for (let r = 0; r < 500; r++) {
        let node = root;
        while (feature[node] !== -1) {
          node = set.blocks[0].values[6 * r + feature[node]] <= threshold[node] ? left[node] : right[node];
        }
        rowsOf.set(node, (rowsOf.get(node) ?? 0) + 1);
      }
    }
    t.true([...rowsOf.values()].every((rows) => rows >= 30));
  }
});

test('with room for every leaf, both ways to grow give the same answers', async (t) => {
  const set = classesOf(problem(400), 2);
  const grown = async (growth: 'leaf' | 'depth') =>
    scores(await gradientBoosting({ ...quick, growth, maxDepth: 3, maxLeaves: 8 }).fit(set, context), set);
  t.deepEqual(await grown('leaf'), await grown('depth'));
});

test('a tree may use a share of the columns', async (t) => {
  const model = await gradientBoosting({ ...quick, columnSample: 1 / 6 }).fit(numbersOfClasses(), context);
  const { roots, feature } = model.forest;
  roots.forEach((root, tree) => {
    const used = feature.subarray(root, roots[tree + 1] ?? feature.length).filter((column) => column !== -1);
    t.is(new Set(used).size, 1);
  });
});

function numbersOfClasses(): TrainingSet {
  return classesOf(problem(300), 2);
}

test('labels that are noise stop early, and rounds that help are kept', async (t) => {
  const set = classesOf(problem(1500), 2);
  const random = uniform(9);
  const noise = { ...set, labels: set.labels.map(() => Number(random() < 0.5)) };
  const options: BoostingOptions = { rounds: 150, earlyStopping: { heldOut: 0.2, patience: 5 } };
  const roundsOf = async (data: TrainingSet) =>
    (await gradientBoosting(options).fit(data, context)).forest.roots.length;
  const useless = await roundsOf(noise);
  const useful = await roundsOf(set);
  t.true(useless <= 3, `${useless} rounds`);
  t.true(useful >= 10 && useful < 150, `${useful} rounds`);
});

test('rows that are held out take no part in growing', async (t) => {
  // One round in 200 rows: whatever it does to the held-out labels, the tree stays.
  const set = numbersOf(problem(200));
  const options: BoostingOptions = { loss: 'squared', rounds: 1, earlyStopping: { heldOut: 0.5 } };
  const { forest } = await gradientBoosting(options).fit(set, context);
  const base = forest.base[0];
  const values = set.values ?? new Float64Array(0);
  let unmoved = 0;
  for (let r = 0; r < 200; r += 10) {
    const changed = { ...set, values: values.with(r, values[r] + 1) };
    unmoved += Number((await gradientBoosting(options).fit(changed, context)).forest.base[0] === base);
  }
  t.true(unmoved >= 4 && unmoved <= 16, `${unmoved} of 20`);
});

test('importance goes to what decides', async (t) => {
  const { importance } = await gradientBoosting({ loss: 'squared' }).fit(numbersOf(problem(1000)), context);
  const weakest = Math.min(...importance.subarray(0, 3));
  t.true(weakest > 5 * Math.max(importance[4], importance[5]), [...importance].join(' '));
});

test('probabilities lie in [0, 1] and sum to 1, whatever the rows', async (t) => {
  for (const classes of [2, 3] as const) {
    const model = await gradientBoosting({ ...quick, learningRate: 1, l2: 0 }).fit(
      classesOf(problem(200, true), classes),
      context,
    );
    fc.assert(
      fc.property(fc.float32Array({ minLength: 6, maxLength: 6 }), (row) => {
        const answers = scores(model, { rows: 1, blocks: [denseBlock(1, 6, row)] });
        t.true(answers.every((p) => p >= 0 && p <= 1));
        t.true(Math.abs(answers.reduce((a, b) => a + b, 0) - 1) < 1e-12);
      }),
    );
  }
});

test('progress rises to 1, and an abort ends the fit', async (t) => {
  const shares: number[] = [];
  const set = classesOf(problem(200), 3);
  await gradientBoosting(quick).fit(set, { seed: 1, onProgress: (share) => shares.push(share) });
  t.is(shares.length, 31);
  t.deepEqual(
    shares.toSorted((a, b) => a - b),
    shares,
  );
  t.is(shares[0], 0);
  t.is(shares.at(-1), 1);
  const controller = new AbortController();
  const fit = gradientBoosting(quick).fit(set, {
    seed: 1,
    signal: controller.signal,
    onProgress: (share) => share > 0.3 && controller.abort(new Error('enough')),
  });
  await t.throwsAsync(fit, { message: 'enough' });
  await t.throwsAsync(gradientBoosting(quick).fit(set, { seed: 1, signal: AbortSignal.abort() }), {
    any: true,
  });
});

test('few rows fill few leaves, so that a fit to them tells the pace of others', (t) => {
  const of = (rows: number) => ({ rows, columns: 1_000, entries: 1_000 * rows, classes: 2 });
  const work = (rows: number) => gradientBoosting().work(of(rows));
  t.true(work(64) < 0.03 * work(3_000));
  const allLeaves = gradientBoosting({ maxLeaves: 3 }).work(of(64));
  t.true(Math.abs(work(64) / allLeaves - 1) < 0.1);
});

test('work grows with the rounds, the rows and the trees of a round', (t) => {
  const shape = { rows: 1000, columns: 20, entries: 20_000, classes: 2 };
  const work = gradientBoosting().work(shape);
  t.true(work > 1e6 && work < 1e8);
  // Bins are made once, and a round of five classes grows five trees.
  const trees = gradientBoosting({ rounds: 200 }).work(shape) - work;
  t.is(gradientBoosting({ rounds: 300 }).work(shape), work + 2 * trees);
  t.is(gradientBoosting().work({ ...shape, classes: 5 }), work + 4 * trees);
  t.is(gradientBoosting({ loss: 'squared' }).work({ ...shape, classes: 1 }), work);
  t.true(gradientBoosting().work({ ...shape, entries: 40_000 }) > work);
});

test('work of wide text is that of its words: a column that few rows fill has next to no bins', (t) => {
  const text = { rows: 3_000, columns: 10_000, entries: 90_000, dense: 0, classes: 2 };
  const { work } = gradientBoosting({ rounds: 30 });
  // Timed: a tenth of a second, at 2 ns each.
  t.true(work(text) > 2.5e7 && work(text) < 1e8);
  t.is(work({ ...text, columns: 100_000 }), work(text));
});

test('data that cannot be fitted are refused', async (t) => {
  const set = classesOf(problem(40), 2);
  const numeric = numbersOf(problem(40));
  const values = numeric.values ?? new Float64Array(0);
  const cases: [TrainingSet, BoostingOptions, RegExp][] = [
    [{ ...set, labels: new Int32Array(40) }, {}, /single class/],
    [{ ...set, blocks: [] }, {}, /0 blocks/],
    [{ ...set, blocks: [gather(set.blocks[0], [0])] }, {}, /block 0 has 1 rows, expected 40/],
    [classesOf(problem(40), 3), { loss: 'logistic' }, /two classes, but there are 3/],
    [set, { loss: 'squared' }, /give values, one for each of 40 rows/],
    [{ ...numeric, values: values.with(7, Number.NaN) }, { loss: 'absolute' }, /row 7 is NaN/],
    [numeric, { loss: 'pairwise' }, /give groups/],
    [set, { categorical: { a: true } }, /give features/],
    [{ ...set, features: ['a'] }, { monotone: { a: [0, 0, 0, 0, 0, 0, 1] } }, /column 6 of 'a', which has 6/],
    [{ ...set, features: ['a'] }, { categorical: { a: true }, monotone: { a: 1 } }, /no order/],
    [{ ...set, features: ['a'] }, { categorical: { a: [2] } }, /feature 'a': column 2: .* is no category/],
    [{ ...classesOf(problem(40), 3), features: ['a'] }, { monotone: { a: 1 } }, /no meaning for 3 classes/],
  ];
  for (const [data, options, message] of cases) {
    const instanceOf = /^feature/.test(message.source) ? FeatureError : DataError;
    await t.throwsAsync(gradientBoosting(options).fit(data, context), { instanceOf, message });
  }
});

test('options out of range are refused by name', (t) => {
  const cases: readonly [string, unknown][] = [
    ['loss', 'hinge'],
    ['quantile', 1],
    ['rounds', 0],
    ['learningRate', 0],
    ['growth', 'breadth'],
    ['maxLeaves', 1],
    ['maxDepth', 0.5],
    ['minRows', -1],
    ['minHessian', 0],
    ['l2', Number.NaN],
    ['minGain', -1],
    ['maxBins', 256],
    ['rowSample', 0],
    ['columnSample', 1.5],
    ['earlyStopping', { heldOut: 1 }],
    ['earlyStopping', { rounds: 1 }],
    ['categorical', { a: [-1] }],
    ['monotone', { a: 2 }],
    ['trees', 100],
  ];
  for (const [option, value] of cases) {
    t.throws(() => gradientBoosting({ [option]: value }), {
      instanceOf: OptionError,
      message: RegExp(option),
    });
  }
  t.throws(() => gradientBoosting({ loss: 'absolute', monotone: { a: 1 } }), { instanceOf: OptionError });
});

test('blocks of other numbers and widths are refused', async (t) => {
  const set = classesOf(problem(40), 2);
  const model = await gradientBoosting(quick).fit(set, context);
  const out = new Float64Array(80);
  const refused = (blocks: TrainingSet['blocks'], message: RegExp) =>
    t.throws(() => model.score(blocks, out), { instanceOf: ModelError, message });
  refused([], /1 blocks, got 0/);
  refused([denseBlock(1, 2, new Float32Array(2))], /block 0 has 2 columns, but it was fitted to 6/);
  t.throws(() => model.score(set.blocks, out.subarray(1)), { instanceOf: ModelError, message: /80 scores/ });
});

test('a state that is not whole is refused', async (t) => {
  const learner = gradientBoosting(quick);
  const { state } = await learner.fit(classesOf(problem(100), 2), context);
  const { json, tensors } = state;
  const { left, importance } = tensors;
  for (const broken of [
    { json: null, tensors },
    { json: { classes: 2, columns: [6], outputs: 3 }, tensors },
    { json: { classes: 2, columns: [5], outputs: 1 }, tensors },
    { json, tensors: { ...tensors, importance: importance.slice(1) } },
    { json, tensors: { ...tensors, left: left.slice(1) } },
    { json, tensors: { ...tensors, left: left.map(() => 0) } },
    { json, tensors: { ...tensors, right: left.map(() => left.length) } },
    { json, tensors: { ...tensors, feature: left.map(() => 6) } },
    { json, tensors: { ...tensors, set: left.map(() => 0) } },
    { json, tensors: { ...tensors, roots: Int32Array.of(-1) } },
  ]) {
    t.throws(() => learner.load(broken), { instanceOf: ArtifactError, message: /gradient-boosting/ });
  }
});
