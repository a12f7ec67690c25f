import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../lib/blocks/index.js';
import { askedLinkedKernel } from '../../../lib/kernels/askedLinked.js';
import { codingOf } from '../../../lib/kernels/coding.js';
import { type Forest, forestKernel, runForest } from '../../../lib/kernels/index.js';
import { shapeOf } from '../../../lib/kernels/shape.js';
import { random } from '../../../lib/stats/index.js';
import { lopsided } from './forests.js';

const NUMBERS = [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -4, -0, 0.5, 2, 4, 5];

/** For rows that can't be asked. */
const unasked = () => {};

const kernelOf = (forest: Forest, columns: number) =>
  askedLinkedKernel(forest, codingOf(forest), shapeOf(forest), [columns], unasked);

test("lopsided trees: the reference's sums, bit for bit, from any row on, missing values and all", (t) => {
  const shapes = fc.record({
    trees: fc.integer({ min: 1, max: 20 }),
    outputs: fc.integer({ min: 1, max: 3 }),
    leaves: fc.integer({ min: 1, max: 40 }),
    columns: fc.integer({ min: 1, max: 9 }),
    first: fc.nat(5),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(shapes, ({ trees, outputs, leaves, columns, first, seed }) => {
      const forest = lopsided(trees * outputs, leaves, columns, seed, outputs);
      const add = kernelOf(forest, columns);
      const stream = random(seed).fork('rows');
      const values = Array.from(
        { length: 5 * columns },
        () => NUMBERS[Math.floor(NUMBERS.length * stream.uniform())],
      );
      const blocks = [denseBlock(5, columns, Float32Array.from(values))];
      const [sums, reference] = [new Float64Array(5 * outputs), new Float64Array(5 * outputs)];
      runForest(forest, blocks, reference);
      add(blocks, sums, first);
      t.deepEqual(sums, reference.fill(0, 0, first * outputs));
    }),
    { numRuns: 60 },
  );
});

test('not where categories are asked, nor where there are more questions than answers have room, nor where nodes share children', (t) => {
  const forest = lopsided(20, 30, 3, 1);
  t.not(kernelOf(forest, 3), unasked);
  const sets = {
    ...forest,
    set: forest.set.map((_, node) => (node === 0 ? 0 : -1)),
    sets: new Uint32Array(8),
  };
  t.is(kernelOf(sets, 3), unasked);
  const many = lopsided(3_000, 30, 30, 1);
  t.is(kernelOf({ ...many, threshold: Float32Array.from(many.threshold.keys()) }, 30), unasked);
  // Each node's children are the next one, twice.
  const next = Int32Array.of(1, 2, 3, -1);
  const shared = { ...lopsided(1, 4, 1, 1), feature: Int32Array.of(0, 0, 0, -1), left: next, right: next };
  t.is(kernelOf(shared, 1), unasked);
});

test('a tree so wide that its nodes are too far from each other for a word, and one that is just not', (t) => {
  for (const [depth, isKernel] of [
    [15, true],
    [17, false],
  ] as const) {
    const forest = complete(depth);
    t.is(kernelOf(forest, 1) !== unasked, isKernel);
    const { name, run } = forestKernel(forest, [1], 'linked');
    t.is(name, 'linked');
    for (const number of [-1, 0.5, 30, Number.NaN]) {
      const block = denseBlock(1, 1, Float32Array.of(number));
      const [ours, reference] = [new Float64Array(1), new Float64Array(1)];
      run([block], ours);
      runForest(forest, [block], reference);
      t.is(ours[0], reference[0]);
    }
  }
});

/** One complete tree that asks one column for ever other of a few thresholds. */
function complete(depth: number): Forest {
  const inner = 2 ** depth - 1;
  const of = (make: (node: number) => number) =>
    Array.from({ length: 2 * inner + 1 }, (_, node) => make(node));
  const asks = (node: number) => node < inner;
  return {
    ...lopsided(1, 1, 1, 1),
    feature: Int32Array.from(of((node) => (asks(node) ? 0 : -1))),
    threshold: Float32Array.from(of((node) => (node * 37) % 61)),
    left: Int32Array.from(of((node) => (asks(node) ? 2 * node + 1 : -1))),
    right: Int32Array.from(of((node) => (asks(node) ? 2 * node + 2 : -1))),
    missingLeft: Uint8Array.from(of((node) => node % 2)),
    set: Int32Array.from(of(() => -1)),
    value: Float64Array.from(of((node) => Math.sin(node))),
  };
}
