import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../lib/data/blocks/index.js';
import { DataError, OptionError } from '../../../lib/errors.js';
import { boostedModel } from '../../../lib/learn/learners/boosting/model.js';
import { type Additive, type PartialSums, prunedTopK, trees } from '../../../topk/pruning/index.js';
import { anyRows, byHand } from '../../lib/learn/kernels/forests.js';
import { anyTrees, plainTopK } from './models.js';

const ROWS = 600;
const free = { cost: 0.5 };

test('the answer is that of scoring every candidate, bit for bit, wherever it is cut', (t) => {
  let dropped = 0;
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 2, max: 30 }),
      fc.integer({ min: 1, max: ROWS + 5 }),
      fc.constantFrom(1, 2),
      fc.uniqueArray(fc.integer({ min: 1, max: 29 }), { minLength: 1, maxLength: 4 }),
      (seed, count, large, classes, places) => {
        // Mostly few, sometimes nearly all.
        const k = large % 3 === 0 ? large : 1 + (large % 20);
        const model = anyTrees(seed, count, classes);
        const blocks = [anyRows(seed + 1, ROWS)];
        const expected = plainTopK(model, blocks, k);
        const cuts = places.filter((cut) => cut < count).sort((a, b) => a - b);
        const additive = trees(model);
        const pruning = { ...free, cuts, most: cuts.map((cut) => additive.most[cut]) };
        const { indices, scores, left } = prunedTopK(additive, blocks, k, pruning);
        t.deepEqual({ indices, scores }, expected);
        if (left.length > 0 && left[left.length - 1] < ROWS) dropped++;
      },
    ),
    { numRuns: 60 },
  );
  t.true(dropped > 10, `${dropped} queries dropped something`);
});

/** Column 0 at most 0.5 -> low, else high. */
function stump(low: number, high: number, rest: number, classes: number) {
  const forest = {
    ...byHand,
    outputs: 1,
    base: Float64Array.of(0),
    roots: Int32Array.of(0, 3),
    feature: Int32Array.of(0, -1, -1, 1, -1, -1),
    threshold: Float32Array.of(0.5, 0, 0, 0.5, 0, 0),
    left: Int32Array.of(1, -1, -1, 4, -1, -1),
    right: Int32Array.of(2, -1, -1, 5, -1, -1),
    missingLeft: new Uint8Array(6),
    set: new Int32Array(6).fill(-1),
    sets: new Uint32Array(0),
    value: Float64Array.of(0, low, high, 0, 0, rest),
  };
  return boostedModel('stumps', { classes, columns: [2], forest, importance: new Float64Array(2) });
}

function columns(first: (row: number) => number, second: (row: number) => number) {
  return [
    denseBlock(
      ROWS,
      2,
      Float32Array.from({ length: 2 * ROWS }, (_, i) => (i % 2 === 0 ? first(i >> 1) : second(i >> 1))),
    ),
  ];
}

test('sums that differ but stand for the same score are ties: the index decides', (t) => {
  // Both 50 and 60 are log-odds of probability 1.
  const model = stump(50, 60, 0.5, 2);
  const blocks = columns(
    (row) => Number(row >= 300),
    () => 0,
  );
  const pruning = { ...free, cuts: [1], most: [trees(model).most[1]] };
  const { indices } = prunedTopK(trees(model), blocks, 3, pruning);
  t.deepEqual(indices, Int32Array.of(0, 1, 2));
  t.deepEqual(indices, plainTopK(model, blocks, 3).indices);
});

test('candidates that can only just get in stay: a tie at the K-th place', (t) => {
  const model = stump(0, 1, 1, 1);
  // Those from 300 on have 1 at once; 0 and 1 reach it with the second tree.
  const blocks = columns(
    (row) => Number(row >= 300),
    (row) => Number(row < 2),
  );
  const additive = trees(model);
  const pruning = { ...free, cuts: [1], most: [additive.most[1]] };
  const { indices, left } = prunedTopK(additive, blocks, 4, pruning);
  t.deepEqual(indices, Int32Array.of(0, 1, 300, 301));
  t.is(left.length, 1);
});

test('where nobody can be dropped every candidate is scored whole', (t) => {
  const model = stump(0, 1e-3, 1, 1);
  const blocks = columns(
    () => 1,
    (row) => row % 3,
  );
  const additive = trees(model);
  const pruning = { ...free, cuts: [1], most: [additive.most[1]] };
  const { indices, scores, left } = prunedTopK(additive, blocks, 5, pruning);
  t.deepEqual({ indices, scores }, plainTopK(model, blocks, 5));
  // Ten were finished at the cut, and the others aren't worth parting from them.
  t.deepEqual(left, [ROWS]);
  const uncut = prunedTopK(additive, blocks, 5, { ...pruning, cuts: [] });
  t.deepEqual({ indices: uncut.indices, scores: uncut.scores }, { indices, scores });
});

test('few candidates, fewer than K, and none at all', (t) => {
  const model = anyTrees(1, 5);
  const additive = trees(model);
  const pruning = { ...free, cuts: [2], most: [additive.most[2]] };
  for (const [rows, k] of [
    [10, 3],
    [3, 10],
  ]) {
    const blocks = [anyRows(2, rows)];
    const { indices, scores } = prunedTopK(additive, blocks, k, pruning);
    t.deepEqual({ indices, scores }, plainTopK(model, blocks, k));
  }
  const { indices } = prunedTopK(additive, [anyRows(1, 0)], 3, pruning);
  t.is(indices.length, 0);
  t.throws(() => prunedTopK(additive, [anyRows(2, 5)], 0, pruning), {
    instanceOf: OptionError,
  });
});

test('a score that is NaN is refused, not dropped', (t) => {
  const model = stump(0, 1, 1, 1);
  const additive: Additive = {
    ...trees(model),
    open: () => {
      const adding = (rows: Int32Array): PartialSums => ({
        advance(sums) {
          rows.forEach((row, i) => {
            sums[i] += row === 599 ? Number.NaN : row % 9;
          });
        },
        only: (places) => adding(places.map((place) => rows[place])),
      });
      return adding(Int32Array.from({ length: ROWS }, (_, row) => row));
    },
  };
  const pruning = { ...free, cuts: [1], most: [1] };
  t.throws(() => prunedTopK(additive, [anyRows(1, ROWS)], 3, pruning), {
    instanceOf: DataError,
    message: /NaN/,
  });
});
