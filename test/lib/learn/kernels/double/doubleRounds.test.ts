import test from 'ava';
import fc from 'fast-check';
import {
  type Block,
  denseBlock,
  exactBlock,
  SparseWriter,
  slice,
} from '../../../../../lib/data/blocks/index.js';
import { addDoubleForest } from '../../../../../lib/learn/kernels/double/doubleForest.js';
import { type DoubleForest, doubleRounds, type Forest } from '../../../../../lib/learn/kernels/index.js';
import { random } from '../../../../../lib/stats/index.js';
import { atLength } from '../../../../support/atLength.js';
import { stepped } from '../../../../support/exact.js';
import { type ForestShape, randomForest } from '../../../../support/forests.js';

const COLUMNS = 7;
const WIDTHS = [[7], [3, 4], [1, 5, 1], [0, 7, 0]];
const ROWS = [1, 2, 3, 4, 7, 40, 65];
const shapes: fc.Arbitrary<ForestShape> = fc.record({
  trees: fc.nat({ max: 20 }),
  outputs: fc.integer({ min: 1, max: 3 }),
  depth: fc.nat({ max: 9 }),
  division: fc.constantFrom(0.5, 0.9),
  columns: fc.constant(COLUMNS),
  sets: fc.constant(0),
  nan: fc.boolean(),
});

/** A forest whose thresholds lie within a few steps of one another, as doubles: rounded, they are the same number. */
function closeForest(shape: ForestShape, seed: number): DoubleForest {
  const stream = random(seed).fork('steps');
  const forest = randomForest(shape, seed);
  const threshold = Float64Array.from(forest.threshold, (number) =>
    stepped(number, Math.floor(5 * stream.uniform()) - 2),
  );
  return { ...forest, threshold };
}

/** Rows of thresholds, of their neighbours one step above and below, and of NaN and zeros. */
function closeRows(
  { threshold, feature }: DoubleForest,
  rows: number,
  widths: readonly number[],
  isSparse: readonly boolean[],
  seed: number,
): Block[] {
  const stream = random(seed).fork('rows');
  const some = [0, -0, Number.NaN, ...threshold.filter((_, node) => feature[node] !== -1)];
  const number = () => {
    const base = some[Math.floor(some.length * stream.uniform())];
    return Number.isFinite(base) && base !== 0 ? stepped(base, Math.floor(3 * stream.uniform()) - 1) : base;
  };
  return widths.map((columns, b) => {
    if (!isSparse[b]) return exactBlock(rows, columns, Float64Array.from({ length: rows * columns }, number));
    const writer = new SparseWriter(rows, columns, 0, true);
    for (let row = 0; row < rows; row++) {
      for (let c = 0; c < columns; c++) if (stream.uniform() < 0.5) writer.push(c, number());
      writer.endRow();
    }
    return writer.block();
  });
}

function sums(
  forest: DoubleForest,
  blocks: readonly Block[],
  run: (sums: Float64Array) => void,
): Float64Array {
  const out = new Float64Array(blocks[0].rows * forest.outputs);
  doubleRounds(forest).begin(blocks[0].rows, out);
  run(out);
  return out;
}

test('sums are those of the plain interpreter, bit for bit, with values one step beside the thresholds', (t) => {
  const property = fc.property(
    shapes,
    fc.nat(),
    fc.constantFrom(...WIDTHS),
    fc.constantFrom(...ROWS),
    fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    (shape, seed, widths, rows, isSparse) => {
      const forest = closeForest(shape, seed);
      const rounds = doubleRounds(forest);
      const blocks = closeRows(forest, rows, widths, isSparse, seed);
      const expected = sums(forest, blocks, (out) => addDoubleForest(forest, blocks, out));
      t.deepEqual(
        sums(forest, blocks, (out) => rounds.advance(blocks, out, 0, rounds.count)),
        expected,
      );
      // A row alone, and in two parts of the rounds.
      const [last] = expected.subarray(expected.length - forest.outputs);
      const alone = blocks.map((block) => slice(block, rows - 1, rows));
      const half = Math.floor(rounds.count / 2);
      const [own] = sums(forest, alone, (out) => {
        rounds.advance(alone, out, 0, half);
        rounds.advance(alone, out, half, rounds.count);
      });
      t.is(own, last);
    },
  );
  fc.assert(property, { numRuns: atLength(60, 400) });
});

test('without doubles, single numbers are compared with the doubles', (t) => {
  const property = fc.property(shapes, fc.nat(), (shape, seed) => {
    const forest = closeForest(shape, seed);
    const rounds = doubleRounds(forest);
    const blocks = closeRows(forest, 5, [COLUMNS], [false], seed).map(({ rows, columns, values }) =>
      denseBlock(rows, columns, values),
    );
    t.deepEqual(
      sums(forest, blocks, (out) => rounds.advance(blocks, out, 0, rounds.count)),
      sums(forest, blocks, (out) => addDoubleForest(forest, blocks, out)),
    );
  });
  fc.assert(property, { numRuns: 40 });
});

/** A stump on column 0: 1 left, 2 right. */
const stump: Forest = {
  outputs: 1,
  base: Float64Array.of(0),
  roots: Int32Array.of(0),
  feature: Int32Array.of(0, -1, -1),
  threshold: Float32Array.of(0, 0, 0),
  left: Int32Array.of(1, -1, -1),
  right: Int32Array.of(2, -1, -1),
  missingLeft: Uint8Array.of(0, 0, 0),
  set: Int32Array.of(-1, -1, -1),
  sets: new Uint32Array(0),
  value: Float64Array.of(0, 1, 2),
};

function leaves(forest: DoubleForest, numbers: readonly number[]): number[] {
  const blocks = [exactBlock(numbers.length, 1, Float64Array.from(numbers))];
  return [...sums(forest, blocks, (out) => doubleRounds(forest).advance(blocks, out, 0, 1))];
}

test('by hand: a number above a threshold by one step goes right, though both round to one number', (t) => {
  const tenth = { ...stump, threshold: Float64Array.of(0.1, 0, 0) };
  t.is(Math.fround(stepped(0.1, 1)), Math.fround(0.1));
  t.deepEqual(leaves(tenth, [stepped(0.1, -1), 0.1, stepped(0.1, 1), Number.NaN]), [1, 1, 2, 2]);
  t.deepEqual(leaves({ ...tenth, missingLeft: Uint8Array.of(1, 0, 0) }, [0.2, Number.NaN]), [2, 1]);
});

test('by hand: categories are cut down to eight bits; unknown, negative and missing ones go the missing way', (t) => {
  const set = (...categories: number[]) => {
    const words = new Uint32Array(8);
    for (const each of categories) words[each >>> 5] |= 2 ** (each & 31);
    return words;
  };
  const forest: DoubleForest = {
    ...stump,
    threshold: new Float64Array(3),
    set: Int32Array.of(0, -1, -1),
    sets: set(1, 40),
    known: new Map([[0, set(1, 2, 40)]]),
  };
  const numbers = [1, 2, 40, 3, 1.9, -1, -0.5, Number.NaN, 257, 0];
  t.deepEqual(leaves(forest, numbers), [1, 2, 1, 2, 1, 2, 2, 2, 1, 2]);
  const missing = { ...forest, missingLeft: Uint8Array.of(1, 0, 0) };
  t.deepEqual(leaves(missing, numbers), [1, 2, 1, 1, 1, 1, 1, 1, 1, 1]);
});
