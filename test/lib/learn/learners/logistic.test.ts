import test from 'ava';
import fc from 'fast-check';
import { denseBlock, gather, SparseWriter } from '../../../../lib/data/blocks/index.js';
import { ArtifactError, DataError, ModelError, OptionError } from '../../../../lib/errors.js';
import { logisticRegression, type TrainingSet } from '../../../../lib/learn/learners/index.js';
import { lossAndGradient, randomDense, randomProblem, scores, uniform } from './problem.js';

const context = { seed: 1 };
const near = (a: Float64Array, b: ArrayLike<number>) =>
  a.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - b[i])),
    a.length === b.length ? 0 : Infinity,
  );

for (const classes of [2, 4]) {
  for (const l2 of [0.01, 1, 100]) {
    test(`the gradient proves the optimum: ${classes} classes, l2 ${l2}`, async (t) => {
      for (const seed of [1, 2, 3]) {
        const set = randomProblem(seed, 150, classes);
        const model = await logisticRegression({ l2 }).fit(set, context);
        const { loss, squaredGradient } = lossAndGradient(model, set, l2);
        const gap = squaredGradient / (2 * l2) / loss;
        t.true(gap <= 1.001e-8, `gap ${gap}`);
        t.true(Math.abs(gap - model.gap) <= 1e-3 * model.gap + 1e-12, `claimed ${model.gap}, found ${gap}`);
      }
    });
  }
}

test('soft targets have their optimum too', async (t) => {
  for (const classes of [2, 3]) {
    const random = uniform(5);
    const problem = randomProblem(5, 120, classes);
    const soft = Float64Array.from({ length: 120 * classes }, () => 0.01 + random());
    for (let r = 0; r < 120; r++) {
      const row = soft.subarray(r * classes, (r + 1) * classes);
      const sum = row.reduce((a, b) => a + b, 0);
      row.forEach((value, k) => {
        row[k] = value / sum;
      });
    }
    const set = { ...problem, soft };
    const model = await logisticRegression({ l2: 1 }).fit(set, context);
    const { loss, squaredGradient } = lossAndGradient(model, set, 1);
    t.true(squaredGradient / 2 / loss <= 1.001e-8);
  }
});

test('soft targets of ones and zeros are the labels, bit for bit', async (t) => {
  for (const classes of [2, 3]) {
    const set = randomProblem(6, 80, classes);
    const soft = new Float64Array(80 * classes);
    set.labels.forEach((label, r) => {
      soft[r * classes + label] = 1;
    });
    const hard = await logisticRegression().fit(set, context);
    t.deepEqual((await logisticRegression().fit({ ...set, soft }, context)).weights, hard.weights);
  }
});

/**
 * scikit-learn 1.4.2, the same numbers rounded to single precision, dense columns through (D - D.mean(0)) / D.std(0),
 * LogisticRegression(C=2, tol=1e-14, solver='newton-cg', max_iter=10000, multi_class='multinomial' for three classes):
 * predict_proba of rows 0, 7 and 29, and coefficients of sparse columns.
 */
function reference(classes: 2 | 3): TrainingSet {
  const rows = 30;
  const dense = new Float32Array(rows * 2);
  const sparse = new SparseWriter(rows, 4, rows * 4);
  const labels = new Int32Array(rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < 2; c++) dense[r * 2 + c] = 5 + 3 * Math.sin(1.7 * r + (c + 1) * r * 0.9);
    for (let c = 0; c < 4; c++) if ((r * 7 + c * 3) % 5 < 2) sparse.push(c, Math.cos(0.7 * r + c));
    sparse.endRow();
    const label = (r * r + Math.floor(r / 4)) % 3;
    labels[r] = classes === 3 ? label : Number(label > 0);
  }
  return { rows, classes, labels, blocks: [denseBlock(rows, 2, dense), sparse.block()] };
}

test('two classes as scikit-learn has them', async (t) => {
  const set = reference(2);
  const model = await logisticRegression({ l2: 0.5, tolerance: 1e-15 }).fit(set, context);
  const answers = scores(model, set);
  const found = [0, 7, 29].map((r) => answers[2 * r + 1]);
  t.true(near(Float64Array.from(found), [0.4452491978318, 0.9290997288825, 0.6119640982109]) < 1e-7);
  const coefficients = [-0.2413191314742, 0.0476001350615, 1.2192959958818, -0.5394448491568];
  t.true(near(model.weights.slice(2), coefficients) < 1e-7);
});

test('three classes as scikit-learn has them', async (t) => {
  const set = reference(3);
  const model = await logisticRegression({ l2: 0.5, tolerance: 1e-15 }).fit(set, context);
  const answers = scores(model, set);
  const found = [0, 7, 29].flatMap((r) => [...answers.subarray(3 * r, 3 * r + 3)]);
  const expected = [
    [0.6151448074241, 0.2565181906188, 0.1283370019571],
    [0.0358718947759, 0.1002883104576, 0.8638397947664],
    [0.4272378013398, 0.2472597461431, 0.3255024525172],
  ].flat();
  t.true(near(Float64Array.from(found), expected) < 1e-7);
  const firstSparse = [0.2037466855277, -0.1456454847594, -0.0581012007684];
  t.true(near(model.weights.slice(6, 9), firstSparse) < 1e-7);
});

test('a class without rows leaves softmax over the others, which is the logistic function of twice the l2', async (t) => {
  const set = randomProblem(7, 100, 2);
  const options = { tolerance: 1e-14 };
  const two = scores(await logisticRegression({ ...options, l2: 1 }).fit(set, context), set);
  const three = scores(
    await logisticRegression({ ...options, l2: 2 }).fit({ ...set, classes: 3 }, context),
    set,
  );
  for (let r = 0; r < set.rows; r++) {
    t.true(Math.abs(three[3 * r + 1] - two[2 * r + 1]) < 1e-6);
    t.is(three[3 * r + 2], 0);
  }
});

test('probabilities lie in [0, 1] and sum to 1, however far the rows are', async (t) => {
  for (const classes of [2, 3]) {
    const model = await logisticRegression().fit(randomProblem(8, 60, classes), context);
    fc.assert(
      fc.property(fc.integer({ min: -30, max: 30 }), fc.integer(), (power, seed) => {
        const { blocks } = randomProblem(seed, 5, classes);
        const far = blocks.map((block) => ({
          ...block,
          values: block.values.map((value) => value * 10 ** power),
        }));
        const answers = scores(model, { blocks: far, rows: 5 });
        for (let r = 0; r < 5; r++) {
          const row = answers.slice(r * classes, (r + 1) * classes);
          if (!row.every((p) => p >= 0 && p <= 1)) return false;
          if (Math.abs(row.reduce((a, b) => a + b, 0) - 1) > 1e-15) return false;
        }
        return true;
      }),
      { numRuns: 50 },
    );
  }
  t.pass();
});

test('separable rows give finite weights', async (t) => {
  const rows = 40;
  const values = Float32Array.from({ length: rows }, (_, r) => (r < 20 ? -1 - r : r));
  const labels = Int32Array.from({ length: rows }, (_, r) => Number(r >= 20));
  const sparse = new SparseWriter(rows, 2, rows);
  for (let r = 0; r < rows; r++) {
    sparse.push(labels[r], 1);
    sparse.endRow();
  }
  const set = { rows, classes: 2, labels, blocks: [denseBlock(rows, 1, values), sparse.block()] };
  for (const l2 of [1e-4, 0.01, 1]) {
    const model = await logisticRegression({ l2 }).fit(set, context);
    t.true(model.gap <= 1e-8);
    t.true([...model.weights, ...model.intercepts].every(Number.isFinite));
    t.true(scores(model, set).every((p, i) => p > 0.5 === (i % 2 === labels[i >> 1])));
  }
});

test('the order of the rows does not matter', async (t) => {
  const set = randomProblem(9, 90, 3);
  const order = Array.from({ length: 90 }, (_, i) => (i * 37) % 90);
  const moved: TrainingSet = {
    ...set,
    blocks: set.blocks.map((block) => gather(block, order)),
    labels: Int32Array.from(order, (r) => set.labels[r]),
  };
  const learner = logisticRegression({ l2: 1, tolerance: 1e-14 });
  const here = scores(await learner.fit(set, context), set);
  t.true(near(here, scores(await learner.fit(moved, context), set)) < 1e-6);
});

test('place and spread of a dense column do not matter, and a constant one has weight 0', async (t) => {
  const random = uniform(10);
  const plain = randomDense(100, 2, random);
  const labels = Int32Array.from({ length: 100 }, (_, r) => Number(plain.values[2 * r] + random() > 1));
  const moved = denseBlock(
    100,
    3,
    Float32Array.from({ length: 300 }, (_, i) =>
      i % 3 === 2 ? 0.1 : plain.values[2 * Math.floor(i / 3) + (i % 3)] * 2 ** 20,
    ),
  );
  const learner = logisticRegression({ tolerance: 1e-14 });
  const set = { rows: 100, classes: 2, labels, blocks: [plain] };
  const before = await learner.fit(set, context);
  const after = await learner.fit({ ...set, blocks: [moved] }, context);
  t.is(after.weights[2], 0);
  t.true(near(scores(before, set), scores(after, { rows: 100, blocks: [moved] })) < 1e-6);
});

test('the same fit again, and the model from its state, answer bit for bit alike', async (t) => {
  for (const classes of [2, 3]) {
    const set = randomProblem(11, 70, classes);
    const learner = logisticRegression();
    const model = await learner.fit(set, context);
    const answers = scores(model, set);
    t.deepEqual(scores(await learner.fit(set, { seed: 2 }), set), answers);
    const { json, tensors } = model.state;
    const loaded = learner.load({ json: JSON.parse(JSON.stringify(json)), tensors });
    t.deepEqual(scores(loaded, set), answers);
    t.deepEqual(loaded.state, model.state);
  }
});

test('a row scored alone answers as in its batch', async (t) => {
  const set = randomProblem(12, 50, 3);
  const model = await logisticRegression().fit(set, context);
  const answers = scores(model, set);
  for (let r = 0; r < set.rows; r++) {
    const alone = scores(model, { rows: 1, blocks: set.blocks.map((block) => gather(block, [r])) });
    t.deepEqual(alone, answers.slice(3 * r, 3 * r + 3));
  }
});

test('a state that is not whole is refused', async (t) => {
  const learner = logisticRegression();
  const { state } = await learner.fit(randomProblem(13, 40, 2), context);
  const { weights, intercepts } = state.tensors;
  for (const broken of [
    { ...state, json: null },
    { ...state, json: { classes: 2, columns: [30, -3, 5], gap: 0 } },
    { ...state, json: { classes: 3, columns: [30, 3, 5], gap: 0 } },
    { ...state, tensors: { intercepts } },
    { ...state, tensors: { weights: weights.slice(1), intercepts } },
  ]) {
    t.throws(() => learner.load(broken), { instanceOf: ArtifactError, message: /logistic-regression/ });
  }
});

test('blocks of other numbers and widths are refused', async (t) => {
  const set = randomProblem(14, 40, 2);
  const model = await logisticRegression().fit(set, context);
  const out = new Float64Array(80);
  const refused = (blocks: TrainingSet['blocks'], message: RegExp) =>
    t.throws(() => model.score(blocks, out), { instanceOf: ModelError, message });
  refused(set.blocks.slice(1), /3 blocks, got 2/);
  refused(set.blocks.toReversed(), /block 0 has 5 columns, but it was fitted to 30/);
  refused([...set.blocks.slice(0, 2), gather(set.blocks[2], [0])], /block 2 has 1 rows, block 0 has 40/);
  t.throws(() => model.score(set.blocks, out.subarray(1)), { instanceOf: ModelError, message: /80 scores/ });
});

test('data that cannot be fitted are refused', async (t) => {
  const set = randomProblem(15, 40, 2);
  const [sparse, dense] = set.blocks;
  const broken = { ...dense, values: dense.values.with(3 * 7 + 1, Number.NaN) };
  const endless = { ...sparse, values: sparse.values.map(() => Infinity) };
  const cases: [Partial<TrainingSet>, RegExp][] = [
    [{ labels: new Int32Array(40) }, /single class/],
    [{ labels: set.labels.with(3, 2) }, /row 3 has class 2: expected 0 … 1/],
    [{ labels: set.labels.slice(1) }, /39 labels for 40 rows/],
    [{ soft: new Float64Array(79) }, /79 soft targets/],
    [{ soft: new Float64Array(80).fill(0.5).fill(0.7, 4, 6) }, /row 2 are \[0.7, 0.7\]/],
    [{ soft: Float64Array.from({ length: 80 }, (_, i) => (i % 2 ? 2 : -1)) }, /row 0/],
    [{ blocks: [] }, /0 blocks/],
    [{ blocks: [gather(sparse, [0])] }, /block 0 has 1 rows, expected 40/],
    [{ blocks: [sparse, broken] }, /block 1, row 7: a value is NaN/],
    [{ blocks: [endless] }, /block 0, row 0: a value is NaN or infinite/],
  ];
  for (const [change, message] of cases) {
    const fit = logisticRegression().fit({ ...set, ...change }, context);
    await t.throwsAsync(fit, { instanceOf: DataError, message });
  }
});

test('options out of range are refused by name', (t) => {
  for (const [option, value] of [
    ['l2', 0],
    ['l2', Number.NaN],
    ['tolerance', -1],
    ['maxIterations', 1.5],
    ['penalty', 'l1'],
  ] as const) {
    t.throws(() => logisticRegression({ [option]: value }), {
      instanceOf: OptionError,
      message: RegExp(option),
    });
  }
});

test('progress rises to 1', async (t) => {
  const shares: number[] = [];
  await logisticRegression().fit(randomProblem(16, 60, 2), {
    seed: 1,
    onProgress: (share) => shares.push(share),
  });
  t.true(shares.length > 2);
  t.deepEqual(
    shares.toSorted((a, b) => a - b),
    shares,
  );
  t.is(shares[0], 0);
  t.is(shares.at(-1), 1);
});

test('the gap says when maxIterations came first', async (t) => {
  const model = await logisticRegression({ maxIterations: 1 }).fit(randomProblem(17, 60, 2), context);
  t.true(model.gap > 1e-8);
});

test('a fit is aborted before it begins, between steps, and from outside', async (t) => {
  const set = randomProblem(18, 60, 3);
  const learner = logisticRegression();
  const reason = new Error('enough');
  const aborted = { is: reason };
  await t.throwsAsync(learner.fit(set, { seed: 1, signal: AbortSignal.abort(reason) }), aborted);

  const within = new AbortController();
  let steps = 0;
  const onProgress = () => {
    if (++steps === 2) within.abort(reason);
  };
  await t.throwsAsync(learner.fit(set, { seed: 1, signal: within.signal, onProgress }), aborted);
  t.is(steps, 2);

  const outside = new AbortController();
  setImmediate(() => outside.abort(reason));
  await t.throwsAsync(learner.fit(set, { seed: 1, signal: outside.signal }), aborted);
});

test('work grows with entries, outputs and as penalties fall', (t) => {
  const { work } = logisticRegression();
  const shape = { rows: 100, columns: 100, entries: 500, classes: 2 };
  t.true(work({ ...shape, entries: 1000 }) > work(shape));
  t.true(work({ ...shape, classes: 19 }) > 2 * work(shape));
  // Rows that go together take more products, the more the smaller the penalty is.
  const text = { rows: 12_000, columns: 50_000, entries: 5e6, classes: 19 };
  const by = (l2: number) => logisticRegression({ l2 }).work(text);
  t.true(by(0.001) > 2 * by(1) && by(1) > 2 * by(10_000));
  t.true(logisticRegression({ l2: 1, tolerance: 1e-4 }).work(text) < by(1));
});

test('a margin is one class’s part of what softmax compares', async (t) => {
  const classes = 4;
  const set = randomProblem(8, 60, classes);
  const model = await logisticRegression().fit(set, context);
  const margins = Array.from({ length: classes }, (_, k) => {
    const out = new Float64Array(60);
    model.margin(k).score(set.blocks, out);
    return out;
  });
  t.is(model.margin(2), model.margin(2), 'its weights are put together once');
  const probabilities = new Float64Array(60 * classes);
  model.score(set.blocks, probabilities);
  for (let row = 0; row < 60; row++) {
    const total = margins.reduce((sum, margin) => sum + Math.exp(margin[row]), 0);
    const own = margins.map((margin) => Math.exp(margin[row]) / total);
    t.true(near(probabilities.subarray(row * classes, (row + 1) * classes), own) < 1e-12);
  }
});
