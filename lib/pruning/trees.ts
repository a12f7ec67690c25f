import { type Block, gather } from '../blocks/index.js';
import { DataError } from '../errors.js';
import { arrange, type Forest, type Pass, passesOf, remaining, segment } from '../kernels/index.js';
import type { Ensemble } from '../learners/index.js';
import type { Adding, Additive } from './additive.js';
import { blocksOf } from './candidates.js';
import { lastClass } from './link.js';

/** Boosted trees of one sum: of two classes, of regression or of ranking. */
export interface TreeModel extends Ensemble {
  readonly forest: Forest;
  readonly columns: readonly number[];
}

/**
 * Nanoseconds, where 64 rows are asked at once, on the machine that the plans in docs/decisions were made on: for a row, of a tree and each of its
 * nodes, of coding a number and of moving its code; at a cut, of choosing whom to go on with. Only how they compare counts.
 */
const TREE = 0.4;
const NODE = 0.015;
const CODE = 4.5;
const MOVE = 4;
const CHOICE = { query: 10_000, row: 8 };

/**
 * Trees in the order of the model.
 *
 * @throws DataError for a model of several sums: none of its scores is a sum
 */
export function trees(model: TreeModel): Additive {
  const { forest } = model;
  if (forest.outputs !== 1) {
    throw new DataError(`model '${model.name}' adds up ${forest.outputs} numbers a row: expected one`);
  }
  return inOrder(model, forest, remaining(forest).most, (_, sums) => sums);
}

/**
 * The same trees, those that can add the most first, so that fewer of them settle who can't get in. The sums of the few who come near the
 * K best are then added up anew, in the order of the model.
 */
export function sortedTrees(model: TreeModel): Additive {
  const { forest, rounds } = model;
  const highest = Float64Array.from(
    { length: rounds },
    (_, tree) => remaining({ ...segment(forest, tree, tree + 1), base: new Float64Array(1) }).most[0],
  );
  const order = Int32Array.from(highest.keys()).sort((a, b) => highest[b] - highest[a] || a - b);
  const sorted = arrange(forest, order);
  // Sums in another order are apart by rounding, no more than each of them is from the true one.
  const apart = rounding(forest, rounds);
  const most = remaining(sorted).most.map((left) => left + apart);
  return inOrder(model, sorted, most, (blocks) => {
    const whole = new Float64Array(blocks[0].rows);
    model.begin(whole.length, whole);
    model.advance(blocks, whole, 0, rounds);
    return whole;
  });
}

/** @param whole the model's own sums of rows, which these trees have added up too */
function inOrder(model: TreeModel, forest: Forest, most: Float64Array, whole: Whole): Additive {
  const { columns } = model;
  const passes = passesOf(forest, columns);
  return {
    steps: model.rounds,
    start: forest.base[0],
    ...costsOf(forest),
    choice: CHOICE,
    most,
    link: (sums) => lastClass(model, sums),
    async open(candidates) {
      const blocks = await blocksOf(candidates, columns.length, undefined);
      const pass = passes(blocks);
      return adding(
        () => pass,
        (rows, sums) => whole(rows === undefined ? blocks : blocks.map((block) => gather(block, rows)), sums),
      );
    },
  };
}

type Whole = (blocks: readonly Block[], sums: Float64Array) => Float64Array;

/** @param rows which of the query's candidates, undefined for all */
function adding(
  passOf: () => Pass,
  whole: (rows: Int32Array | undefined, sums: Float64Array) => Float64Array,
  rows?: Int32Array,
): Adding {
  let own: Pass | undefined;
  // Codes are moved only for rows that are gone on with.
  const pass = () => {
    own ??= passOf();
    return own;
  };
  return {
    advance: (sums, from, to) => pass().add(sums, from, to),
    only: (places) =>
      adding(
        () => pass().only(places),
        whole,
        rows === undefined ? places : places.map((place) => rows[place]),
      ),
    whole: (sums) => whole(rows, sums),
  };
}

/** A row costs its trees, and coding the columns that they ask about, each once, and moving these at every cut. */
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

/** Twice what rounding can amount to in a sum of all the trees: n eps sum |x|, Higham's Accuracy and Stability, section 4.2. */
function rounding({ base, value }: Forest, rounds: number): number {
  const largest = value.reduce((most, leaf) => Math.max(most, Math.abs(leaf)), 0);
  return 2 * (rounds + 1) * Number.EPSILON * (Math.abs(base[0]) + rounds * largest);
}
