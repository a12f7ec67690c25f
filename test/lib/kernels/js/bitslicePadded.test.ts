import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../lib/blocks/index.js';
import { type Forest, forestKernel, runForest } from '../../../../lib/kernels/index.js';
import { SLICE, sliced } from '../../../../lib/kernels/js/bitslicePadded.js';
import { Answers } from '../../../../lib/kernels/js/predicateMasks.js';
import { codingOf } from '../../../../lib/kernels/quantize/coding.js';
import { randomBlocks, randomForest, shapes } from '../../../support/forests.js';
import { byHand } from '../forests.js';

/** The same trees, asking column 2 for the number 1 instead of a set. */
const numbersOnly: Forest = {
  ...byHand,
  threshold: Float32Array.of(0.1, 0, 1, 0, 0, -2, 0, 0),
  set: new Int32Array(8).fill(-1),
};

test('answers by hand: a bit for each row that goes right', (t) => {
  const answers = new Answers(byHand, codingOf(byHand), [3]);
  const at = (places: Int32Array, node: number) => answers.words[places[node]] & 7;
  // Node 0: column 0 at most 0.1; node 2: column 2 in {1, 40, 255}; node 5: column 1 at most -2.
  t.false(answers.ask([denseBlock(3, 3, Float32Array.of(0, 0, 1, 0.2, -2, 2, 5, -3, 40))], 0, 3));
  t.deepEqual([at(answers.known, 0), at(answers.known, 2), at(answers.known, 5)], [0b110, 0b010, 0b001]);
  // Missing values go left at node 0, else right; what isn't a category is missing.
  const { NaN: none } = Number;
  t.true(answers.ask([denseBlock(3, 3, Float32Array.of(none, none, none, 1, -2, 0.5, 0, -1, 3))], 0, 3));
  t.deepEqual([at(answers.any, 0), at(answers.any, 2), at(answers.any, 5)], [0b010, 0b111, 0b101]);
  t.is(answers.words[0], 0);
});

test('a place on level l is what was answered before, the first answer its lowest bit', (t) => {
  const { depth, places, leaves } = sliced(numbersOnly, 2, Int32Array.of(1, 0, 2, 0, 0, 3, 0, 0));
  t.is(depth, 3);
  // Tree 0: node 0, and node 2 on its right; there are no others.
  t.deepEqual([...places.subarray(0, 8)], [0, 1, 0, 2, 0, 0, 0, 0]);
  t.deepEqual([...leaves.subarray(0, 8)], [1, 10, 1, 100, 1, 10, 1, 100]);
  t.deepEqual([...places.subarray(8)], [0, 3, 0, 0, 0, 0, 0, 0]);
  t.deepEqual([...leaves.subarray(8)], [5, 7, 5, 7, 5, 7, 5, 7]);
});

test('answers of random rows are those of each node, asked alone', (t) => {
  fc.assert(
    fc.property(
      shapes,
      fc.nat(),
      fc.integer({ min: 1, max: SLICE }),
      fc.tuple(fc.boolean(), fc.boolean()),
      (shape, seed, rows, kinds) => {
        const forest = randomForest(shape, seed);
        const blocks = randomBlocks(rows + 3, [3, 4], kinds, seed);
        const answers = new Answers(forest, codingOf(forest), [3, 4]);
        const places = answers.ask(blocks, 3, rows) ? answers.any : answers.known;
        const inner = [...forest.feature.keys()].filter((node) => forest.feature[node] !== -1);
        for (const node of inner.slice(0, 20)) {
          const right = new Float64Array(rows + 3);
          runForest(stump(forest, node), blocks, right);
          const bits = Array.from({ length: rows }, (_, row) => (answers.words[places[node]] >>> row) & 1);
          t.deepEqual(bits, [...right.subarray(3)]);
        }
      },
    ),
    { numRuns: 60 },
  );
});

/** That node alone: 1 where a row goes right, else 0. */
function stump({ feature, threshold, missingLeft, set, sets }: Forest, node: number): Forest {
  return {
    outputs: 1,
    base: new Float64Array(1),
    roots: Int32Array.of(0),
    feature: Int32Array.of(feature[node], -1, -1),
    threshold: Float32Array.of(threshold[node], 0, 0),
    left: Int32Array.of(1, -1, -1),
    right: Int32Array.of(2, -1, -1),
    missingLeft: Uint8Array.of(missingLeft[node], 0, 0),
    set: Int32Array.of(set[node], -1, -1),
    sets,
    value: Float64Array.of(0, 0, 1),
  };
}

test('trees of every depth, and more outputs than rows are asked at once', (t) => {
  for (const [depth, outputs] of [
    [0, 1],
    [1, 2],
    [2, 1],
    [3, 1],
    [4, 40],
    [5, 2],
    [6, 1],
    [7, 1],
    [8, 1],
    [9, 1],
  ]) {
    const shape = { trees: 3, outputs, depth, division: 1, columns: 7, sets: 0.1 };
    const forest = randomForest(shape, depth);
    const blocks = randomBlocks(71, [7], [false], depth);
    const { name, run } = forestKernel(forest, [7], 'flat');
    t.is(name, 'flat');
    const [ours, reference] = [new Float64Array(71 * outputs), new Float64Array(71 * outputs)];
    run(blocks, ours);
    runForest(forest, blocks, reference);
    t.deepEqual(ours, reference, `depth ${depth}`);
  }
});
