import type { Additive, Candidates } from './additive.js';
import { type Pruning, planPruning } from './plan.js';
import { sortedTrees, type TreeModel, trees } from './trees.js';

/** A model's trees in the order, and with the cuts, that some rows showed to be cheapest. */
export interface TunedTrees {
  readonly additive: Additive;
  readonly pruning: Pruning;
}

export interface TuningOptions {
  /** How many of `of` candidates a query asks for. */
  readonly k: number;
  readonly of: number;
  /** Given: bounds that this share of the best rows exceeded, instead of sure ones. */
  readonly share?: number;
}

/**
 * Chooses the order of a model's trees and where to cut.
 *
 * @param rows that trained nothing, of the kind that queries rank among
 * @throws OptionError; DataError for a model of several sums, or too few rows for `share`
 *
 * @example
 * const { additive, pruning } = await tuneTrees(model, candidatesOf(blocks), { k: 10, of: 5_000 });
 * const { indices } = await prunedTopK(additive, candidatesOf(newBlocks), 10, pruning);
 */
export async function tuneTrees(
  model: TreeModel,
  rows: Candidates,
  options: TuningOptions,
): Promise<TunedTrees> {
  const tuned: TunedTrees[] = [];
  for (const additive of [trees(model), sortedTrees(model)]) {
    tuned.push({ additive, pruning: await planPruning(additive, rows, options) });
  }
  return tuned.reduce((best, next) => (next.pruning.cost < best.pruning.cost ? next : best));
}
