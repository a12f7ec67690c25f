import test from 'ava';
import fc from 'fast-check';
import { DataError } from '../../../lib/errors.js';
import { groupFolds, random, sample, sampleGroups, stratifiedFolds } from '../../../lib/stats/index.js';

const keys = fc
  .array(fc.integer({ min: -3, max: 6 }), { minLength: 1, maxLength: 60 })
  .map((values) => Int32Array.from(values));

function tally(values: Iterable<number>, size: number): number[] {
  const counts = new Array<number>(size).fill(0);
  for (const value of values) counts[value]++;
  return counts;
}

const range = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts);

test('a sample has distinct, ascending indices', (t) => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(200), fc.nat(), (n, count, seed) => {
      fc.pre(count <= n);
      const drawn = sample(n, count, random(seed));
      t.is(drawn.length, count);
      for (const [i, index] of drawn.entries())
        t.true(index >= 0 && index < n && (i === 0 || index > drawn[i - 1]));
    }),
    { seed: 9 },
  );
});

test('every set is equally likely to be the sample', (t) => {
  const rng = random('sets');
  const counts = new Map<string, number>();
  for (let i = 0; i < 10_000; i++) {
    const key = sample(5, 2, rng).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  t.is(counts.size, 10);
  for (const count of counts.values()) t.true(Math.abs(count - 1_000) < 130);
});

test('stratified folds spread every class evenly, and themselves', (t) => {
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 7 }), fc.nat(), (labels, folds, seed) => {
      fc.pre(folds <= labels.length);
      const fold = stratifiedFolds(labels, folds, random(seed));
      t.true(range(tally(fold, folds)) <= 1);
      for (const label of new Set(labels)) {
        t.true(
          range(
            tally(
              fold.filter((_, row) => labels[row] === label),
              folds,
            ),
          ) <= 1,
        );
      }
    }),
    { seed: 10 },
  );
});

test('folds are drawn, not dealt in order: every row is as likely in each', (t) => {
  const rng = random('rows');
  const labels = Int32Array.of(0, 0, 0, 1, 1, 1, 1);
  const counts = Array.from(labels, () => [0, 0, 0]);
  for (let i = 0; i < 6_000; i++)
    for (const [row, fold] of stratifiedFolds(labels, 3, rng).entries()) counts[row][fold]++;
  for (const row of counts) for (const count of row) t.true(Math.abs(count - 2_000) < 200, `${count}`);
});

test('group folds tear no group, leave no fold empty, and differ by no more than the largest group', (t) => {
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 7 }), fc.nat(), (groups, folds, seed) => {
      const distinct = new Set(groups);
      fc.pre(folds <= distinct.size);
      const fold = groupFolds(groups, folds, random(seed));
      const home = new Map<number, number>();
      for (const [row, group] of groups.entries()) {
        t.is(home.get(group) ?? fold[row], fold[row]);
        home.set(group, fold[row]);
      }
      const sizes = tally(fold, folds);
      t.true(Math.min(...sizes) > 0);
      const largest = Math.max(
        ...[...distinct].map((group) => groups.filter((other) => other === group).length),
      );
      t.true(range(sizes) <= largest);
    }),
    { seed: 11 },
  );
});

test('a sample of groups has all of their rows, in order, and each group is as likely as any', (t) => {
  const groups = Int32Array.of(9, -1, 9, 4, 9, 4, 7);
  const rng = random('groups');
  const counts = new Map<number, number>();
  for (let i = 0; i < 4_000; i++) {
    const rows = sampleGroups(groups, 2, rng);
    const chosen = new Set(Array.from(rows, (row) => groups[row]));
    t.is(chosen.size, 2);
    t.deepEqual(
      [...rows],
      [...groups.keys()].filter((row) => chosen.has(groups[row])),
    );
    for (const group of chosen) counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  for (const group of [9, -1, 4, 7]) t.true(Math.abs((counts.get(group) ?? 0) - 2_000) < 160);
});

test('the same seed splits alike', (t) => {
  const labels = Int32Array.from({ length: 100 }, (_, i) => i % 3);
  t.deepEqual(stratifiedFolds(labels, 5, random(3)), stratifiedFolds(labels, 5, random(3)));
  t.deepEqual(groupFolds(labels, 2, random(3)), groupFolds(labels, 2, random(3)));
  t.notDeepEqual(sample(100, 10, random(3)), sample(100, 10, random(4)));
});

test('more than there is, is refused with both numbers', (t) => {
  const few = Int32Array.of(1, 1, 2);
  const rng = random(1);
  t.throws(() => sample(3, 4, rng), { instanceOf: DataError, message: /4 of 3/ });
  t.throws(() => stratifiedFolds(few, 4, rng), { instanceOf: DataError, message: /3 rows .* 4 folds/ });
  t.throws(() => groupFolds(few, 3, rng), { instanceOf: DataError, message: /2 groups .* 3 folds/ });
  t.throws(() => sampleGroups(few, 3, rng), { instanceOf: DataError, message: /3 of 2/ });
});
