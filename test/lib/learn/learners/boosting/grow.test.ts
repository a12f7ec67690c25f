import test from 'ava';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import { runForest } from '../../../../../lib/learn/kernels/index.js';
import { planBins } from '../../../../../lib/learn/learners/boosting/bins.js';
import { ForestWriter } from '../../../../../lib/learn/learners/boosting/forestWriter.js';
import { onGrid } from '../../../../../lib/learn/learners/boosting/grid.js';
import { Grower } from '../../../../../lib/learn/learners/boosting/grow.js';
import { checkedBoostingOptions } from '../../../../../lib/learn/learners/boosting/options.js';
import { TrainingRows } from '../../../../../lib/learn/learners/boosting/trainingRows.js';
import { uniform } from '../problem.js';
import { problem, sparseOf } from './problem.js';

const ROWS = 400;

/** One tree, grown with so much room for histograms, which hold `left` from earlier trees. */
function tree(pooled: number, fast: boolean, growth: 'leaf' | 'depth', share = 1, left = 0) {
  const { block, numbers } = problem(ROWS, true);
  const options = checkedBoostingOptions({ growth, minRows: 3 });
  const roles = { categorical: new Uint8Array(12), monotone: new Int8Array(12) };
  const blocks = [block, sparseOf(problem(ROWS, true, 8).block)];
  const columns = planBins({ blocks }, new Uint8Array(ROWS).fill(1), roles, 255, 3);
  const training = new TrainingRows(columns, ROWS, pooled, fast);
  for (const histogram of training.pool) histogram.fill(left);
  const usable = columns.filter((_, i) => i % 12 < 12 * share);
  const ones = new Float64Array(ROWS).fill(1);
  const grid = onGrid(
    numbers.map((value) => value - 4),
    ones,
    0,
    ROWS,
    training.derivatives,
  );
  training.order.set(Int32Array.from({ length: ROWS }, (_, r) => r));
  const writer = new ForestWriter(new Float64Array(1));
  const leaves = new Grower(training, options).grow(usable, ROWS - 50, grid, writer);
  return {
    leaves: leaves.map(({ node, from, to, value }) => ({ node, from, to, value })),
    forest: writer.forest(1),
  };
}

test('neither short room for histograms nor plain loops change a bit of a tree', (t) => {
  for (const growth of ['leaf', 'depth'] as const) {
    const roomy = tree(32, true, growth);
    t.is(roomy.leaves.length, 31);
    for (const pooled of [2, 3, 5]) t.deepEqual(tree(pooled, true, growth), roomy);
    t.deepEqual(tree(32, false, growth), roomy);
  }
});

test('what earlier trees left in histograms changes nothing, whatever columns a tree may use', (t) => {
  for (const growth of ['leaf', 'depth'] as const) {
    for (const share of [0.25, 0.75, 1]) {
      const clean = tree(32, true, growth, share);
      t.true(clean.leaves.length > 10);
      for (const left of [Number.NaN, Number.POSITIVE_INFINITY, -1e300]) {
        for (const fast of [true, false]) t.deepEqual(tree(3, fast, growth, share, left), clean);
      }
    }
  }
});

test('a forest sends every row to the leaf that it was grown into, neighbouring floats and missing values too', (t) => {
  const random = uniform(6);
  const bits = new Uint32Array(3 * ROWS);
  for (let i = 0; i < bits.length; i++) {
    // A few floats next to each other, of both signs, infinite ones and NaN.
    const kind = random();
    bits[i] = kind < 0.05 ? 0x7fc00000 : kind < 0.1 ? 0xff800000 : kind < 0.15 ? 0x7f800000 : 0;
    if (kind >= 0.15) bits[i] = (kind < 0.5 ? 0x80000000 : 0x3f800000) + Math.floor(40 * random());
  }
  const blocks = [denseBlock(ROWS, 3, new Float32Array(bits.buffer))];
  const roles = { categorical: new Uint8Array(3), monotone: new Int8Array(3) };
  for (const maxBins of [255, 9]) {
    const columns = planBins({ blocks }, new Uint8Array(ROWS).fill(1), roles, maxBins, 1);
    const training = new TrainingRows(columns, ROWS, 40);
    const targets = Float64Array.from({ length: ROWS }, () => random() - 0.5);
    const grid = onGrid(targets, new Float64Array(ROWS).fill(1), 0, ROWS, training.derivatives);
    training.order.set(Int32Array.from({ length: ROWS }, (_, r) => r));
    const writer = new ForestWriter(new Float64Array(1));
    const grower = new Grower(training, checkedBoostingOptions({ minRows: 1, maxLeaves: 200 }));
    const leaves = grower.grow(columns, ROWS - 100, grid, writer);
    t.true(leaves.length > 50);
    const expected = new Float64Array(ROWS);
    for (const { node, from, to, othersFrom, othersTo } of leaves) {
      writer.setValue(node, node);
      for (const row of training.order.subarray(from, to)) expected[row] = node;
      for (const row of training.order.subarray(othersFrom, othersTo)) expected[row] = node;
    }
    const out = new Float64Array(ROWS);
    runForest(writer.forest(1), blocks, out);
    t.deepEqual(out, expected);
  }
});

test('the leaves share out the rows that a tree was grown to', (t) => {
  const { leaves } = tree(32, true, 'leaf');
  const spans = leaves.map(({ from, to }) => [from, to]).sort(([a], [b]) => a - b);
  t.is(spans[0][0], 0);
  spans.forEach(([from], i) => {
    if (i > 0) t.is(from, spans[i - 1][1]);
  });
  t.is(spans.at(-1)?.[1], ROWS - 50);
});
