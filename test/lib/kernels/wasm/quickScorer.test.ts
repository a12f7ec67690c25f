import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../lib/blocks/index.js';
import { type Shape, shapeOf } from '../../../../lib/kernels/forest/shape.js';
import { type Forest, forestKernel, runForest } from '../../../../lib/kernels/index.js';
import { codingOf } from '../../../../lib/kernels/quantize/coding.js';
import { questionsOf } from '../../../../lib/kernels/quantize/splitPredicates.js';
import { type OpenLeaves, openLeaves } from '../../../../lib/kernels/wasm/quickScorer.js';
import { random } from '../../../../lib/stats/index.js';
import { lopsided } from '../forests.js';

function leavesOf(forest: Forest, shape: Shape = shapeOf(forest)): OpenLeaves | undefined {
  const questions = questionsOf(forest, codingOf(forest));
  return questions && openLeaves(forest, questions, shape);
}

test('masks by hand: a code leaves open what is not left of where it goes right', (t) => {
  // Column 0 at most 1 -> leaf 0, else (column 0 at most 2 -> leaf 1, else leaf 2); missing values right, then left.
  const forest: Forest = {
    ...lopsided(1, 3, 1, 1),
    feature: Int32Array.of(0, -1, 0, -1, -1),
    threshold: Float32Array.of(1, 0, 2, 0, 0),
    left: Int32Array.of(1, -1, 3, -1, -1),
    right: Int32Array.of(2, -1, 4, -1, -1),
    missingLeft: Uint8Array.of(0, 0, 1, 0, 0),
    value: Float64Array.of(0, 10, 0, 20, 30),
  };
  const shape = { ...shapeOf(forest), trees: 1, steps: 100 };
  const { masks, width, rows, values } = leavesOf(forest, shape) ?? t.fail('masks');
  t.is(width, 16);
  const [own] = rows;
  // A missing value, then ranks 0, 1 and 2.
  t.deepEqual(
    [0, 1, 2, 3].map((entry) => masks[width * (own?.[entry] ?? -1)]),
    [~1, -1, ~1, ~3],
  );
  t.deepEqual([...values.subarray(0, 3)], [10, 20, 30]);
  // Fewer steps than combining them is worth.
  t.is(leavesOf(forest, { ...shape, steps: 1 }), undefined);
});

test('one leaf more than a mask has bits, or a question for categories: none', (t) => {
  for (const [leaves, fits] of [
    [32, true],
    [33, false],
  ] as const) {
    const forest = lopsided(32, leaves, 2, leaves);
    t.is(leavesOf(forest) !== undefined, fits);
  }
  const forest = { ...lopsided(32, 20, 2, 1), sets: new Uint32Array(8) };
  forest.set[0] = 0;
  t.is(leavesOf(forest), undefined);
});

test('rows alone meet the reference’s leaves in lopsided trees, missing values and all', (t) => {
  const numbers = [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -4, -0, 0.5, 2, 4, 5];
  const shapes = fc.record({
    trees: fc.integer({ min: 1, max: 40 }),
    outputs: fc.integer({ min: 1, max: 3 }),
    leaves: fc.integer({ min: 8, max: 34 }),
    columns: fc.integer({ min: 1, max: 9 }),
    seed: fc.nat(),
  });
  let masked = 0;
  fc.assert(
    fc.property(shapes, ({ trees, outputs, leaves, columns, seed }) => {
      const forest = lopsided(trees * outputs, leaves, columns, seed, outputs);
      masked += Number(leavesOf(forest) !== undefined);
      const { name, run } = forestKernel(forest, [columns], 'wasm');
      t.is(name, 'wasm');
      const stream = random(seed).fork('rows');
      for (let row = 0; row < 5; row++) {
        const values = Float32Array.from(
          { length: columns },
          () => numbers[Math.floor(numbers.length * stream.uniform())],
        );
        const [ours, reference] = [new Float64Array(outputs), new Float64Array(outputs)];
        run([denseBlock(1, columns, values)], ours);
        runForest(forest, [denseBlock(1, columns, values)], reference);
        t.deepEqual(ours, reference);
      }
    }),
    { numRuns: 60 },
  );
  t.true(masked > 20);
});
