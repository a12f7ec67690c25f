import { checkInside, checkWhole } from '../check.js';
import { DataError } from '../errors.js';
import { pow } from '../math/index.js';
import { topK } from '../select/index.js';
import type { Additive, Candidates } from './additive.js';

/** When to drop candidates, and how much they may still be short of the K-th best: plain data. */
export interface Pruning {
  /** After how many steps, ascending; none: every candidate is scored whole. */
  readonly cuts: readonly number[];
  /** At each of them, what the steps that are left are taken to add at most. */
  readonly most: readonly number[];
  /** Whether they can't add more. Else some of the K best may be lost, and how many is to be tested. */
  readonly sure: boolean;
  /** What it was expected to cost, as a share of scoring every candidate whole. */
  readonly cost: number;
}

/** What each of some cuts is held to add at most. */
export interface Bounds {
  readonly cuts: readonly number[];
  readonly most: readonly number[];
  readonly sure: boolean;
}

/** Candidates of the past: what partial sums they had at each cut, and in the end. */
interface Course {
  readonly cuts: readonly number[];
  readonly sums: readonly Float64Array[];
  readonly whole: Float64Array;
}

const GRID = 24;
/** Rows that come close to being among the best, as a multiple of those that are. */
const BEST = 5;
/** A forecast that promises less than this isn't worth its risk. */
const WORTH = 0.97;

/** How many of some candidates are finished at a cut, for what the others must reach: the better they are, the more is dropped. */
export function promising(k: number, candidates: number): number {
  return Math.min(candidates, Math.max(2 * k, Math.ceil(candidates / 25)));
}

/** What can't be exceeded. */
export function sureBounds(additive: Additive): Bounds {
  const cuts = grid(additive);
  return { cuts, most: cuts.map((cut) => additive.most[cut]), sure: true };
}

/**
 * What the steps after each cut gave to all but a `share` of the best rows: less than what they could have given. Rows that come out
 * on top are those to which they gave much, so that quantiles over all rows would lose them.
 *
 * Nothing follows for other rows: how many of the K best are lost has to be tested, on queries that weren't used here.
 *
 * @param rows that trained nothing
 * @param share above 0 and below 1, such as 0.001
 * @param best how many rows, the best ones by their whole sums, are looked at: at least 1 / share
 * @throws OptionError, or DataError for too few rows
 *
 * @example
 * const bounds = await quantileBounds(trees(model), candidatesOf(blocks), 0.001, 1_000);
 */
export async function quantileBounds(
  additive: Additive,
  rows: Candidates,
  share: number,
  best: number,
): Promise<Bounds> {
  return quantiles(await courseOf(additive, rows), share, best);
}

/** For which queries cuts are to be found, and with what bounds. */
export interface PlanOptions {
  /** How many of `of` candidates are asked for. */
  readonly k: number;
  readonly of: number;
  /** Given: bounds that this share of the best rows exceeded, instead of sure ones. */
  readonly share?: number;
}

/** Finds the cuts that would have cost the least on some rows. */
export interface PruningPlanner {
  readonly rows: number;
  /** How many rows have to be there. */
  needs(options: PlanOptions): number;
  /** @throws DataError for too few rows */
  plan(options: PlanOptions): Pruning;
}

/**
 * Adds up the sums of some rows, once for all plans that are made from them.
 *
 * With a share, the best rows are the 5 K among as many candidates, or 1 / share where that is more.
 *
 * @param rows that trained nothing, of the kind that queries rank among
 */
export async function pruningPlanner(additive: Additive, rows: Candidates): Promise<PruningPlanner> {
  const course = await courseOf(additive, rows);
  const topOf = ({ k, of }: PlanOptions) => Math.ceil((k * rows.rows) / of);
  const needs = (options: PlanOptions) =>
    options.share === undefined ? 1 : Math.max(BEST * topOf(options), Math.ceil(1 / options.share));
  return {
    rows: rows.rows,
    needs,
    plan(options) {
      const { k, of, share } = options;
      checkWhole('k', k, 1);
      checkWhole('of', of, 1);
      const bounds = share === undefined ? sureBounds(additive) : quantiles(course, share, needs(options));
      return cheapest(additive, course, bounds, topOf(options), rows.rows / of);
    },
  };
}

/** One such plan. */
export async function planPruning(
  additive: Additive,
  rows: Candidates,
  options: PlanOptions,
): Promise<Pruning> {
  return (await pruningPlanner(additive, rows)).plan(options);
}

function quantiles({ cuts, sums, whole }: Course, share: number, best: number): Bounds {
  checkInside('share', share);
  const needed = Math.max(best, Math.ceil(1 / share));
  if (whole.length < needed) {
    throw new DataError(`${whole.length} rows, but bounds that a share of ${share} exceed need ${needed}`);
  }
  const top = topK(whole, needed);
  const most = sums.map((partial) => {
    const added = Float64Array.from(top, (row) => whole[row] - partial[row]).sort();
    return added[added.length - 1 - Math.floor(share * added.length)];
  });
  return { cuts, most, sure: false };
}

async function courseOf(additive: Additive, candidates: Candidates): Promise<Course> {
  const cuts = grid(additive);
  const adding = await additive.open(candidates);
  const now = new Float64Array(candidates.rows).fill(additive.start);
  const sums: Float64Array[] = [];
  let at = 0;
  for (const cut of cuts) {
    await adding.advance(now, at, cut);
    sums.push(now.slice());
    at = cut;
  }
  await adding.advance(now, at, additive.steps);
  return { cuts, sums, whole: await adding.whole(now) };
}

/** Where it may be cut: nowhere near the end, closer to each other at the beginning. */
function grid({ steps, marks = [] }: Additive): number[] {
  const cuts = new Set<number>(marks);
  for (let i = 1; i <= GRID; i++) cuts.add(Math.round(steps * pow(i / (GRID + 1), 1.25)));
  return [...cuts].filter((cut) => cut > 0 && cut < steps).sort((a, b) => a - b);
}

/**
 * A shortest way from no steps to all of them: each leg costs its steps for every candidate that is left, each cut what
 * it does and the finishing of some.
 */
function cheapest(
  { cost, steps, move, choice }: Additive,
  { cuts, sums, whole }: Course,
  { most, sure }: Bounds,
  k: number,
  queries: number,
): Pruning {
  const n = whole.length;
  const few = promising(k, n);
  const toEnd = cuts.map((at) => cost[steps] - cost[at] + move[at]);
  const kept = sums.map((partial, c) => {
    const finished = Float64Array.from(topK(partial, few), (row) => whole[row]);
    const bar = finished[topK(finished, k)[Math.min(k, few) - 1]];
    const left = partial.reduce((count, sum) => (sum + most[c] < bar ? count : count + 1), 0);
    return Math.max(0, left - few);
  });
  const plain = n * cost[steps];
  const extra = (rows: number) => queries * choice.query + rows * choice.row;
  const spent = cuts.map((at, c) => n * cost[at] + few * toEnd[c] + extra(n));
  const before = cuts.map(() => -1);
  let best = { spent: plain, at: -1 };
  for (let c = 0; c < cuts.length; c++) {
    for (let b = 0; b < c; b++) {
      const leg = kept[b] * (cost[cuts[c]] - cost[cuts[b]] + move[cuts[b]]);
      const way = spent[b] + leg + promising(k, kept[b]) * toEnd[c] + extra(kept[b]);
      if (way < spent[c]) {
        spent[c] = way;
        before[c] = b;
      }
    }
    const all = spent[c] + kept[c] * toEnd[c];
    if (all < best.spent) best = { spent: all, at: c };
  }
  const chosen: number[] = [];
  if (best.spent < WORTH * plain) for (let c = best.at; c !== -1; c = before[c]) chosen.unshift(c);
  return {
    cuts: chosen.map((c) => cuts[c]),
    most: chosen.map((c) => most[c]),
    sure,
    cost: chosen.length === 0 ? 1 : best.spent / plain,
  };
}
