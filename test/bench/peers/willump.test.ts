import test from 'ava';
import fc from 'fast-check';
import { define, dense, logisticRegression } from 'spillway';
import { chooseThreshold, expectedCost, knapsack, subsetsByCap } from '../../../bench/peers/willump.js';

test('the lowest threshold whose held-out accuracy is within a thousandth of the full model', (t) => {
  // The full model is right on all ten. The approximate one is wrong on the row it gives 0.65, so that at .6 one of
  // nine leavers is lost; at .7 eight leave, all rightly.
  const truth = Int32Array.of(1, 1, 1, 1, 0, 0, 0, 0, 0, 1);
  const full = Float64Array.from(truth, (label) => (label === 1 ? 0.9 : 0.1));
  const scores = Float64Array.of(0.95, 0.92, 0.85, 0.75, 0.05, 0.08, 0.15, 0.25, 0.65, 0.5);
  t.deepEqual(chooseThreshold(scores, full, truth), { threshold: 0.7, exits: 0.8 });
});

test('both sides count: a probability below 1 - t leaves as negative', (t) => {
  const truth = Int32Array.of(0, 0, 1);
  const full = Float64Array.of(0.1, 0.1, 0.9);
  t.deepEqual(chooseThreshold(Float64Array.of(0.35, 0.45, 0.55), full, truth), {
    threshold: 0.6,
    exits: 1 / 3,
  });
});

test('a net loss just below a thousandth is accepted, one of exactly a thousandth is not', (t) => {
  const rows = (n: number) => Int32Array.from({ length: n }, () => 1);
  // One confident mistake among n rows, which the full model gets right.
  const scores = (n: number) => Float64Array.from({ length: n }, (_, i) => (i === 0 ? 0.005 : 0.995));
  const sure = (n: number) => new Float64Array(n).fill(0.9);
  t.is(chooseThreshold(scores(1001), sure(1001), rows(1001)).threshold, 0.6);
  t.deepEqual(chooseThreshold(scores(500), sure(500), rows(500)), { threshold: 1, exits: 0 });
});

test('mistakes of the full model that the approximate one mends pay for others', (t) => {
  const truth = Int32Array.of(1, 1, 0);
  const full = Float64Array.of(0.2, 0.9, 0.1);
  t.is(chooseThreshold(Float64Array.of(0.95, 0.05, 0.1), full, truth).threshold, 0.6);
});

test('each cap has the most important features that it pays for, no subset twice, none empty', (t) => {
  // Of a total of 100: the first alone fits 10 %, the second from 30 % on, both from 40 %; the third never.
  t.deepEqual(subsetsByCap([0.1, 0.3, 0.5], [8, 25, 67]), [[0], [1], [0, 1]]);
  t.deepEqual(subsetsByCap([0, -0.1, 0.5], [8, 25, 67]), []);
});

test('a row pays for the subset, or for everything', (t) => {
  t.is(expectedCost(0.75, 4, 100), 28);
});

test('the whole recipe answers like its full model where a cheap feature tells it all', async (t) => {
  const { tuneWillump } = await import('../../../bench/peers/willump.js');
  const features = define({
    cheap: dense(1, (rows: readonly number[]) => Float32Array.from(rows)),
    dear: dense(1, (rows: readonly number[]) => Float32Array.from(rows, slow)),
  });
  const rows = Array.from({ length: 400 }, (_, i) => ((i * 37) % 400) / 200 - 1);
  const cascade = await tuneWillump({
    features,
    rows,
    labels: rows.map((row) => (row > 0 ? 'up' : 'down')),
    classes: ['down', 'up'],
    learner: logisticRegression({ l2: 0.01 }),
    profile: { features: { cheap: FREE, dear: FREE }, transforms: {}, models: {} },
    seed: 1,
  });
  t.is(cascade.certificate.verdict, 'exploratory');
  t.deepEqual(
    cascade.plan.stages.map((stage) => stage.features),
    [['cheap']],
  );
  t.true(cascade.plan.stages[0].exits > 0.5);
  const { labels, exits } = await cascade.predict(rows);
  const full = await cascade.full.predict(rows);
  t.true(exits.filter((exit) => exit === 0).length > 200);
  t.true(labels.filter((label, row) => label !== full.labels[row]).length <= 4);
});

const NOTHING = { fixed: 0, perRow: 0, growth: 0, wait: 0, spread: 0, price: 0 };
const FREE = { cost: NOTHING, entries: 1, reads: [] };

/** Costs far more than reading a number, and says next to nothing about it. */
function slow(row: number): number {
  let value = 0;
  for (let i = 0; i < 2_000; i++) value += Math.sin(i * row * 1e3);
  return value / 2_000;
}

const sum = (values: readonly number[], of: readonly number[]) =>
  of.reduce((total, i) => total + values[i], 0);

/** The greatest value of any subset that fits, all of them tried. */
function bruteForce(values: readonly number[], weights: readonly number[], capacity: number): number {
  let best = 0;
  for (let mask = 0; mask < 2 ** values.length; mask++) {
    const subset = [...values.keys()].filter((i) => (mask >> i) & 1);
    if (sum(weights, subset) <= capacity) best = Math.max(best, sum(values, subset));
  }
  return best;
}

test('finds what trying every subset finds, and its weight fits', (t) => {
  const item = fc.record({
    value: fc.integer({ min: -5, max: 50 }),
    weight: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(item, { maxLength: 9 }), fc.integer({ min: 0, max: 60 }), (items, capacity) => {
      const values = items.map(({ value }) => value);
      const weights = items.map(({ weight }) => weight);
      const chosen = knapsack(values, weights, capacity);
      t.is(new Set(chosen).size, chosen.length);
      t.true(sum(weights, chosen) <= capacity);
      t.is(sum(values, chosen), bruteForce(values, weights, capacity));
    }),
  );
});

test('takes the pair that is worth more than the best single', (t) => {
  t.deepEqual(knapsack([10, 6, 6], [5, 3, 3], 6), [1, 2]);
});

test('takes nothing that is worth nothing', (t) => {
  t.deepEqual(knapsack([0, -1, Number.NaN], [0, 0, 0], 5), []);
});
