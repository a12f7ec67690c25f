import test from 'ava';
import fc from 'fast-check';
import { type Block, denseBlock, gather, SparseWriter } from '../../../lib/blocks/index.js';
import { DataError, OptionError } from '../../../lib/errors.js';
import { linearModel } from '../../../lib/learners/linear.js';
import { linear, prunedTopK, type Range } from '../../../lib/pruning/index.js';
import { random } from '../../../lib/stats/index.js';
import { plainTopK } from './models.js';

const ROWS = 600;
const COLUMNS = [3, 5, 2];
const RANGES: readonly Range[] = [
  { low: 0, high: 1 },
  { norm: 1, nonNegative: true },
  { low: -2, high: 2 },
];

function problem(seed: number, classes: number) {
  const stream = random(seed);
  const weights = Float64Array.from({ length: 10 }, () => stream.normal() * 10 ** stream.integer(3));
  const model = linearModel('linear', {
    classes,
    columns: COLUMNS,
    weights,
    intercepts: Float64Array.of(stream.normal()),
    gap: 0,
  });
  const dense = (columns: number, draw: () => number) =>
    denseBlock(ROWS, columns, Float32Array.from({ length: ROWS * columns }, draw));
  const writer = new SparseWriter(ROWS, 5, 2 * ROWS);
  for (let row = 0; row < ROWS; row++) {
    const angle = (stream.integer(4) * Math.PI) / 6;
    writer.push(stream.integer(2), Math.cos(angle));
    writer.push(2 + stream.integer(3), Math.abs(Math.sin(angle)));
    writer.endRow();
  }
  const blocks: Block[] = [
    dense(3, () => stream.integer(3) / 2),
    writer.block(),
    dense(2, () => 4 * stream.uniform() - 2),
  ];
  return { model, blocks };
}

test('the answer is that of scoring every candidate, bit for bit, though features are added in another order', async (t) => {
  let spared = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom(1, 2),
      fc.constantFrom([1], [2], [1, 2]),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }),
      async (seed, k, classes, cuts, costs) => {
        const { model, blocks } = problem(seed, classes);
        const additive = linear(model, RANGES, costs);
        let computed = 0;
        const candidates = {
          rows: ROWS,
          block(feature: number, rows?: Int32Array) {
            computed += rows?.length ?? ROWS;
            return rows === undefined ? blocks[feature] : gather(blocks[feature], rows);
          },
        };
        const pruning = { cuts, most: cuts.map((cut) => additive.most[cut]), sure: true, cost: 0.5 };
        const { indices, scores } = await prunedTopK(additive, candidates, k, pruning);
        t.deepEqual({ indices, scores }, plainTopK(model, blocks, k));
        if (computed < 2 * ROWS) spared++;
      },
    ),
    { numRuns: 60 },
  );
  t.true(spared > 10, `${spared} queries computed fewer than two features a candidate`);
});

test('bounds by hand: limits, and lengths after Cauchy and Schwarz', (t) => {
  const model = linearModel('linear', {
    classes: 1,
    columns: [2, 3],
    weights: Float64Array.of(2, -1, 3, 4, -12),
    intercepts: Float64Array.of(0.5),
    gap: 0,
  });
  const box: Range = { low: -1, high: 3 };
  const near = (found: number, expected: number) => t.true(Math.abs(found / expected - 1) < 2e-5, `${found}`);
  // The box adds 6 + 1 at most, the others 5, or 13 where numbers may be below 0.
  near(linear(model, [box, { norm: 1, nonNegative: true }], [1, 1]).most[0], 12);
  near(linear(model, [box, { norm: 1 }], [1, 1]).most[0], 20);
  // What is worth more for its cost comes first: 5 + 12 against 12, or 12 / 1 against 17 / 2.
  near(linear(model, [box, { norm: 1, nonNegative: true }], [1, 1]).most[1], 7);
  near(linear(model, [box, { norm: 1, nonNegative: true }], [1, 2]).most[1], 5);
});

test('a block that breaks its range ends the query', async (t) => {
  const { model, blocks } = problem(1, 1);
  const broken: [Range[], RegExp][] = [
    [[{ low: 0, high: 0.5 }, RANGES[1], RANGES[2]], /feature '0' has 1, outside 0 to 0.5/],
    [
      [RANGES[0], { norm: 0.9 }, RANGES[2]],
      /feature '1' has a row, number 0 of those asked for, longer than 0.9/,
    ],
    [[RANGES[0], { low: 0.1, high: 1 }, RANGES[2]], /feature '1' has 0s, outside 0.1 to 1/],
    [[RANGES[0], RANGES[1], { norm: 9, nonNegative: true }], /feature '2' has -/],
  ];
  for (const [ranges, message] of broken) {
    const additive = linear(model, ranges, [1, 1, 1]);
    const candidates = { rows: ROWS, block: (feature: number) => blocks[feature] };
    const whole = { cuts: [], most: [], sure: true, cost: 1 };
    await t.throwsAsync(prunedTopK(additive, candidates, 3, whole), { instanceOf: DataError, message });
  }
});

test('refuses ranges and costs that are none, and models of several margins', (t) => {
  const { model } = problem(1, 2);
  for (const range of [{ low: 1, high: 0 }, { low: 0, high: Number.POSITIVE_INFINITY }, { norm: -1 }]) {
    t.throws(() => linear(model, [range, RANGES[1], RANGES[2]], [1, 1, 1]), { instanceOf: OptionError });
  }
  t.throws(() => linear(model, RANGES.slice(1), [1, 1, 1]), { instanceOf: OptionError, message: /'ranges'/ });
  t.throws(() => linear(model, RANGES, [1, 0, 1]), { instanceOf: OptionError, message: /'costs'/ });
  const several = { ...model, intercepts: new Float64Array(3) };
  t.throws(() => linear(several, RANGES, [1, 1, 1]), { instanceOf: DataError, message: /3 numbers a row/ });
});
