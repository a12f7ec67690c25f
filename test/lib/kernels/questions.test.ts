import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../lib/blocks/index.js';
import { codingOf } from '../../../lib/kernels/coding.js';
import { type Forest, forestKernel, runForest } from '../../../lib/kernels/index.js';
import { questionsOf } from '../../../lib/kernels/questions.js';
import { fitsBytes } from '../../../lib/kernels/wide.js';
import { randomForest, shapes } from '../../support/forests.js';
import { byHand } from './forests.js';

test('questions by hand: a slot each, filled up to 64 by limits that no code is above', (t) => {
  const coding = codingOf(byHand);
  const { limits, slots, places } = questionsOf(byHand, coding);
  t.deepEqual(
    slots.map(({ end }) => end),
    [64, 128, 192],
  );
  // 0 is the limit of a threshold alone in its column where missing values come last, and of a set; 1 where they come first.
  t.deepEqual([places[0], places[5], places[2]], [0, 64, 128]);
  t.deepEqual([limits[0], limits[64], limits[128]], [1 - 128, -128, -128]);
  t.is(limits.filter((limit) => limit === 127).length, 192 - 3);
});

test('every node that asks has a place of its own among the limits of its slot', (t) => {
  fc.assert(
    fc.property(shapes, fc.nat(), (shape, seed) => {
      const forest = randomForest({ ...shape, nan: false }, seed);
      const coding = codingOf(forest);
      fc.pre(fitsBytes(coding));
      const { limits, slots, places } = questionsOf(forest, coding);
      const asking = [...forest.feature.keys()].filter((node) => forest.feature[node] !== -1);
      const seen = new Set(asking.map((node) => places[node]));
      t.is(seen.size, asking.length);
      for (const node of asking) {
        t.is(limits[places[node]], coding.limit[node] - 128);
        t.is(slots.find(({ end }) => places[node] < end)?.slot, coding.slot[node]);
      }
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
