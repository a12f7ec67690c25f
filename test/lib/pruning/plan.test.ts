import test from 'ava';
import { denseBlock } from '../../../lib/blocks/index.js';
import { DataError, OptionError } from '../../../lib/errors.js';
import type { Adding, Additive, Candidates } from '../../../lib/pruning/index.js';
import { candidatesOf, planPruning, quantileBounds, sureBounds } from '../../../lib/pruning/index.js';

/** Each column of a row is what a step adds to its sum, at a cost of 1; to go on with a row costs `move`. */
function columnSums(steps: number, most: (step: number) => number, move = 0): Additive {
  const adding = (candidates: Candidates, rows?: Int32Array): Adding => ({
    async advance(sums, from, to) {
      const { values, columns } = await candidates.block(0, rows);
      sums.forEach((_, i) => {
        for (let s = from; s < to; s++) sums[i] += values[i * columns + s];
      });
    },
    only: (places) => adding(candidates, rows === undefined ? places : places.map((place) => rows[place])),
    whole: (sums) => sums,
  });
  return {
    steps,
    start: 0,
    cost: Float64Array.from({ length: steps + 1 }, (_, step) => step),
    move: new Float64Array(steps + 1).fill(move),
    choice: { query: 0, row: 0 },
    most: Float64Array.from({ length: steps + 1 }, (_, step) => most(step)),
    link: (sums) => sums,
    open: (candidates) => adding(candidates),
  };
}

/** 1,000 rows: the first step tells them apart, the others add little. */
const rows = candidatesOf([
  denseBlock(
    1_000,
    4,
    Float32Array.from({ length: 4_000 }, (_, i) => (i % 4 === 0 ? i >> 2 : ((i >> 2) % 100) / 100)),
  ),
]);

test('quantile bounds are what all but a share of the best rows were given by the steps that are left', async (t) => {
  const { cuts, most, sure } = await quantileBounds(
    columnSums(4, () => 9),
    rows,
    0.1,
    1_000,
  );
  t.deepEqual(cuts, [1, 2, 3]);
  // Of hundredths from 0 to 0.99, ten rows each, a tenth is above 0.89.
  most.forEach((bound, c) => {
    t.true(Math.abs(bound - 0.89 * (3 - c)) < 1e-6, `${bound}`);
  });
  t.false(sure);
  // The best 20 have 0.8 to 0.99; two of them are above 0.97.
  const best = await quantileBounds(
    columnSums(4, () => 9),
    rows,
    0.1,
    20,
  );
  t.true(Math.abs(best.most[2] - 0.97) < 1e-6, `${best.most[2]}`);
});

test('quantile bounds need rows enough to tell', async (t) => {
  const additive = columnSums(4, () => 9);
  await t.throwsAsync(quantileBounds(additive, rows, 0.0009, 5), {
    instanceOf: DataError,
    message: /need 1112/,
  });
  await t.throwsAsync(quantileBounds(additive, rows, 0.1, 1_001), { instanceOf: DataError, message: /1001/ });
  await t.throwsAsync(quantileBounds(additive, rows, 0, 5), { instanceOf: OptionError });
});

test('sure bounds are those of the model', (t) => {
  t.deepEqual(sureBounds(columnSums(4, (step) => 4 - step)), {
    cuts: [1, 2, 3],
    most: [3, 2, 1],
    sure: true,
  });
});

test('it is cut where that is cheapest', async (t) => {
  // After one step only the ten best can still be that: a step of all, three of ten, which are moved once.
  const tight = columnSums(4, (step) => 4 - step, 1);
  const one = await planPruning(tight, rows, { k: 10, of: 1_000 });
  t.deepEqual(one.cuts, [1]);
  t.deepEqual(one.most, [3]);
  t.true(one.sure);
  // Forty are finished for what the others must reach.
  t.is(one.cost, (1_000 + 40 * 4) / (1_000 * 4));
  // Twenty of 2,000 candidates are ten of these rows.
  t.deepEqual(await planPruning(tight, rows, { k: 20, of: 2_000 }), one);
  // A choice costs as much for few candidates as for many: these rows are those of a hundred queries.
  const dear = { ...tight, choice: { query: 25, row: 0.5 } };
  t.is((await planPruning(dear, rows, { k: 1, of: 10 })).cost, 1);
  t.is((await planPruning(dear, rows, { k: 10, of: 1_000 })).cost, (1_000 + 40 * 4 + 25 + 500) / (1_000 * 4));
});

test('where nothing can be dropped, or going on costs more than it saves, it is not cut', async (t) => {
  for (const [most, move] of [
    [2_000, 0.1],
    [3, 1_000],
  ]) {
    const { cuts, cost } = await planPruning(
      columnSums(4, () => most, move),
      rows,
      { k: 10, of: 1_000 },
    );
    t.deepEqual(cuts, []);
    t.is(cost, 1);
  }
});

test('with a share the bounds are quantiles', async (t) => {
  const additive = columnSums(4, () => 2_000, 1);
  const { cuts, most, sure } = await planPruning(additive, rows, { k: 10, of: 1_000, share: 0.1 });
  t.false(sure);
  // Of the 50 best, five exceeded them.
  const bounds = await quantileBounds(additive, rows, 0.1, 50);
  t.deepEqual(cuts, [1]);
  t.is(most[0], bounds.most[0]);
});
