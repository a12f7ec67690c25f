import test from 'ava';
import { denseBlock } from '../../../lib/blocks/index.js';
import { DataError } from '../../../lib/errors.js';
import { gradientBoosting } from '../../../lib/learners/index.js';
import {
  candidatesOf,
  cheapestWay,
  fitScout,
  prunedTopK,
  scouted,
  trees,
  treeWays,
} from '../../../lib/pruning/index.js';
import { random } from '../../../lib/stats/index.js';
import { plainTopK } from './models.js';

const WIDTH = 6;

function blockOf(rows: number, seed: number) {
  const draw = random(seed);
  return denseBlock(
    rows,
    WIDTH,
    Float32Array.from({ length: rows * WIDTH }, () => draw.normal()),
  );
}

/** Two columns matter, four say nothing. */
const model = await (async () => {
  const rows = 3_000;
  const block = blockOf(rows, 1);
  const values = Float64Array.from({ length: rows }, (_, row) => {
    const [a, b] = block.values.subarray(row * WIDTH);
    return 2 * a + Math.sin(3 * b);
  });
  return gradientBoosting({ loss: 'squared', rounds: 120, maxLeaves: 12 }).fit(
    { blocks: [block], rows, classes: 1, labels: new Int32Array(0), values },
    { seed: 1 },
  );
})();
const past = candidatesOf([blockOf(12_000, 2)]);
const { scout, rest } = await fitScout(model, past);
const additive = scouted(trees(model), scout);

async function guessesAndSums(block: ReturnType<typeof blockOf>) {
  const adding = await additive.open(candidatesOf([block]));
  const guesses = new Float64Array(block.rows).fill(additive.start);
  await adding.advance(guesses, 0, 1);
  const sums = guesses.slice();
  await adding.advance(sums, 1, additive.steps);
  return { guesses, sums };
}

test('a scout guesses first, then the sum is the model’s own, bit for bit', async (t) => {
  const block = blockOf(700, 3);
  const { guesses, sums } = await guessesAndSums(block);
  const scores = new Float64Array(700);
  scout.score([block], scores);
  t.deepEqual(guesses, scores);
  model.score([block], scores);
  t.deepEqual(sums, scores);
  // As well where it isn't asked, or the trees are added in parts.
  const adding = await additive.open(candidatesOf([block]));
  const whole = new Float64Array(700).fill(additive.start);
  await adding.advance(whole, 0, 30);
  await adding.advance(whole, 30, additive.steps);
  t.deepEqual(whole, scores);
});

test('what is finished early is ranked as scoring every candidate does, where bounds are wide enough', async (t) => {
  for (const seed of [4, 5, 6]) {
    const block = blockOf(900, seed);
    const { guesses, sums } = await guessesAndSums(block);
    const excess = sums.reduce((most, sum, row) => Math.max(most, sum - guesses[row]), 0);
    for (const cuts of [[1], [1, 20], [20, 60]]) {
      const most = cuts.map((cut) => (cut === 1 ? excess : additive.most[cut]));
      const pruning = { cuts, most, sure: true, cost: 1 };
      const { indices, scores, left } = await prunedTopK(additive, candidatesOf([block]), 8, pruning);
      t.deepEqual({ indices, scores }, plainTopK(model, [block], 8));
      if (cuts[0] === 1) t.true(left[0] < 600, `${left[0]} are left`);
    }
  }
});

test('a scout is fitted to the first half of the rows, at most, and the others are left to judge it', async (t) => {
  t.is(rest.rows, 6_000);
  const whole = await past.block(0);
  const own = await rest.block(0);
  t.deepEqual([...own.values.subarray(0, WIDTH)], [...whole.values.subarray(6_000 * WIDTH, 6_001 * WIDTH)]);
  const some = await rest.block(0, Int32Array.of(2, 5_999));
  t.is(some.rows, 2);
  t.deepEqual([...some.values.subarray(WIDTH)], [...whole.values.subarray(11_999 * WIDTH)]);
  const again = await fitScout(model, past);
  t.deepEqual(again.scout.forest, scout.forest);
  const aborted = AbortSignal.abort(new Error('enough'));
  await t.throwsAsync(fitScout(model, past, aborted), { message: 'enough' });
});

test('a scout costs what its trees do, and has no sure bound', async (t) => {
  const own = trees(model);
  t.is(additive.steps, own.steps + 1);
  t.deepEqual([additive.cost[0], additive.move[0], additive.most[0]], [0, 0, own.most[0]]);
  t.is(additive.most[1], Number.POSITIVE_INFINITY);
  const ahead = trees(scout).cost[scout.rounds];
  t.true(ahead > 0);
  for (const step of [0, 1, 50, own.steps]) {
    t.is(additive.cost[step + 1], own.cost[step] + ahead);
    if (step > 0) t.is(additive.most[step + 1], own.most[step]);
  }
  const several = await gradientBoosting({ rounds: 2 }).fit(
    {
      blocks: [blockOf(90, 7)],
      rows: 90,
      classes: 3,
      labels: Int32Array.from({ length: 90 }, (_, i) => i % 3),
    },
    { seed: 1 },
  );
  t.throws(() => scouted(own, several), { instanceOf: DataError });
});

test('of the ways the cheapest: a scout where bounds are quantiles, never where they are sure', async (t) => {
  const ways = await treeWays(model, past, { isQuantile: true });
  t.deepEqual(
    ways.map(({ order }) => order),
    ['trees', 'sorted trees', 'scouted trees'],
  );
  const requested = { k: 10, of: 2_000 };
  const [quantile] = cheapestWay(ways, { ...requested, share: 0.01 });
  t.is(quantile.order, 'scouted trees');
  t.is(quantile.pruning.cuts[0], 1);
  t.false(quantile.pruning.sure);
  const [sure] = cheapestWay(ways, requested);
  t.not(sure.order, 'scouted trees');
  t.true(quantile.pruning.cost < sure.pruning.cost);
  t.is((await treeWays(model, past, { isQuantile: false })).length, 2);
  t.deepEqual(cheapestWay(ways, { ...requested, share: 1e-6 }), [], 'too few rows to tell');
});

test('few rows, and sums that are all the same, make a scout too', async (t) => {
  const flat = await gradientBoosting({ loss: 'squared', rounds: 3 }).fit(
    {
      blocks: [blockOf(50, 8)],
      rows: 50,
      classes: 1,
      labels: new Int32Array(0),
      values: new Float64Array(50).fill(2),
    },
    { seed: 1 },
  );
  for (const [of, rows] of [
    [model, 2],
    [model, 3],
    [flat, 400],
  ] as const) {
    const { scout } = await fitScout(of, candidatesOf([blockOf(rows, 9)]));
    const block = blockOf(100, 10);
    const ahead = scouted(trees(of), scout);
    const pruning = { cuts: [1], most: [1e9], sure: false, cost: 1 };
    const { indices } = await prunedTopK(ahead, candidatesOf([block]), 5, pruning);
    t.deepEqual(indices, plainTopK(of, [block], 5).indices);
  }
});
