import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../lib/blocks/index.js';
import { codingOf } from '../../../../lib/kernels/coded/coding.js';
import { questionsOf } from '../../../../lib/kernels/coded/questions.js';
import { shapeOf } from '../../../../lib/kernels/forest/shape.js';
import { type Forest, runForest } from '../../../../lib/kernels/index.js';
import { askedFlatKernel } from '../../../../lib/kernels/plain/askedFlat.js';
import { ANSWERS, Asking, LEFTWARD } from '../../../../lib/kernels/plain/asking.js';
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
