import test from 'ava';
import fc from 'fast-check';
import type { Round } from '../../../cascades/problem/index.js';
import { allot, BUDGET, mergeRounds, type Workload } from '../../../cascades/search/budget.js';
import { near } from '../../support/near.js';

/** Five folds: the full model 5 x 100, the subsets 4 x (10 + 20 + 30 + 40 + 50). All in all 1,100. */
const work: Workload = { full: 100, subsets: [10, 20, 30, 40, 50], folds: 5, rows: 10_000 };

/** What is spent, counted again: each fold's fits see the others' rows, and the full model is fitted once more. */
function spent({ full, subsets }: Workload, folds: number, share: number, count: number): number {
  const rounds = folds === 1 ? 1 : folds - 1;
  const tried = subsets.slice(0, count).reduce((sum, one) => sum + one, 0);
  return full * Math.max(1, folds) + tried * rounds * share;
}

test('within the budget nothing is cut', (t) => {
  t.deepEqual(allot(work, 1_100), { folds: 5, share: 1, subsets: 5, reductions: [] });
});

test('folds are cut first, no further than needed', (t) => {
  // Three folds: 300 + 2 x 150. Two: 200 + 150.
  t.deepEqual(allot(work, 1_099), { folds: 3, share: 1, subsets: 5, reductions: ['3 folds instead of 5'] });
  t.is(allot(work, 600).folds, 3);
  t.deepEqual(allot(work, 599), { folds: 2, share: 1, subsets: 5, reductions: ['2 folds instead of 5'] });
  t.is(allot(work, 350).share, 1);
});

test('then rows, by a quarter at a time and never below a thousand', (t) => {
  // 200 + 150 / 1.25^2 = 296.
  const cut = allot(work, 300);
  near(t, cut.share, 0.64, 1e-12);
  t.is(cut.subsets, 5);
  t.deepEqual(cut.reductions, ['2 folds instead of 5', 'the search fitted on 6,400 rows instead of 10,000']);
  // 200 + 150 x 0.1 = 215.
  near(t, allot(work, 215).share, 0.1, 1e-12);
  t.is(allot(work, 215).subsets, 5);
  t.is(allot({ ...work, rows: 900 }, 300).share, 1);
});

test('then subsets, the dearest first and never below four', (t) => {
  // 200 + (10 + 20 + 30 + 40) x 0.1 = 210.
  const cut = allot(work, 210);
  t.is(cut.subsets, 4);
  t.is(cut.reductions[2], '4 subsets tried instead of 5');
  t.is(allot(work, 0).subsets, 4);
  t.is(allot({ ...work, subsets: [10] }, 0).subsets, 1);
  t.is(allot({ ...work, subsets: [] }, 0).subsets, 0);
});

test('a split by hand has one round, which counts', (t) => {
  // 100 + 150: nothing to merge, so rows are cut; 100 + 150 x 0.8 = 220.
  const cut = allot({ ...work, folds: 1 }, 220);
  t.is(cut.folds, 1);
  near(t, cut.share, 0.8, 1e-12);
});

test('a cut is made only where it is needed, and it is enough where anything is', (t) => {
  const works = fc.record({
    full: fc.nat(1_000),
    subsets: fc.array(fc.nat(1_000), { maxLength: 10 }).map((all) => all.sort((a, b) => a - b)),
    folds: fc.integer({ min: 1, max: 8 }),
    rows: fc.integer({ min: 2, max: 100_000 }),
  });
  fc.assert(
    fc.property(works, fc.nat(60_000), (load, budget) => {
      const { folds, share, subsets, reductions } = allot(load, budget);
      const all = load.subsets.length;
      const least = Math.min(1, 1_000 / load.rows);
      t.true(share >= least && share <= 1 && folds >= 1 && folds <= load.folds);
      if (subsets < all) t.true(share === least && spent(load, folds, share, subsets + 1) > budget);
      if (share < 1) t.true(folds <= 2 && spent(load, folds, Math.min(1, share * 1.25), all) > budget);
      if (folds < load.folds)
        t.true(spent(load, folds === 2 ? Math.min(3, load.folds) : load.folds, 1, all) > budget);
      if (spent(load, folds, share, subsets) > budget) t.true(subsets <= 4 && share === least && folds <= 2);
      const changed = [folds < load.folds, share < 1, subsets < all].filter(Boolean).length;
      t.is(reductions.length, changed);
    }),
  );
});

test('twenty thousand rows of ten classes and 64 subsets are cut by the default budget, not to the bone', (t) => {
  // Boosted trees by rows x columns x classes x rounds; the default allows about a thousand small fits.
  const fit = 20_000 * 1_200 * 10 * 100;
  const { folds, share, subsets } = allot(
    { full: fit, subsets: Array(64).fill(fit / 4), folds: 5, rows: 12_000 },
    BUDGET,
  );
  t.is(folds, 2);
  t.true(share < 1 && subsets >= 4);
});

/** Rounds in which every one of `fold.length` rows is scored once, by what is fitted on the others. */
function roundsOf(fold: readonly number[], folds: number): Round[] {
  const rows = Int32Array.from(fold.keys());
  return Array.from({ length: folds }, (_, f) => ({
    fit: rows.filter((row) => fold[row] !== f),
    score: rows.filter((row) => fold[row] === f),
  }));
}

test('merged rounds still score every row once, by models that have not seen it', (t) => {
  const folded = fc
    .integer({ min: 2, max: 8 })
    .chain((folds) => fc.tuple(fc.constant(folds), fc.array(fc.nat(folds - 1), { minLength: folds })));
  fc.assert(
    fc.property(folded, fc.integer({ min: 2, max: 8 }), ([folds, fold], fewer) => {
      const rounds = roundsOf(fold, folds);
      const merged = mergeRounds(rounds, fewer);
      t.is(merged.length, Math.min(folds, fewer));
      for (const { fit, score } of merged) {
        t.deepEqual(
          [...fit, ...score].sort((a, b) => a - b),
          [...fold.keys()],
        );
        t.deepEqual(fit, fit.slice().sort());
        t.deepEqual(score, score.slice().sort());
      }
      t.deepEqual(
        merged.flatMap(({ score }) => [...score]).sort((a, b) => a - b),
        [...fold.keys()],
      );
      // Folds are merged whole, so what no fold tears stays together.
      const home = new Map<number, number>();
      for (const [r, { score }] of merged.entries()) {
        for (const row of score) {
          t.is(home.get(fold[row]) ?? r, r);
          home.set(fold[row], r);
        }
      }
    }),
  );
});

test('rounds that are few already are left alone', (t) => {
  const rounds = roundsOf([0, 1, 0, 1], 2);
  t.is(mergeRounds(rounds, 2), rounds);
  t.is(mergeRounds(rounds, 5), rounds);
  const byHand = [{ fit: Int32Array.of(0), score: Int32Array.of(1) }];
  t.is(mergeRounds(byHand, 1), byHand);
});
