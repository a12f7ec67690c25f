import test from 'ava';
import fc from 'fast-check';
import { type CutStep, decision, membership, type NodeDecision } from '../../exchange/decision.js';
import { ForestBuilder } from '../../exchange/forestBuilder.js';
import { denseBlock } from '../../lib/data/blocks/index.js';
import { runForest } from '../../lib/learn/kernels/index.js';
import { below } from '../../lib/util/floats.js';

/** Which way each number goes at a node, as a forest of that node alone runs it. */
function ways(made: NodeDecision, numbers: readonly number[]): boolean[] {
  const builder = new ForestBuilder('one', 1, Float64Array.of(0));
  const tree = {
    nodes: 3,
    isLeaf: (node: number) => node > 0,
    left: () => 1,
    right: () => 2,
    column: () => 0,
    decision: () => made,
    value: (node: number) => node,
  };
  builder.add(tree, 0);
  const out = new Float64Array(numbers.length);
  runForest(builder.forest(), [denseBlock(numbers.length, 1, Float32Array.from(numbers))], out);
  return [...out].map((leaf) => leaf === 1);
}

test('intervals are worked out by hand', (t) => {
  const steps: CutStep[] = [
    [-1, true],
    [2, false],
    [2, true],
    [5, true],
  ];
  const made = decision(steps, false, true);
  t.deepEqual(made, { cuts: [-1, 2, 5], left: [true, false, true, false], missingLeft: true });
  t.deepEqual(ways(made, [-2, -1, 0, 2, 3, 5, 6, Number.NaN]), [
    true,
    true,
    false,
    false,
    true,
    true,
    false,
    true,
  ]);
});

test('steps to one side make no cut', (t) => {
  t.deepEqual(
    decision(
      [
        [1, true],
        [2, true],
      ],
      true,
      false,
    ),
    { cuts: [], left: [true], missingLeft: false },
  );
  const all = decision([[Number.NaN, true]], false, true);
  t.deepEqual(all.cuts, []);
  t.deepEqual(ways(all, [0, Number.POSITIVE_INFINITY, Number.NaN]), [false, false, true]);
});

test('numbers go the way of their interval, whatever the cuts', (t) => {
  const steps = fc.array(
    fc.tuple(fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constant(Number.NaN)), fc.boolean()),
  );
  const numbers = [-9, -4, -3.5, -3, -2, -1.5, -1, 0, 0.5, 1, 2, 2.5, 3, 4, 9];
  fc.assert(
    fc.property(steps, fc.boolean(), fc.boolean(), (given, beyond, missingLeft) => {
      const sideOf = (x: number) => {
        let last = Number.NEGATIVE_INFINITY;
        for (const [upTo, left] of given) {
          if (!(upTo > last)) continue;
          last = upTo;
          if (x <= upTo) return left;
        }
        return beyond;
      };
      t.deepEqual(ways(decision(given, beyond, missingLeft), [...numbers, Number.NaN]), [
        ...numbers.map(sideOf),
        missingLeft,
      ]);
    }),
  );
});

test('categories are those that the numbers are cut down to', (t) => {
  const sets = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 });
  const numbers = [-2, -0.5, 0, 0.5, ...Array.from({ length: 42 }, (_, i) => i), 7.9, 41.5, 1e9];
  fc.assert(
    fc.property(sets, fc.boolean(), fc.boolean(), (set, inside, missingLeft) => {
      const held = new Set(set);
      const expected = numbers.map((x) => (x >= 0 && held.has(Math.trunc(x)) ? inside : !inside));
      const made = membership(set, inside, missingLeft);
      t.deepEqual(ways(made, [...numbers, Number.NaN]), [...expected, missingLeft]);
    }),
  );
  t.deepEqual(ways(membership([0], true, false, below, -1), [-1, -0.5, 0, 0.5, 1]), [
    false,
    true,
    true,
    true,
    false,
  ]);
  // Beyond 2^24 not every whole number is a Float32.
  t.deepEqual(ways(membership([2 ** 24, 2 ** 24 + 1], true, false), [2 ** 24 - 1, 2 ** 24, 2 ** 24 + 2]), [
    false,
    true,
    false,
  ]);
});
