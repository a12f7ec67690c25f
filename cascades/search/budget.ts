import { sumSimple } from 'simple-statistics';
import { OptionError } from '../../lib/errors.js';
import type { FitShape, Learner } from '../../lib/learn/learners/index.js';
import { count } from '../../lib/util/count.js';
import type { Round, Run } from '../problem/index.js';
import { type FeatureBlocks, fitShape } from '../training/index.js';
import type { Label } from '../types/index.js';
import { EXHAUSTIVE } from './subsets.js';

/** Work of the fits, in multiplications, each done once with all rows. */
export interface Workload {
  /** One fit of the full model; 0 if it was given trained. */
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
  /** The number of subsets, cheapest first, that are tried. */
  readonly subsets: number;
  /** Reductions that the budget forced, in words. */
  readonly reductions: readonly string[];
}

export const BUDGET = 2e11;
const FEWEST_ROWS = 1000;
const FEWEST_SUBSETS = 4;

/**
 * Fits a search to a budget: fewer folds first, then fewer rows, then fewer subsets. Counted in work, never in seconds,
 * so that a slow machine finds the same plan.
 */
export function allot({ full, subsets, folds, rows }: Workload, budget: number): Allotment {
  const spent = (f: number, share: number, tried: number) =>
    workSpent({ full, subsets: subsets.slice(0, tried), folds: f, rows }, share);
  let kept = folds;
  for (const fewer of [3, 2]) if (kept > fewer && spent(kept, 1, subsets.length) > budget) kept = fewer;
  const { share, subsets: tried, reductions } = allotFits({ full, subsets, folds: kept, rows }, budget);
  const folded = kept < folds ? [`${kept} folds instead of ${folds}`] : [];
  return { folds: kept, share, subsets: tried, reductions: [...folded, ...reductions] };
}

/** As {@link allot}, where the folds stay. */
export function allotFits(load: Workload, budget: number): Omit<Allotment, 'folds'> {
  const { subsets, rows } = load;
  const reductions: string[] = [];
  let share = 1;
  const least = Math.min(1, FEWEST_ROWS / rows);
  while (share > least && workSpent(load, share) > budget) share = Math.max(least, share / 1.25);
  if (share < 1)
    reductions.push(`the search fitted on ${count(share * rows)} rows instead of ${count(rows)}`);
  let tried = subsets.length;
  const spent = () => workSpent({ ...load, subsets: subsets.slice(0, tried) }, share);
  while (tried > FEWEST_SUBSETS && spent() > budget) tried--;
  if (tried < subsets.length)
    reductions.push(`${count(tried)} subsets tried instead of ${count(subsets.length)}`);
  return { share, subsets: tried, reductions };
}

/** @param share of the rows that the search's fits see */
export function workSpent({ full, subsets, folds }: Workload, share: number): number {
  const tried = sumSimple(subsets);
  // A fold's fits see all rows but the fold's own; the full model is fitted once more, on all of them.
  return full * Math.max(1, folds) + tried * Math.max(1, folds - 1) * share;
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

/** What fits may take of the time that is left: finding chains and the certificate take the rest. */
const OF_THE_REST = 0.6;
/** The share of it after which no more trials on few rows are begun, and after which nothing more is. */
const [OF_TRIALS, OF_STAGES] = [0.4, 0.75];
/** By how much of its seconds a run may end later for a plan. */
const BEYOND = 0.1;
/** Units of `work` that a core does in a second: 2 ns each. */
export const PER_SECOND = 5e8;

/** A budget in multiplications; of one in seconds, what fits may do in the time that is left. */
function workOf<Row, L extends Label, Name extends string>(
  { options: { budget }, limit, meter, log }: Run<Row, L, Name>,
  oneFit: number,
): number {
  if (limit !== undefined)
    return OF_THE_REST * Math.max(0, limit.seconds - meter.elapsed()) * (log.pace() ?? PER_SECOND);
  if (typeof budget !== 'object') return budget ?? BUDGET;
  return 'fits' in budget ? budget.fits * oneFit : Number.MAX_VALUE;
}

/**
 * The plan with the seconds that are left as work, at the pace of the fits so far; as it is where the budget isn't in
 * seconds. From now on fits of stages end in time for what comes after them.
 *
 * @param kept seconds for the certification rows
 */
export function withinSeconds<Row, L extends Label, Name extends string>(
  plan: SearchPlan,
  run: Run<Row, L, Name>,
  kept: number,
): SearchPlan {
  const { limit, meter, log } = run;
  if (limit === undefined) return plan;
  const now = meter.elapsed();
  const left = Math.max(0, limit.seconds - kept - now);
  limit.keep(limit.seconds - now - OF_STAGES * left);
  const isPast = (share: number) => () => meter.elapsed() >= now + share * left;
  const own = plan.fullWork * Math.max(1, plan.rounds.length);
  return {
    ...plan,
    budget: own + workOf(run, plan.oneFit),
    over: limit.signal,
    isLate: isPast(OF_STAGES),
    isLateForTrials: isPast(OF_TRIALS),
    affords: (work) =>
      meter.elapsed() + work / (log.pace() ?? PER_SECOND) <= now + left + BEYOND * limit.seconds,
  };
}

/** Who is tried on what, within the budget. */
export interface SearchPlan {
  /**
   * Multiplications that fits may take, and those of one fit of the full model; 0 if it was given
   * trained.
   */
  readonly budget: number;
  readonly fullWork: number;
  /** Those of a fit to all features: of the full model, or of the dearest learner where it was given trained. */
  readonly oneFit: number;
  /** For a budget in seconds: whether nothing more may be begun. */
  readonly isLate?: () => boolean;
  /** The same of trials on few rows, which leave time for fits in full. */
  readonly isLateForTrials?: () => boolean;
  /** Whether fits of so many multiplications end in time for the certification rows, at the pace of those so far. */
  readonly affords?: (work: number) => boolean;
  /** Aborted at its end: fits under way end there. */
  readonly over?: AbortSignal | undefined;
  /** The rounds of the split, or fewer of more rows each. */
  readonly rounds: readonly Round[];
  /** Learners tried on all subsets, as far as the budget allows. */
  readonly first: readonly Learner[];
  /** The rest of the budget goes to these, on subsets that the first ones found worth a stage. */
  readonly later: readonly Learner[];
  /** Reductions that the budget forced so far, in words. */
  readonly reductions: readonly string[];
}

/**
 * The number of folds that the budget allows, before the costs of subsets are known, and the
 * learners for them: as if every subset that an exhaustive search could try were tried, on the
 * average of the features.
 *
 * A learner too expensive to be tried like the others must not cost them their folds and rows: with
 * it, the result would be worse than without (docs/decisions/23-prefixes.md).
 */
export function planSearch<Row, L extends Label, Name extends string>(
  run: Run<Row, L, Name>,
  { blocks }: FeatureBlocks<Row>,
): SearchPlan {
  const { options, problem, learners, limit } = run;
  const { full } = options;
  const { fit, rounds } = problem.split;
  const shape = fitShape(blocks, fit.length, problem.width);
  const fullWork = 'fit' in full ? full.work(shape) : 0;
  const oneFit = fullWork || Math.max(...learners.map((learner) => learner.work(shape)));
  const budget = workOf(run, oneFit);
  if (limit === undefined && budget < fullWork) {
    const short = `is too small for one fit of the full model, ${oneFit.toPrecision(2)} multiplications`;
    throw new OptionError('budget', `${short}; got ${budget.toPrecision(2)}. Pass more, or { fits }`);
  }
  const count = Math.min(EXHAUSTIVE, 2 ** blocks.length - 1);
  const allotted = (some: readonly Learner[]) => {
    const workAt = (share: number) =>
      2 * sumSimple(some.map((learner) => learner.work(sharedShape(shape, share))));
    // Dear subsets aren't tried: where all others are, a quarter of all features is a fair size, for two targets. A beam
    // search begins with single features and grows subsets by one at a time.
    const subsets =
      count < EXHAUSTIVE
        ? new Array<number>(count).fill(workAt(1) / 4)
        : Array.from({ length: count }, (_, i) => workAt((1 + i / blocks.length) / blocks.length));
    return allot({ full: fullWork, subsets, folds: rounds.length, rows: fit.length }, budget);
  };
  const [cheapest, ...dearer] = [...learners].sort((a, b) => a.work(shape) - b.work(shape));
  // What `tune` offers by itself takes nothing from the full model's own learner, which comes before it.
  const isGiven = options.approximate !== undefined;
  const [basic, others] = isGiven ? [cheapest, dearer] : [learners[0], learners.slice(1)];
  const first = [basic];
  for (const learner of others) {
    if (allotted([...first, learner]).reductions.length === 0) first.push(learner);
  }
  const { folds } = allotted(first);
  return {
    budget,
    fullWork,
    oneFit,
    rounds: mergeRounds(rounds, folds),
    first: learners.filter((learner) => first.includes(learner)),
    later: isGiven ? learners.filter((learner) => !first.includes(learner)) : [],
    reductions: folds < rounds.length ? [`${folds} folds instead of ${rounds.length}`] : [],
  };
}

/** The shape of a fit to a share of the columns. */
function sharedShape({ columns, dense = 0, entries, ...others }: FitShape, share: number): FitShape {
  return { ...others, columns: share * columns, dense: share * dense, entries: share * entries };
}
