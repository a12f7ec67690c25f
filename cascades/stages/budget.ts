import type { Block } from '../../lib/blocks/index.js';
import type { Learner } from '../../lib/learners/index.js';
import type { Parts, Round } from '../problem/index.js';
import { shapeOf } from './crossfit.js';
import { EXHAUSTIVE } from './subsets.js';

/** What fits would take, in multiplications, each done once with all rows. */
export interface Workload {
  /** One fit of the full model; 0 where it was given trained. */
  readonly full: number;
  /** Each subset that may be tried, cheapest first, for all learners and targets together. */
  readonly subsets: readonly number[];
  readonly folds: number;
  readonly rows: number;
}

/** How the search is cut to fit its budget. */
export interface Allotment {
  readonly folds: number;
  /** Share of the rows that the search's fits see. */
  readonly share: number;
  /** How many of the subsets, cheapest first, are tried. */
  readonly subsets: number;
  /** What was cut, in words. */
  readonly cuts: readonly string[];
}

export const BUDGET = 2e11;
const FEWEST_ROWS = 1000;
const FEWEST_SUBSETS = 4;

/**
 * Fits a search to a budget: fewer folds first, then fewer rows, then fewer subsets. Counted in work, never in seconds,
 * so that a slow machine finds the same plan.
 */
export function allot({ full, subsets, folds, rows }: Workload, budget: number): Allotment {
  const cuts: string[] = [];
  const spent = (f: number, share: number, count: number) => {
    const tried = subsets.slice(0, count).reduce((sum, work) => sum + work, 0);
    // A fold's fits see all rows but the fold's own; the full model is fitted once more, on all of them.
    return full * Math.max(1, f) + tried * Math.max(1, f - 1) * share;
  };
  let kept = folds;
  for (const fewer of [3, 2]) if (kept > fewer && spent(kept, 1, subsets.length) > budget) kept = fewer;
  if (kept < folds) cuts.push(`${kept} folds instead of ${folds}`);
  let share = 1;
  const least = Math.min(1, FEWEST_ROWS / rows);
  while (share > least && spent(kept, share, subsets.length) > budget) share = Math.max(least, share / 1.25);
  if (share < 1) cuts.push(`the search fitted on ${Math.round(share * rows)} rows instead of ${rows}`);
  let count = subsets.length;
  while (count > FEWEST_SUBSETS && spent(kept, share, count) > budget) count--;
  if (count < subsets.length) cuts.push(`${count} subsets tried instead of ${subsets.length}`);
  return { folds: kept, share, subsets: count, cuts };
}

/** The rounds of a cross-fit with fewer folds: scored rows of merged folds are scored together. */
export function mergeRounds(rounds: readonly Round[], folds: number): readonly Round[] {
  if (rounds.length <= folds) return rounds;
  const all = rounds.flatMap(({ score }) => [...score]);
  return Array.from({ length: folds }, (_, f) => {
    const score = Int32Array.from(
      rounds.filter((_, r) => r % folds === f).flatMap((round) => [...round.score]),
    ).sort();
    const scored = new Set(score);
    return { score, fit: Int32Array.from(all.filter((row) => !scored.has(row))).sort() };
  });
}

/**
 * How many folds the budget has room for, before anything is known of what subsets cost: as if every subset that an
 * exhaustive search could try were tried, on the average of the features.
 */
export function foldsWithin(
  budget: number,
  full: number,
  learners: readonly Learner[],
  blocks: readonly Block[],
  { fit, rounds }: Parts,
  classes: number,
): number {
  const each = learners.reduce((sum, learner) => sum + learner.work(shapeOf(blocks, fit.length, classes)), 0);
  const count = Math.min(EXHAUSTIVE, 2 ** blocks.length - 1);
  // Subsets dearer than half of the pipeline aren't tried: a quarter of all features is a fair size, for two targets.
  const subsets = new Array<number>(count).fill((2 * each) / 4);
  return allot({ full, subsets, folds: rounds.length, rows: fit.length }, budget).folds;
}
