import fc from 'fast-check';
import { type Block, denseBlock, SparseWriter } from '../../lib/data/blocks/index.js';
import { type Forest, SET_WORDS } from '../../lib/learn/kernels/index.js';
import { type Random, random } from '../../lib/stats/index.js';

/** Numbers that are where a comparison may go wrong. */
const ODD = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  1,
  1 + 2 ** -23,
  1 - 2 ** -24,
  255,
  256,
  -1,
  3.5,
  0.1,
  3.4e38,
];

export interface ForestShape {
  readonly trees: number;
  readonly outputs: number;
  readonly depth: number;
  /** The chance that a node above the last level is divided. */
  readonly division: number;
  readonly columns: number;
  /** The chance that a node asks for a category. */
  readonly sets: number;
  /** Whether thresholds may be NaN, which some kernels can't take. */
  readonly nan?: boolean;
}

/** A forest of random trees, each with at most `depth` divisions on a path; thresholds are values that rows have too. */
export function randomForest(shape: ForestShape, seed: number): Forest {
  const stream = random(seed).fork('forest');
  const nodes = {
    feature: [],
    threshold: [],
    left: [],
    right: [],
    missingLeft: [],
    set: [],
    value: [],
  } as Record<'feature' | 'threshold' | 'left' | 'right' | 'missingLeft' | 'set' | 'value', number[]>;
  const sets: number[] = [];
  const leaf = () => {
    const { length } = nodes.feature;
    nodes.feature.push(-1);
    for (const key of ['left', 'right', 'set'] as const) nodes[key].push(-1);
    for (const key of ['threshold', 'missingLeft', 'value'] as const) nodes[key].push(0);
    return length;
  };
  const grow = (node: number, depth: number) => {
    if (depth === 0 || stream.uniform() >= shape.division) {
      nodes.value[node] = stream.normal();
      return;
    }
    nodes.feature[node] = below(stream, shape.columns);
    nodes.missingLeft[node] = below(stream, 2);
    if (stream.uniform() < shape.sets) {
      nodes.set[node] = sets.length / SET_WORDS;
      for (let word = 0; word < SET_WORDS; word++) sets.push(below(stream, 2 ** 32));
    } else nodes.threshold[node] = thresholdOf(stream, shape.nan === true);
    nodes.left[node] = leaf();
    nodes.right[node] = leaf();
    grow(nodes.left[node], depth - 1);
    grow(nodes.right[node], depth - 1);
  };
  const roots = Array.from({ length: shape.trees * shape.outputs }, () => {
    const root = leaf();
    grow(root, shape.depth);
    return root;
  });
  return {
    outputs: shape.outputs,
    base: Float64Array.from({ length: shape.outputs }, () => stream.normal()),
    roots: Int32Array.from(roots),
    feature: Int32Array.from(nodes.feature),
    threshold: Float32Array.from(nodes.threshold),
    left: Int32Array.from(nodes.left),
    right: Int32Array.from(nodes.right),
    missingLeft: Uint8Array.from(nodes.missingLeft),
    set: Int32Array.from(nodes.set),
    sets: Uint32Array.from(sets),
    value: Float64Array.from(nodes.value),
  };
}

/** Rows of blocks of these widths, each dense or sparse: odd numbers, categories, and multiples of an eighth. */
export function randomBlocks(
  rows: number,
  widths: readonly number[],
  kinds: readonly boolean[],
  seed: number,
): Block[] {
  const stream = random(seed).fork('rows');
  return widths.map((columns, b) => {
    if (!kinds[b]) {
      return denseBlock(
        rows,
        columns,
        Float32Array.from({ length: rows * columns }, () => randomNumber(stream)),
      );
    }
    const writer = new SparseWriter(rows, columns, rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let column = columns - 1; column >= 0; column--) {
        if (stream.uniform() < 0.4) writer.push(column, randomNumber(stream));
      }
      writer.endRow();
    }
    return writer.block();
  });
}

export const shapes: fc.Arbitrary<ForestShape> = fc.record({
  trees: fc.nat({ max: 20 }),
  outputs: fc.integer({ min: 1, max: 3 }),
  depth: fc.nat({ max: 12 }),
  division: fc.constantFrom(0.5, 0.75, 0.9),
  columns: fc.constant(7),
  sets: fc.constantFrom(0, 0.3, 1),
  nan: fc.constantFrom(false, false, true),
});

function thresholdOf(stream: Random, nan: boolean): number {
  const number = randomNumber(stream);
  return Number.isNaN(number) && !nan ? 0.5 : number;
}

function randomNumber(stream: Random): number {
  const which = stream.uniform();
  if (which < 0.3) return ODD[below(stream, ODD.length)];
  if (which < 0.6) return below(stream, 260);
  return Math.round(8 * stream.normal()) / 8;
}

function below(stream: Random, limit: number): number {
  return Math.floor(limit * stream.uniform());
}
