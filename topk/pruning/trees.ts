import { DataError } from '../../lib/errors.js';
import { type Forest, passesOf, remaining } from '../../lib/learn/kernels/index.js';
import type { Ensemble } from '../../lib/learn/learners/index.js';
import type { Additive, PartialSums } from './additive.js';

/** Boosted trees of one sum: of two classes, of regression or of ranking. */
export interface TreeModel extends Ensemble {
  readonly forest: Forest;
  readonly columns: readonly number[];
}

/**
 * Nanoseconds, where 64 rows are scored at once, on the machine of docs/decisions: for a row, of a tree and of each of its
 * nodes, of coding a value and of moving its code; at a cut, of choosing the rows that stay. Only their proportions count.
 */
const TREE = 0.4;
const NODE = 0.015;
const CODE = 4.5;
const MOVE = 4;
const CHOICE = { query: 10_000, row: 8 };

/**
 * A model's trees, in its own order: whole sums are the model's, bit for bit.
 *
 * @throws DataError for a model of several sums: none of its scores is a sum
 */
export function trees(model: TreeModel): Additive {
  const { forest, columns } = model;
  if (forest.outputs !== 1) {
    throw new DataError(`model '${model.name}' adds up ${forest.outputs} sums a row: expected one`);
  }
  const passes = passesOf(forest, columns);
  const partial = (open: () => ReturnType<typeof passes>): PartialSums => {
    let opened: ReturnType<typeof passes> | undefined;
    // Codes are moved only for rows whose sums continue.
    const pass = () => {
      opened ??= open();
      return opened;
    };
    return {
      advance: (sums, from, to) => pass().add(sums, from, to),
      only: (places) => partial(() => pass().only(places)),
    };
  };
  return {
    steps: model.rounds,
    start: forest.base[0],
    ...costsOf(forest),
    choice: CHOICE,
    most: remaining(forest).most,
    link: (sums) => lastClass(model, sums),
    open: (blocks) => partial(() => passes(blocks)),
  };
}

/** The score of each sum: the probability of the second class, or the number. */
function lastClass(model: Ensemble, sums: Float64Array): Float64Array {
  const { classes } = model;
  const all = new Float64Array(sums.length * classes);
  model.conclude(sums.length, sums, all);
  return classes === 1 ? all : sums.map((_, row) => all[row * classes + classes - 1]);
}

/** A row costs its trees, coding each column that they read once, and moving these codes at every cut. */
function costsOf({ roots, feature, left, right }: Forest): Pick<Additive, 'cost' | 'move'> {
  const read = new Set<number>();
  const cost = new Float64Array(roots.length + 1);
  const move = new Float64Array(roots.length + 1);
  let walked = 0;
  roots.forEach((root, tree) => {
    const nodes = [root];
    for (const node of nodes) {
      if (feature[node] === -1) continue;
      read.add(feature[node]);
      nodes.push(left[node], right[node]);
    }
    walked += TREE + NODE * nodes.length;
    cost[tree + 1] = walked + CODE * read.size;
    move[tree + 1] = MOVE * read.size;
  });
  return { cost, move };
}
