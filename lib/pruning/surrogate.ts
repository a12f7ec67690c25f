import { consecutive } from '../blocks/index.js';
import { gradientBoosting } from '../learners/index.js';
import { kthBest } from '../select/index.js';
import type { Adding, Additive, Candidates } from './additive.js';
import { blocksOf } from './candidates.js';
import { type TreeModel, trees } from './trees.js';

/** Few trees ask about few columns, and coding these is most of what a scout costs. */
const SCOUT = { loss: 'squared', rounds: 10, maxLeaves: 16, learningRate: 0.3 } as const;
const MOST_ROWS = 20_000;

/**
 * A sum with a scout ahead: the first step is a smaller model's guess of the whole sum, the others are the sum's own, from its start.
 *
 * Nothing is sure of what a whole sum exceeds a guess by, but quantiles can be had of it.
 *
 * @param scout boosted trees of one number that read the same blocks, such as {@link fitScout} makes
 * @throws DataError for a scout of several sums
 */
export function scouted(additive: Additive, scout: TreeModel): Additive {
  const guesses = trees(scout);
  const ahead = guesses.cost[guesses.steps];
  const { steps, start, cost, move, most } = additive;
  const adding = (guess: Adding, own: Adding): Adding => ({
    advance(sums, from, to) {
      if (from === 0 && to === 1) return guess.advance(sums.fill(guesses.start), 0, guesses.steps);
      // A guess is no part of the sum.
      if (from === 1) sums.fill(start);
      return own.advance(sums, Math.max(0, from - 1), to - 1);
    },
    only: (places) => adding(guess, own.only(places)),
    whole: (sums) => own.whole(sums),
  });
  return {
    ...additive,
    steps: steps + 1,
    cost: Float64Array.from([0, ...cost.map((own) => own + ahead)]),
    move: Float64Array.from([0, ...move]),
    most: Float64Array.from([most[0], Number.POSITIVE_INFINITY, ...most.subarray(1)]),
    marks: [1],
    open: async (candidates) => adding(await guesses.open(candidates), await additive.open(candidates)),
  };
}

/** A scout, and the rows that it wasn't fitted to: what may be learnt of its guesses. */
export interface Scouting {
  readonly scout: TreeModel;
  readonly rest: Candidates;
}

/**
 * Fits a scout to the whole sums of up to half of the rows, the first ones: their order must say nothing. What lies under the median counts as that.
 */
export async function fitScout(model: TreeModel, rows: Candidates, signal?: AbortSignal): Promise<Scouting> {
  const count = Math.min(MOST_ROWS, rows.rows >> 1);
  const blocks = await blocksOf(rows, model.columns.length, consecutive(0, count));
  const values = new Float64Array(count);
  model.begin(count, values);
  model.advance(blocks, values, 0, model.rounds);
  // Those that come nowhere near the best needn't be told apart: the leaves are for the others.
  const middle = kthBest(values, (count + 1) >> 1);
  const set = {
    blocks,
    rows: count,
    classes: 1,
    labels: new Int32Array(0),
    values: values.map((value) => Math.max(value, middle)),
  };
  return {
    scout: await gradientBoosting(SCOUT).fit(set, { seed: 0, signal }),
    rest: {
      rows: rows.rows - count,
      block(feature, some) {
        return rows.block(feature, some?.map((row) => count + row) ?? consecutive(count, rows.rows - count));
      },
    },
  };
}
