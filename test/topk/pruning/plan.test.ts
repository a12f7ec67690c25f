import test from 'ava';
import { type Block, denseBlock } from '../../../lib/data/blocks/index.js';
import { OptionError } from '../../../lib/errors.js';
import { type Additive, type PartialSums, planPruning } from '../../../topk/pruning/index.js';

/** Each column of a row is what a step adds to its sum, at a cost of 1; to go on with a row costs `move`. */
function columnSums(steps: number, most: (step: number) => number, move = 0): Additive {
  const partial = ([{ values }]: readonly Block[], rows: Int32Array): PartialSums => ({
    advance(sums, from, to) {
      sums.forEach((_, i) => {
        for (let s = from; s < to; s++) sums[i] += values[rows[i] * steps + s];
      });
    },
    only: (places) =>
      partial(
        blocks,
        places.map((place) => rows[place]),
      ),
  });
  return {
    steps,
    start: 0,
    cost: Float64Array.from({ length: steps + 1 }, (_, step) => step),
    move: new Float64Array(steps + 1).fill(move),
    choice: { query: 0, row: 0 },
    most: Float64Array.from({ length: steps + 1 }, (_, step) => most(step)),
    link: (sums) => sums,
    open: (given) =>
      partial(
        given,
        Int32Array.from({ length: given[0].rows }, (_, row) => row),
      ),
  };
}

/** 1,000 rows: the first step tells them apart, the others add little. */
const blocks = [
  denseBlock(
    1_000,
    4,
    Float32Array.from({ length: 4_000 }, (_, i) => (i % 4 === 0 ? i >> 2 : ((i >> 2) % 100) / 100)),
  ),
];

test('it is cut where that is cheapest', (t) => {
  // After one step only the ten best can still be that: a step of all, three of ten, which are moved once.
  const tight = columnSums(4, (step) => 4 - step, 1);
  const one = planPruning(tight, blocks, { k: 10, candidates: 1_000 });
  t.deepEqual(one.cuts, [1]);
  t.deepEqual(one.most, [3]);
  // Forty are finished for what the others must reach.
  t.is(one.cost, (1_000 + 40 * 4) / (1_000 * 4));
  // Twenty of 2,000 candidates are ten of these rows.
  t.deepEqual(planPruning(tight, blocks, { k: 20, candidates: 2_000 }), one);
  // A choice costs as much for few candidates as for many: these rows are those of a hundred queries.
  const dear = { ...tight, choice: { query: 25, row: 0.5 } };
  t.is(planPruning(dear, blocks, { k: 1, candidates: 10 }).cost, 1);
  t.is(
    planPruning(dear, blocks, { k: 10, candidates: 1_000 }).cost,
    (1_000 + 40 * 4 + 25 + 500) / (1_000 * 4),
  );
});

test('where nothing can be dropped, or going on costs more than it saves, it is not cut', (t) => {
  for (const [most, move] of [
    [2_000, 0.1],
    [3, 1_000],
  ]) {
    const additive = columnSums(4, () => most, move);
    const { cuts, cost } = planPruning(additive, blocks, { k: 10, candidates: 1_000 });
    t.deepEqual(cuts, []);
    t.is(cost, 1);
  }
});

test('a K or a number of candidates that can’t be is refused', (t) => {
  const additive = columnSums(4, () => 1);
  t.throws(() => planPruning(additive, blocks, { k: 0, candidates: 10 }), { instanceOf: OptionError });
  t.throws(() => planPruning(additive, blocks, { k: 1, candidates: 1.5 }), { instanceOf: OptionError });
});
