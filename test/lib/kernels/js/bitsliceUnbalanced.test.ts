import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../lib/blocks/index.js';
import { type Forest, forestKernel, runForest } from '../../../../lib/kernels/index.js';
import { answered, reached } from '../../../../lib/kernels/js/bitsliceUnbalanced.js';
import { forestKernel as lightKernel } from '../../../../lib/kernels/light.js';
import { anyRows, lopsided } from '../forests.js';

test('records by hand: leaves whose numbers differ in a bit where there is one left', (t) => {
  // A chain to the left: node 0 (node 1 (node 3 (5, 6), 4), 2).
  const forest: Forest = {
    ...lopsided(1, 4, 1, 1),
    feature: Int32Array.of(0, 0, -1, 0, -1, -1, -1),
    left: Int32Array.of(1, 3, -1, 5, -1, -1, -1),
    right: Int32Array.of(2, 4, -1, 6, -1, -1, -1),
    value: Float64Array.of(0, 0, 20, 0, 40, 50, 60),
  };
  const { bits, begin, records, leaves } = reached(forest) ?? t.fail('trees');
  t.is(bits, 4);
  t.deepEqual([...begin], [0, 6]);
  const places = [bytes(0, 1, 255, 0), bytes(1, 2, 255, 1), bytes(2, 255, 255, 2)];
  t.deepEqual([...records], [0, places[0], 1, places[1], 3, places[2]]);
  t.deepEqual([...leaves], [50, 20, 40, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const trees = reached(forest) ?? t.fail('trees');
  const asked = answered(trees, Int32Array.of(7, 8, 0, 9, 0, 0, 0));
  t.deepEqual([...asked.records], [7, places[0], 8, places[1], 9, places[2]]);
});

/** A number of four bytes, the lowest first. */
function bytes(a: number, b: number, c: number, d: number): number {
  return a | (b << 8) | (c << 16) | (d << 24);
}

test('as many leaves as there are numbers, and one more', (t) => {
  t.is(reached(lopsided(2, 256, 3, 1))?.bits, 8);
  t.is(reached(lopsided(2, 257, 3, 1)), undefined);
});

test('nodes that two parents share are left to others, and summed right', (t) => {
  // Both children of node 0 are node 1; nodes 4 and 5 are nobody's.
  const forest: Forest = {
    ...lopsided(1, 3, 1, 1),
    feature: Int32Array.of(0, 0, -1, -1, -1, -1),
    threshold: Float32Array.of(5, 3, 0, 0, 0, 0),
    left: Int32Array.of(1, 2, -1, -1, -1, -1),
    right: Int32Array.of(1, 3, -1, -1, -1, -1),
    missingLeft: new Uint8Array(6),
    set: new Int32Array(6).fill(-1),
    value: Float64Array.of(0, 0, 1, 2, 0, 0),
  };
  const block = denseBlock(
    64,
    1,
    Float32Array.from({ length: 64 }, (_, row) => row % 9),
  );
  for (const kernel of ['linked', 'flat', 'wasm'] as const) {
    const [ours, reference] = [new Float64Array(64), new Float64Array(64)];
    forestKernel(forest, [1], kernel).run([block], ours);
    runForest(forest, [block], reference);
    t.deepEqual(ours, reference, kernel);
  }
});

test('as many roots as one likes at one node take little room', (t) => {
  const forest = { ...lopsided(3, 200, 3, 1), roots: new Int32Array(300_000) };
  const [ours, reference] = [new Float64Array(1), new Float64Array(1)];
  const block = denseBlock(1, 3, Float32Array.of(1, 2, 3));
  const before = process.memoryUsage().rss;
  lightKernel(forest, [3]).run([block], ours);
  t.true(process.memoryUsage().rss - before < 2 ** 28);
  runForest(forest, [block], reference);
  t.is(ours[0], reference[0]);
});

test('lopsided trees in batches: the reference’s sums, missing values and all', (t) => {
  const shapes = fc.record({
    trees: fc.integer({ min: 1, max: 20 }),
    outputs: fc.integer({ min: 1, max: 40 }),
    leaves: fc.integer({ min: 1, max: 40 }),
    seed: fc.nat(),
  });
  let sliced = 0;
  fc.assert(
    fc.property(shapes, fc.integer({ min: 16, max: 70 }), ({ trees, outputs, leaves, seed }, rows) => {
      const forest = lopsided(trees * outputs, leaves, 4, seed, outputs);
      sliced += Number(reached(forest) !== undefined);
      const { run } = forestKernel(forest, [4], 'linked');
      const block = anyRows(seed, rows);
      const [ours, reference] = [new Float64Array(rows * outputs), new Float64Array(rows * outputs)];
      run([block], ours);
      runForest(forest, [block], reference);
      t.deepEqual(ours, reference);
    }),
    { numRuns: 60 },
  );
  t.true(sliced > 40);
});
