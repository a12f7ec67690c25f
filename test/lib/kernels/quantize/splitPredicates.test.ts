import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../lib/blocks/index.js';
import { type Forest, forestKernel, runForest } from '../../../../lib/kernels/index.js';
import { codingOf } from '../../../../lib/kernels/quantize/coding.js';
import { questionsOf } from '../../../../lib/kernels/quantize/splitPredicates.js';
import { randomForest, shapes } from '../../../support/forests.js';
import { byHand } from '../forests.js';

test('questions by hand: a run a column, ascending, filled up with infinities to 16; sets are none', (t) => {
  t.is(questionsOf(byHand, codingOf(byHand)), undefined);
  const forest: Forest = {
    ...byHand,
    feature: Int32Array.of(0, -1, 2, -1, -1, 2, -1, -1),
    threshold: Float32Array.of(0.1, 0, 3, 0, 0, -3, 0, 0),
    missingLeft: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0),
    set: new Int32Array(8).fill(-1),
  };
  const { thresholds, missingLeft, runs, places } =
    questionsOf(forest, codingOf(forest)) ?? t.fail('questions');
  t.deepEqual(runs, [
    { column: 0, end: 16 },
    { column: 1, end: 32 },
  ]);
  t.deepEqual([...places], [0, 0, 17, 0, 0, 16, 0, 0]);
  t.deepEqual([...thresholds.subarray(0, 2)], [Math.fround(0.1), Number.POSITIVE_INFINITY]);
  t.deepEqual([...thresholds.subarray(16, 19)], [-3, 3, Number.POSITIVE_INFINITY]);
  t.deepEqual([...missingLeft.subarray(0, 1), ...missingLeft.subarray(16, 18)], [1, 0, 0]);
  forest.threshold[2] = Number.NaN;
  t.is(questionsOf(forest, codingOf(forest)), undefined);
});

test('every node that asks finds its threshold and way in the run of its column; each is asked once; runs ascend to infinity', (t) => {
  fc.assert(
    fc.property(shapes, fc.nat(), (shape, seed) => {
      const forest = randomForest({ ...shape, sets: 0, nan: false }, seed);
      const coding = codingOf(forest);
      const { thresholds, missingLeft, runs, places } = questionsOf(forest, coding) ?? t.fail('questions');
      const asking = [...forest.feature.keys()].filter((node) => forest.feature[node] !== -1);
      for (const node of asking) {
        t.is(thresholds[places[node]] + 0, forest.threshold[node] + 0);
        t.is(missingLeft[places[node]], forest.missingLeft[node]);
        const run = runs.find(({ end }) => places[node] < end);
        t.is(coding.columns[run?.column ?? -1], forest.feature[node]);
      }
      const questions = asking.map((node) =>
        [forest.feature[node], forest.missingLeft[node], forest.threshold[node] + 0].join(' '),
      );
      t.is(new Set(asking.map((node) => places[node])).size, new Set(questions).size);
      runs.forEach(({ end }, r) => {
        const own = thresholds.subarray(r === 0 ? 0 : runs[r - 1].end, end);
        t.is(own.length % 16, 0);
        t.is(own[own.length - 1], Number.POSITIVE_INFINITY);
        for (let i = 1; i < own.length; i++) t.true(own[i - 1] <= own[i]);
      });
    }),
  );
});

/** As many trees of one question each, about one column: the thresholds go round `distinct` numbers. */
function stumps(trees: number, distinct: number): Forest {
  const of = (make: (tree: number, part: number) => number) =>
    Array.from({ length: 3 * trees }, (_, node) => make(Math.trunc(node / 3), node % 3));
  return {
    outputs: 1,
    base: Float64Array.of(0.25),
    roots: Int32Array.from({ length: trees }, (_, tree) => 3 * tree),
    feature: Int32Array.from(of((_, part) => (part === 0 ? 0 : -1))),
    threshold: Float32Array.from(of((tree, part) => (part === 0 ? tree % distinct : 0))),
    left: Int32Array.from(of((tree, part) => (part === 0 ? 3 * tree + 1 : -1))),
    right: Int32Array.from(of((tree, part) => (part === 0 ? 3 * tree + 2 : -1))),
    missingLeft: Uint8Array.from(of((tree) => tree % 2)),
    set: new Int32Array(3 * trees).fill(-1),
    sets: new Uint32Array(0),
    value: Float64Array.from(of((tree, part) => (part === 0 ? 0 : Math.sin(3 * tree + part)))),
  };
}

for (const [what, trees, distinct] of [
  ['codes up to 255 and up to 256', [253, 254, 255, 256], 256],
  ['more blocks of a column than are looked at together', [4_000], 600],
  ['as many words as have room, and more', [32_760, 32_768, 32_776], 200],
] as const) {
  test(`a row alone, with ${what}: the reference's sums`, (t) => {
    for (const count of trees) {
      const forest = stumps(count, distinct);
      const { name, run } = forestKernel(forest, [1], 'wasm');
      t.is(name, 'wasm');
      for (const number of [-1, 0, 100.5, 199, 254, 300, Number.NaN, Number.POSITIVE_INFINITY]) {
        const block = denseBlock(1, 1, Float32Array.of(number));
        const [ours, reference] = [new Float64Array(1), new Float64Array(1)];
        run([block], ours);
        runForest(forest, [block], reference);
        t.is(ours[0], reference[0], `${count} trees, ${number}`);
      }
    }
  });
}

test('trees that are as many bytes as words and answers lie at: the reference’s sums, alone and in batches', (t) => {
  const one = stumps(32_760, 200);
  // So many columns that codes and numbers lie there too.
  const wide: Forest = {
    ...one,
    feature: one.feature.map((feature, node) => (feature === -1 ? -1 : Math.trunc(node / 3) % 1_900)),
  };
  for (const [forest, width] of [
    [one, 1],
    [wide, 1_900],
  ] as const) {
    const { name, run } = forestKernel(forest, [width], 'wasm');
    t.is(name, 'wasm');
    for (const rows of [1, 9, 41]) {
      const block = denseBlock(
        rows,
        width,
        Float32Array.from({ length: rows * width }, (_, i) => (i % 7 === 3 ? Number.NaN : (i * 37) % 211)),
      );
      const [ours, reference] = [new Float64Array(rows), new Float64Array(rows)];
      run([block], ours);
      runForest(forest, [block], reference);
      t.deepEqual(ours, reference, `${rows} rows of ${width}`);
    }
  }
});

test('whatever a file says of missing values but 1, they go right', (t) => {
  const forest = stumps(40, 20);
  forest.missingLeft.fill(2);
  const block = denseBlock(1, 1, Float32Array.of(Number.NaN));
  const [ours, reference] = [new Float64Array(1), new Float64Array(1)];
  forestKernel(forest, [1], 'wasm').run([block], ours);
  runForest(forest, [block], reference);
  t.is(ours[0], reference[0]);
});
