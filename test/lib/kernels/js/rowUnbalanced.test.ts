import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../lib/blocks/index.js';
import { shapeOf } from '../../../../lib/kernels/forest/shape.js';
import { type Forest, runForest } from '../../../../lib/kernels/index.js';
import { askedLinkedKernel } from '../../../../lib/kernels/js/rowUnbalanced.js';
import { codingOf } from '../../../../lib/kernels/quantize/coding.js';
import { random } from '../../../../lib/stats/index.js';
import { lopsided } from '../forests.js';

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

test('not where categories are asked, nor where there are more questions than answers have room, nor with more trees than are kept track of', (t) => {
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
  t.not(kernelOf(lopsided(8_190, 3, 2, 1), 2), unasked);
  t.is(kernelOf(lopsided(8_191, 3, 2, 1), 2), unasked);
});

for (const [what, trees, leaves] of [
  ['a chain of a thousand questions', 3, 1_000],
  ['as many trees as are kept track of', 8_190, 5],
] as const) {
  test(`${what}: the reference's sums`, (t) => {
    const forest = lopsided(trees, leaves, 2, 7);
    const add = kernelOf(forest, 2);
    t.not(add, unasked);
    for (const numbers of [
      [-5, -5],
      [0, 2],
      [5, 5],
      [Number.NaN, 1],
    ]) {
      const blocks = [denseBlock(1, 2, Float32Array.from(numbers))];
      const [sums, reference] = [new Float64Array(1), new Float64Array(1)];
      add(blocks, sums);
      runForest(forest, blocks, reference);
      t.is(sums[0], reference[0]);
    }
  });
}
