import test from 'ava';
import fc from 'fast-check';
import {
  filterCost,
  keptBy,
  leastKept,
  ratioOfRecall,
  recallOf,
  redrawn,
  resampled,
  SAMPLES,
  WILLUMP_RULES,
  willumpRatio,
} from '../../../bench/peers/filters.js';
import { random } from '../../../lib/stats/index.js';

/** Candidates 0, 1, 2 … are the true ranking; `places` says where the approximate score has each. */
function ranked(k: number, places: readonly number[]) {
  return {
    approximate: Float64Array.from(places, (place) => -place),
    full: Float64Array.from(places, (_, row) => -row),
    k,
  };
}

test('by hand: how deep a filter must go for some and for all of the answer', (t) => {
  const query = ranked(3, [0, 4, 2, 1, 3]);
  t.deepEqual(
    [0.1, 1 / 3, 2 / 3, 0.95, 1].map((recall) => leastKept(query, recall)),
    [1, 1, 3, 5, 5],
  );
  t.deepEqual(
    [1, 2, 3, 4, 5].map((kept) => recallOf(query, kept)),
    [1 / 3, 1 / 3, 2 / 3, 2 / 3, 1],
  );
  // .95 of 20 are 19, however it is rounded: the last of them is left out.
  const twenty = ranked(20, [...Array.from({ length: 19 }, (_, i) => i), 50, 19]);
  t.is(leastKept(twenty, 0.95), 19);
  // Fewer candidates than K are all of the answer.
  t.is(leastKept(ranked(9, [1, 0]), 1), 2);
});

test('the least that is kept is enough, and one less is not', (t) => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(0.5, 0.8, 1),
      (seed, k, recall) => {
        const draw = random(seed);
        const scores = () => Float64Array.from({ length: 30 }, () => draw.integer(9));
        const query = { approximate: scores(), full: scores(), k };
        const kept = leastKept(query, recall);
        t.true(recallOf(query, kept) >= recall - 1e-9);
        if (kept > 1) t.true(recallOf(query, kept - 1) < recall - 1e-9);
      },
    ),
  );
});

test('the ratio of a mean recall is the least that has it', (t) => {
  const queries = [ranked(3, [0, 4, 2, 1, 3]), ranked(3, [0, 1, 2, 3, 4])];
  // Recalls by candidates kept are 1/3, 1/3, 2/3, 2/3, 1, and 1/3, 2/3, 1: their mean is 5/6 from three on.
  t.is(keptBy(ratioOfRecall(queries, 5 / 6), 3, 5), 3);
  t.is(keptBy(ratioOfRecall(queries, 0.9), 3, 5), 5);
});

test('one ratio is what 99 of 100 samples are content with, and 95 in the released code', (t) => {
  // Sample i must keep i + 1 of its candidates for its only true one.
  const samples = Array.from({ length: SAMPLES }, (_, i) =>
    ranked(1, [i, ...Array.from({ length: SAMPLES }, (_, j) => (j < i ? j : j + 1))]),
  );
  t.is(willumpRatio(samples, WILLUMP_RULES.published), 99);
  t.is(willumpRatio(samples.toReversed(), WILLUMP_RULES.released), 95);
  t.deepEqual([keptBy(99, 1, 1_000), keptBy(1.05, 20, 1_000), keptBy(99, 20, 1_000)], [99, 21, 1_000]);
});

test('samples have the size asked for, their rows are of the pool, and the seed decides them', (t) => {
  const pool = ranked(2, [3, 0, 2, 1]);
  const samples = resampled(pool, 50, random(1));
  t.is(samples.length, SAMPLES);
  t.deepEqual(samples, resampled(pool, 50, random(1)));
  for (const { approximate, full, k } of samples) {
    t.is(k, 2);
    t.is(full.length, 50);
    full.forEach((score, i) => {
      t.is(approximate[i], pool.approximate[-score]);
    });
  }
  const queries = redrawn(['a', 'b', 'c'], random(1));
  t.is(queries.length, SAMPLES);
  t.is(new Set(queries).size, 3);
});

test('a query costs the cheap features of all, and the others of those that are kept', (t) => {
  t.is(filterCost(1_000, 50, { approximate: 1, full: 11 }), 1_500);
  t.is(filterCost(1_000, 1_000, { approximate: 1, full: 11 }), 11_000);
});
