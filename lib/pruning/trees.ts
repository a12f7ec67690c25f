import { DataError } from '../errors.js';
import {
  arrange,
  type Forest,
  type ForestKernel,
  forestKernel,
  remaining,
  segment,
} from '../kernels/index.js';
import type { Ensemble } from '../learners/index.js';
import type { Additive } from './additive.js';
import { blocksOf } from './candidates.js';
import { lastClass } from './link.js';

/** Boosted trees of one sum: of two classes, of regression or of ranking. */
export interface TreeModel extends Ensemble {
  readonly forest: Forest;
  readonly columns: readonly number[];
}

/**
 * Trees in the order of the model.
 *
 * @throws DataError for a model of several sums: none of its scores is a sum
 */
export function trees(model: TreeModel): Additive {
  const { forest, rounds, columns } = model;
  if (forest.outputs !== 1) {
    throw new DataError(`model '${model.name}' adds up ${forest.outputs} numbers a row: expected one`);
  }
  return {
    ...common(model),
    restarts: false,
    most: remaining(forest).most,
    open: (candidates) => ({
      advance: async (rows, sums, from, to) =>
        model.advance(await blocksOf(candidates, columns.length, rows), sums, from, to),
      async finish(rows, sums, from) {
        const whole = sums.slice();
        if (from < rounds)
          model.advance(await blocksOf(candidates, columns.length, rows), whole, from, rounds);
        return whole;
      },
    }),
  };
}

/**
 * The same trees, those that can add the most first, so that fewer of them settle who can't get in. The sums of those who can are then
 * added up anew, in the order of the model.
 */
export function sortedTrees(model: TreeModel): Additive {
  const own = trees(model);
  const { forest, rounds, columns } = model;
  const highest = Float64Array.from(
    { length: rounds },
    (_, tree) => remaining({ ...segment(forest, tree, tree + 1), base: new Float64Array(1) }).most[0],
  );
  const order = Int32Array.from(highest.keys()).sort((a, b) => highest[b] - highest[a] || a - b);
  const sorted = arrange(forest, order);
  const kernelOf = kernels(sorted, columns);
  return {
    ...own,
    restarts: true,
    // Sums in another order are apart by rounding, no more than each of them is from the true one.
    most: remaining(sorted).most.map((most, step) => most + rounding(forest, rounds) * (step > 0 ? 1 : 0)),
    open: (candidates) => ({
      advance: async (rows, sums, from, to) =>
        kernelOf(from, to).add(await blocksOf(candidates, columns.length, rows), sums),
      async finish(rows, sums) {
        const whole = new Float64Array(sums.length);
        model.begin(whole.length, whole);
        model.advance(await blocksOf(candidates, columns.length, rows), whole, 0, rounds);
        return whole;
      },
    }),
  };
}

function common(model: TreeModel): Pick<Additive, 'steps' | 'start' | 'cost' | 'link'> {
  const { rounds } = model;
  return {
    steps: rounds,
    start: model.forest.base[0],
    cost: Float64Array.from({ length: rounds + 1 }, (_, tree) => tree),
    link: (sums) => lastClass(model, sums),
  };
}

/** Twice what rounding can amount to in a sum of all the trees: n eps sum |x|, Higham's Accuracy and Stability, section 4.2. */
function rounding({ base, value }: Forest, rounds: number): number {
  const largest = value.reduce((most, leaf) => Math.max(most, Math.abs(leaf)), 0);
  return 2 * (rounds + 1) * Number.EPSILON * (Math.abs(base[0]) + rounds * largest);
}

/** Kernels of parts of a forest, each made once it is needed. */
function kernels(forest: Forest, columns: readonly number[]): (from: number, to: number) => ForestKernel {
  const made = new Map<string, ForestKernel>();
  return (from, to) => {
    const key = `${from}-${to}`;
    let kernel = made.get(key);
    if (kernel === undefined) {
      kernel = forestKernel(segment(forest, from, to), columns);
      made.set(key, kernel);
    }
    return kernel;
  };
}
