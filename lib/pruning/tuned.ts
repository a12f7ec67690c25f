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
  /** What taking up a row costs, in trees; measured where it isn't given, so that then two runs may differ. */
  readonly look?: number;
}

const ROUNDS = 9;
/** Enough to be timed, and few enough for something else not to come between. */
const TIMED = 1_024;

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
  const orders = [trees(model), sortedTrees(model)];
  const look = options.look ?? (await lookOf(orders[0], rows));
  const tuned: TunedTrees[] = [];
  for (const additive of orders) {
    tuned.push({ additive, pruning: await planPruning(additive, rows, { ...options, look }) });
  }
  return tuned.reduce((best, next) => (next.pruning.cost < best.pruning.cost ? next : best));
}

/** From the time of a quarter of the trees and of all: the line through both begins with what no tree takes. */
async function lookOf(additive: Additive, { rows, block }: Candidates): Promise<number> {
  // Every other row, as if those between had been dropped.
  const some = Int32Array.from({ length: Math.min(TIMED, Math.ceil(rows / 2)) }, (_, i) => 2 * i);
  const adding = additive.open({ rows, block });
  const sums = new Float64Array(some.length);
  const few = Math.ceil(additive.steps / 4);
  const quickest = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, steps] of [few, additive.steps].entries()) {
      const start = performance.now();
      await adding.advance(some, sums, 0, steps);
      quickest[i] = Math.min(quickest[i], performance.now() - start);
    }
  }
  const ofOne = (quickest[1] - quickest[0]) / (additive.steps - few);
  return ofOne > 0 ? Math.max(0, quickest[0] / ofOne - few) : 0;
}
