import test from 'ava';
import fc from 'fast-check';
import {
  type BlockRows,
  denseBlock,
  SharedCopies,
  type SparseBlock,
  storedBlock,
} from '../../../../lib/data/blocks/index.js';
import { FeatureError, MemoryLimitError, ThreadError } from '../../../../lib/errors.js';
import { type FitUnit, openFits } from '../../../../lib/learn/fits/index.js';
import { fitThreads } from '../../../../lib/learn/fits/threads/index.js';
import {
  gradientBoosting,
  type Learner,
  logisticRegression,
  ridgeRegression,
} from '../../../../lib/learn/learners/index.js';
import { random } from '../../../../lib/stats/index.js';
import { modulesUrl } from '../../../support/modulesUrl.js';

// A process of its own: it starts threads, as `child_process` starts others.
const url = new URL(
  await modulesUrl(new URL('../../../../lib/learn/fits/threads/worker.ts', import.meta.url)),
);
const threads = fitThreads({ threads: 2 }, url);
test.after.always(() => threads.close());

const ROWS = 60;

/** A dense block, a sparse one, and classes or numbers that follow from them. */
function unitOf(learner: Learner, seed: number, width: number): FitUnit {
  const draw = random(seed);
  const values = Float32Array.from({ length: 3 * ROWS }, () => draw.normal());
  const counts = Array.from({ length: ROWS }, () => draw.integer(3));
  const offsets = Uint32Array.from([
    0,
    ...counts.map((_, r) => counts.slice(0, r + 1).reduce((a, b) => a + b, 0)),
  ]);
  const sparse: SparseBlock = {
    kind: 'sparse',
    rows: ROWS,
    columns: 4,
    offsets,
    indices: Uint32Array.from(counts.flatMap((count) => [1, 3].slice(0, count))),
    values: Float32Array.from({ length: offsets[ROWS] }, () => draw.uniform()),
  };
  const truth = Float64Array.from({ length: ROWS }, (_, row) =>
    width === 1 ? values[3 * row] : Math.abs(Math.round(2 * values[3 * row])) % width,
  );
  const fitted = Int32Array.from({ length: ROWS - 20 }, (_, i) => (7 * i) % ROWS);
  const held = Int32Array.from({ length: 20 }, (_, i) => (11 * i) % ROWS);
  const at = (rows: Int32Array): BlockRows[] => [
    { block: denseBlock(ROWS, 3, values), rows },
    { block: sparse, rows },
  ];
  return {
    learner,
    features: ['dense', 'sparse'],
    blocks: at(fitted),
    targets: { truth, width },
    rows: fitted,
    seed,
    score: { blocks: at(held), rounds: [null, 2] },
    keeps: true,
  };
}

const trees = { rounds: 6, maxLeaves: 4, minRows: 5 };
const learners: readonly (readonly [Learner, number])[] = [
  [logisticRegression(), 3],
  [logisticRegression({ l2: 0.1 }), 2],
  [ridgeRegression(), 1],
  [gradientBoosting(trees), 3],
  [gradientBoosting({ ...trees, rowSample: 0.7, earlyStopping: { heldOut: 0.2 } }), 2],
  [gradientBoosting({ ...trees, loss: 'squared', maxDepth: 2 }), 1],
];

test('a unit has the same bits here and on a thread, and shared blocks are never written', async (t) => {
  const property = fc.asyncProperty(
    fc.constantFrom(...learners),
    fc.integer(),
    async ([learner, width], seed) => {
      const copies = new SharedCopies();
      const plain = unitOf(learner, seed, width);
      const inShared = (rows: readonly BlockRows[]) =>
        rows.map((each) => ({ ...each, block: copies.block(storedBlock(each.block)) }));
      const shared: FitUnit = {
        ...plain,
        blocks: inShared(plain.blocks),
        ...(plain.score && { score: { ...plain.score, blocks: inShared(plain.score.blocks) } }),
        targets: { ...plain.targets, truth: copies.array(plain.targets.truth) },
      };
      const here = await openFits({}).run(plain);
      const there = await openFits({ threads }).run(shared);
      t.deepEqual(there.scores, here.scores);
      t.deepEqual(there.model?.state, here.model?.state);
      t.deepEqual(
        shared.blocks.map(({ block }) => block),
        plain.blocks.map(({ block }) => block),
      );
      t.deepEqual(shared.targets.truth, plain.targets.truth);
      return true;
    },
  );
  await fc.assert(property, { numRuns: 12 });
});

test('what a learner throws is the same error from a thread', async (t) => {
  const unit = unitOf(logisticRegression(), 1, 2);
  const values = new Float32Array(3 * ROWS);
  values[3 * unit.rows[5]] = Number.NaN;
  const blocks = [{ block: denseBlock(ROWS, 3, values), rows: unit.rows }, unit.blocks[1]];
  const errors = [];
  for (const options of [{}, { threads }]) {
    errors.push(
      await t.throwsAsync(openFits(options).run({ ...unit, blocks }), { instanceOf: FeatureError }),
    );
  }
  t.is(errors[0].row, 5);
  t.deepEqual(errors[1], errors[0]);
});

test('a unit that takes more than it may says what to raise or to lower; others wait for each other', async (t) => {
  await using few = fitThreads({ threads: 2, memory: 1_000 }, url);
  const unit = unitOf(gradientBoosting(trees), 2, 3);
  const error = await t.throwsAsync(openFits({ threads: few }).run(unit), { instanceOf: MemoryLimitError });
  t.true(error.needed > 1_000);
  t.is(error.limit, 1_000);
  t.regex(error.message, /Raise 'memory' of fitThreads\(\)/);
  await using one = fitThreads({ threads: 2, memory: error.needed }, url);
  const fits = openFits({ threads: one });
  const results = await Promise.all(Array.from({ length: 4 }, () => fits.run(unit)));
  for (const { scores } of results) t.deepEqual(scores, results[0].scores);
});

test('where there is no memory for a fit, the error says so', async (t) => {
  const greedy: Learner = {
    ...logisticRegression(),
    fit() {
      return Promise.reject(new RangeError('Array buffer allocation failed'));
    },
  };
  const error = await t.throwsAsync(openFits({}).run(unitOf(greedy, 3, 2)), { instanceOf: MemoryLimitError });
  t.true(error.cause instanceof RangeError);
});

test('threads that die end in a ThreadError; the end of a job ends its units', async (t) => {
  await using dead = fitThreads({ threads: 1 }, new URL('data:text/javascript,process.exit(1)'));
  const unit = unitOf(ridgeRegression(), 4, 1);
  const lost = await t.throwsAsync(openFits({ threads: dead }).run(unit), { instanceOf: ThreadError });
  t.is(lost.reason, 'lost');
  for (const options of [{}, { threads }]) {
    const fits = openFits(options);
    const units = [fits.run(unit), fits.run(unit), fits.run(unit)];
    const reason = new Error('over');
    fits.end(reason);
    for (const one of units) t.is(await t.throwsAsync(one), reason);
    t.is(await t.throwsAsync(fits.run(unit)), reason);
  }
});
