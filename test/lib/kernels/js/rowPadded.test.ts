import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../lib/blocks/index.js';
import { shapeOf } from '../../../../lib/kernels/forest/shape.js';
import { type Forest, forestKernel, runForest } from '../../../../lib/kernels/index.js';
import { askedFlatKernel } from '../../../../lib/kernels/js/rowPadded.js';
import { ANSWERS, Asking, LEFTWARD } from '../../../../lib/kernels/js/rowPredicates.js';
import { codingOf } from '../../../../lib/kernels/quantize/coding.js';
import { questionsOf } from '../../../../lib/kernels/quantize/splitPredicates.js';
import { randomBlocks, randomForest, shapes } from '../../../support/forests.js';

const WIDTHS = [[7], [3, 4], [1, 5, 1], [0, 7, 0]];
const asks = (shape: Parameters<typeof randomForest>[0], seed: number): Forest =>
  randomForest({ ...shape, sets: 0, nan: false }, seed);

/** For rows that can't be asked. */
const unasked = () => {};

test('answers are what each question says of the row alone, missing numbers too', (t) => {
  fc.assert(
    fc.property(shapes, fc.nat(), fc.constantFrom(...WIDTHS), (shape, seed, widths) => {
      const forest = asks(shape, seed);
      const { columns } = codingOf(forest);
      const questions = questionsOf(forest, codingOf(forest)) ?? t.fail('questions');
      const asking = new Asking(questions, columns, widths);
      const blocks = randomBlocks(5, widths, [false, false, false], seed);
      for (let row = 0; row < 5; row++) {
        asking.ask(blocks, row);
        const numbers = blocks.flatMap((block) =>
          block.kind === 'dense'
            ? [...block.values.subarray(row * block.columns, (row + 1) * block.columns)]
            : [],
        );
        for (const [node, place] of questions.places.entries()) {
          if (forest.feature[node] === -1) continue;
          const number = numbers[forest.feature[node]];
          const isLeft = Number.isNaN(number)
            ? forest.missingLeft[node] === 1
            : number <= forest.threshold[node];
          t.is(ANSWERS[place], isLeft ? 0 : 1);
        }
        t.is(ANSWERS[LEFTWARD], 0);
      }
    }),
    { numRuns: 50 },
  );
});

test("sums are the reference's, bit for bit, from any row on", (t) => {
  let ran = 0;
  fc.assert(
    fc.property(shapes, fc.nat(), fc.constantFrom(...WIDTHS), fc.nat(9), (shape, seed, widths, first) => {
      const forest = asks({ ...shape, trees: 40 * shape.outputs }, seed);
      const add = askedFlatKernel(forest, codingOf(forest), shapeOf(forest), widths, unasked);
      if (add === unasked) return;
      ran++;
      const blocks = randomBlocks(10, widths, [false, false, false], seed);
      const expected = new Float64Array(10 * forest.outputs);
      runForest(forest, blocks, expected);
      const sums = expected.map((_, i) => forest.base[i % forest.outputs]);
      const untouched = sums.slice(0, first * forest.outputs);
      add(blocks, sums, first);
      t.deepEqual(sums.subarray(first * forest.outputs), expected.subarray(first * forest.outputs));
      t.deepEqual(sums.slice(0, first * forest.outputs), untouched);
    }),
    { numRuns: 60 },
  );
  t.true(ran > 10, `${ran}`);
});

test('as many thresholds of a column as answers are copied from, and more', (t) => {
  for (const trees of [4_079, 4_080, 4_095, 4_096, 4_200]) {
    const nodes = 3 * trees;
    const isRoot = (node: number) => node % 3 === 0;
    const of = (make: (node: number) => number) => Array.from({ length: nodes }, (_, node) => make(node));
    const forest: Forest = {
      outputs: 1,
      base: new Float64Array(1),
      roots: Int32Array.from({ length: trees }, (_, tree) => 3 * tree),
      feature: Int32Array.from(of((node) => (isRoot(node) ? 0 : -1))),
      threshold: Float32Array.from(of((node) => node / 3)),
      left: Int32Array.from(of((node) => (isRoot(node) ? node + 1 : -1))),
      right: Int32Array.from(of((node) => (isRoot(node) ? node + 2 : -1))),
      missingLeft: new Uint8Array(nodes),
      set: new Int32Array(nodes).fill(-1),
      sets: new Uint32Array(0),
      value: Float64Array.from(of(Math.sin)),
    };
    const { run } = forestKernel(forest, [1], 'flat');
    for (const number of [-1, 0.5, 2_000.5, 4_070.5, 4_090.5, 5_000]) {
      const [ours, reference] = [new Float64Array(1), new Float64Array(1)];
      const blocks = [denseBlock(1, 1, Float32Array.of(number))];
      run(blocks, ours);
      runForest(forest, blocks, reference);
      t.is(ours[0], reference[0], `${trees} thresholds, ${number}`);
    }
  }
});

test('not where categories are asked, nor where asking takes longer than it saves', (t) => {
  const shape = { trees: 16, outputs: 1, columns: 7, depth: 3, sets: 0, division: 1 };
  const kernel = (forest: Forest, width: number) =>
    askedFlatKernel(forest, codingOf(forest), shapeOf(forest), [width], unasked);
  t.not(kernel(randomForest({ ...shape, trees: 64 }, 1), 7), unasked);
  t.is(kernel(randomForest({ ...shape, sets: 1 }, 1), 7), unasked);
  const deep = randomForest({ ...shape, trees: 1, depth: 9, columns: 1 }, 1);
  t.is(kernel({ ...deep, threshold: Float32Array.from(deep.threshold.keys()) }, 1), unasked);
  const empty = randomForest({ ...shape, trees: 64, depth: 0 }, 1);
  const sums = new Float64Array(1);
  kernel(empty, 7)([denseBlock(1, 7, new Float32Array(7))], sums);
  t.true(Number.isFinite(sums[0]));
});
