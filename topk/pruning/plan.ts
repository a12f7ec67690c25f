import { checkWhole } from '../../lib/check.js';
import type { Block } from '../../lib/data/blocks/index.js';
import { pow } from '../../lib/util/math/index.js';
import { topK } from '../select/index.js';
import type { Additive } from './additive.js';

/**
 * The cuts at which candidates are dropped, and the most that they can still gain there. Plain
 * data.
 */
export interface PruningPlan {
  /** After how many steps, ascending; none: every candidate is scored whole. */
  readonly cuts: readonly number[];
  /** At each of them, the most that the steps that are left can add. */
  readonly most: readonly number[];
  /** Expected cost, as a share of scoring every candidate whole. */
  readonly cost: number;
}

const GRID = 24;
/** A plan that is expected to save less isn't worth its risk. */
const WORTH = 0.97;

/** How many candidates are finished at a cut, to set the score that the others must reach: the better they are, the more is dropped. */
export function promising(k: number, candidates: number): number {
  return Math.min(candidates, Math.max(2 * k, Math.ceil(candidates / 25)));
}

/**
 * The cuts that would have cost the least on some rows.
 *
 * @param blocks of rows that trained nothing, of the kind that queries rank among, one a feature that the model reads
 * @param query the size of a query: the best `k` of `candidates`, whole numbers of at least 1
 * @returns no cuts where none saves 3 %
 * @throws OptionError
 *
 * @example
 * const pruning = planPruning(trees(model), blocks, { k: 10, candidates: 5_000 });
 * const { indices } = prunedTopK(trees(model), newBlocks, 10, pruning);
 */
export function planPruning(
  additive: Additive,
  blocks: readonly Block[],
  { k, candidates }: { readonly k: number; readonly candidates: number },
): PruningPlan {
  checkWhole('k', k, 1);
  checkWhole('candidates', candidates, 1);
  const [{ rows }] = blocks;
  return cheapest(
    additive,
    sumsAtCuts(additive, blocks),
    Math.ceil((k * rows) / candidates),
    rows / candidates,
  );
}

/** The sums of some rows at each place where they may be cut, and whole. */
interface Course {
  readonly cuts: readonly number[];
  readonly sums: readonly Float64Array[];
  readonly whole: Float64Array;
}

function sumsAtCuts(additive: Additive, blocks: readonly Block[]): Course {
  const cuts = grid(additive.steps);
  const partial = additive.open(blocks);
  const whole = new Float64Array(blocks[0].rows).fill(additive.start);
  const sums: Float64Array[] = [];
  let at = 0;
  for (const cut of cuts) {
    partial.advance(whole, at, cut);
    sums.push(whole.slice());
    at = cut;
  }
  partial.advance(whole, at, additive.steps);
  return { cuts, sums, whole };
}

/** Candidate cuts: none near the end, denser at the beginning. */
function grid(steps: number): number[] {
  const cuts = new Set<number>();
  for (let i = 1; i <= GRID; i++) cuts.add(Math.round(steps * pow(i / (GRID + 1), 1.25)));
  return [...cuts].filter((cut) => cut > 0 && cut < steps);
}

/**
 * A shortest way from no steps to all of them: each leg costs its steps for every candidate that is left, each cut its choice
 * and the finishing of some.
 *
 * @param queries the number of queries that the rows belong to
 */
function cheapest(
  { cost, steps, move, choice, most }: Additive,
  { cuts, sums, whole }: Course,
  k: number,
  queries: number,
): PruningPlan {
  const n = whole.length;
  const few = promising(k, n);
  const toEnd = cuts.map((at) => cost[steps] - cost[at] + move[at]);
  const kept = sums.map((partial, c) => {
    const finished = Float64Array.from(topK(partial, few), (row) => whole[row]);
    const bar = finished[topK(finished, k)[Math.min(k, few) - 1]];
    const left = partial.reduce((count, sum) => (sum + most[cuts[c]] < bar ? count : count + 1), 0);
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
  if (best.spent < WORTH * plain) for (let c = best.at; c !== -1; c = before[c]) chosen.unshift(cuts[c]);
  return {
    cuts: chosen,
    most: chosen.map((cut) => most[cut]),
    cost: chosen.length === 0 ? 1 : best.spent / plain,
  };
}
