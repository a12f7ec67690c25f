import test from 'ava';
import fc from 'fast-check';
import { type Forest, vectorAdder } from '../../../../lib/learn/kernels/index.js';
import { random } from '../../../../lib/stats/index.js';
import { atLength } from '../../../support/atLength.js';
import { randomBlocks, randomForest, shapes } from '../../../support/forests.js';
import { byHand } from './forests.js';

/** A forest whose leaves are rows of numbers, and these numbers. */
function withVectors(forest: Forest, width: number, seed: number): { forest: Forest; vectors: Float64Array } {
  const stream = random(seed).fork('vectors');
  const value = Float64Array.from(forest.value.keys());
  const vectors = Float64Array.from({ length: width * value.length }, () => stream.normal());
  return { forest: { ...forest, outputs: 1, value }, vectors };
}

test('leaves are added tree after tree, as the plain interpreter adds them, bit for bit', (t) => {
  const property = fc.property(
    shapes,
    fc.nat(),
    fc.integer({ min: 1, max: 4 }),
    fc.constantFrom([7], [3, 4], [0, 7, 0]),
    fc.constantFrom(1, 7, 64, 65, 130),
    fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    (shape, seed, width, widths, rows, sparse) => {
      const { forest, vectors } = withVectors(randomForest({ ...shape, outputs: 1 }, seed), width, seed);
      const blocks = randomBlocks(rows, widths, sparse, seed);
      const [ours, plain] = [false, true].map((isPlain) => {
        const out = new Float64Array(rows * width).fill(1);
        const add = vectorAdder(forest, vectors, width, widths, isPlain);
        add(blocks, out);
        // Another batch meets nothing of the one before.
        add(blocks, out);
        return out;
      });
      t.deepEqual(ours, plain);
    },
  );
  fc.assert(property, { numRuns: atLength(40, 200) });
});

test('more thresholds of a column than codes can tell apart are told apart', (t) => {
  const trees = 3;
  const depth = 14;
  const size = 2 ** (depth + 1) - 1;
  const nodes = trees * size;
  const at = (node: number) => node % size;
  const isLeaf = (node: number) => at(node) >= 2 ** depth - 1;
  const child = (side: number) =>
    Int32Array.from({ length: nodes }, (_, node) =>
      isLeaf(node) ? -1 : node - at(node) + 2 * at(node) + side,
    );
  const stream = random(3);
  const forest: Forest = {
    outputs: 1,
    base: Float64Array.of(0),
    roots: Int32Array.from({ length: trees }, (_, tree) => tree * size),
    feature: Int32Array.from({ length: nodes }, (_, node) => (isLeaf(node) ? -1 : 0)),
    threshold: Float32Array.from({ length: nodes }, () => stream.normal()),
    left: child(1),
    right: child(2),
    missingLeft: new Uint8Array(nodes),
    set: new Int32Array(nodes).fill(-1),
    sets: new Uint32Array(0),
    value: Float64Array.from({ length: nodes }, (_, node) => node),
  };
  const vectors = Float64Array.from({ length: 2 * nodes }, (_, i) => i);
  const blocks = randomBlocks(70, [1], [false], 1);
  const [ours, plain] = [false, true].map((isPlain) => {
    const out = new Float64Array(140);
    vectorAdder(forest, vectors, 2, [1], isPlain)(blocks, out);
    return out;
  });
  t.deepEqual(ours, plain);
});

test('by hand', (t) => {
  const { forest } = withVectors(byHand, 2, 0);
  const vectors = new Float64Array(16);
  vectors.set([1, 2], 2 * 1);
  vectors.set([10, 20], 2 * 6);
  for (const isPlain of [false, true]) {
    const out = Float64Array.of(0.5, 0.25);
    const block = { kind: 'dense', rows: 1, columns: 3, values: Float32Array.of(0, -2, 0) } as const;
    vectorAdder(forest, vectors, 2, [3], isPlain)([block], out);
    t.deepEqual(out, Float64Array.of(11.5, 22.25));
  }
});
