import type { LinearModel } from '../learners/index.js';
import type { Additive, Candidates } from './additive.js';
import { linear } from './linear.js';
import { type PlanOptions, type Pruning, type PruningPlanner, pruningPlanner } from './plan.js';
import type { Range } from './ranges.js';
import { fitScout, scouted } from './surrogate.js';
import { sortedTrees, type TreeModel, trees } from './trees.js';

/** Trees in the model's order, those first that can add the most, or in the model's order after a scout; features. */
export type AddingOrder = 'trees' | 'sorted trees' | 'scouted trees' | 'features';

/** A way to add up a model's sum, and what finds the cuts for it. */
export interface Way {
  readonly order: AddingOrder;
  readonly additive: Additive;
  readonly planner: PruningPlanner;
  /** What guesses ahead, where the order says so. */
  readonly scout: TreeModel | undefined;
}

/** A way with its cuts. */
export interface PlannedWay extends Omit<Way, 'planner'> {
  readonly pruning: Pruning;
}

export interface WayOptions {
  /** Whether bounds are to be quantiles: a scout is of no use to sure ones. */
  readonly isQuantile: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The ways to add up a model's trees.
 *
 * @param rows that trained nothing, of the kind that queries rank among, in an order that says nothing
 * @throws DataError for a model of several sums
 *
 * @example
 * const ways = await treeWays(model, candidatesOf(blocks), { isQuantile: false });
 * const [{ additive, pruning }] = cheapestWay(ways, { k: 10, of: 5_000 });
 * const { indices } = await prunedTopK(additive, candidatesOf(newBlocks), 10, pruning);
 */
export async function treeWays(
  model: TreeModel,
  rows: Candidates,
  { isQuantile, signal }: WayOptions,
): Promise<Way[]> {
  const [own, sorted] = [trees(model), sortedTrees(model)];
  const ways = [await wayOf('trees', own, rows), await wayOf('sorted trees', sorted, rows)];
  if (isQuantile && rows.rows > 1) {
    const { scout, rest } = await fitScout(model, rows, signal);
    ways.push(await wayOf('scouted trees', scouted(own, scout), rest, scout));
  }
  return ways;
}

/** The one way to add up a linear model's features: as {@link linear}. */
export async function linearWays(
  model: LinearModel,
  ranges: readonly Range[],
  costs: readonly number[],
  rows: Candidates,
): Promise<Way[]> {
  return [await wayOf('features', linear(model, ranges, costs), rows)];
}

/** The way that would have cost least, with its cuts; none where there are too few rows to tell. */
export function cheapestWay(ways: readonly Way[], options: PlanOptions): PlannedWay[] {
  const enough = ways.filter(({ planner }) => planner.rows >= planner.needs(options));
  const planned = enough.map(({ planner, ...way }) => ({ ...way, pruning: planner.plan(options) }));
  return planned.sort((a, b) => a.pruning.cost - b.pruning.cost).slice(0, 1);
}

async function wayOf(
  order: AddingOrder,
  additive: Additive,
  rows: Candidates,
  scout?: TreeModel,
): Promise<Way> {
  return { order, additive, planner: await pruningPlanner(additive, rows), scout };
}
