import test from 'ava';
import fc from 'fast-check';
import {
  atLeast,
  bestOf,
  depthOf,
  kept,
  scoreFloor,
  type TopKCut,
  thresholdOf,
  widened,
} from '../../../topk/cuts/cut.js';
import type { StoppingRule } from '../../../topk/cuts/stoppingRule.js';

const scores = Float64Array.of(0.9, 0.1, 0.8, 0.5, 0.7, 0.5, 0.3);

test('a ratio keeps so many times K of the best, and what ties with the last', (t) => {
  t.deepEqual([...kept({ kind: 'ratio', keep: 1.5 }, scores, 2, 7)], [0, 2, 4]);
  t.deepEqual([...kept({ kind: 'ratio', keep: 2 }, scores, 2, 7)], [0, 2, 3, 4, 5]);
  t.deepEqual([...kept({ kind: 'ratio', keep: 0.1 }, scores, 2, 7)], [0, 2], 'never fewer than K');
  t.deepEqual([...kept({ kind: 'ratio', keep: 100 }, scores, 2, 7)], [0, 1, 2, 3, 4, 5, 6]);
});

test('a margin keeps what is within it of the K-th best', (t) => {
  t.deepEqual([...kept({ kind: 'margin', margin: 0.35 }, scores, 2, 7)], [0, 2, 3, 4, 5]);
  t.deepEqual([...kept({ kind: 'margin', margin: 0 }, scores, 3, 7)], [0, 2, 4]);
});

test('a rule keeps as many as it expects the query to need, within what it has seen', (t) => {
  const rule: StoppingRule = {
    weights: [0, 0, 0, 0, 0, 0, 0],
    intercept: Math.log(1.5),
    least: 1,
    most: 2,
    spread: 0.15,
    depth: 4,
    classes: {},
  };
  t.deepEqual([...kept({ kind: 'learned', factor: 1, rule }, scores, 2, 7)], [0, 2, 4]);
  // Of a class that needs a quarter less.
  const classes = { 5: Math.log(0.75) };
  t.is(kept({ kind: 'learned', factor: 1, rule: { ...rule, classes } }, scores, 2, 7, 4).length, 3);
  t.is(
    kept({ kind: 'learned', factor: 1, rule: { ...rule, intercept: 0, classes } }, scores, 2, 7, 5).length,
    2,
  );
  const byCrowd = { ...rule, weights: [0, 0, 1, 0, 0, 0, 0], intercept: 0 };
  // Within 0.15 of the second best there is one more: 3 of K = 2.
  t.deepEqual([...kept({ kind: 'learned', factor: 1, rule: byCrowd }, scores, 2, 7)], [0, 2, 4]);
  t.deepEqual(
    [...kept({ kind: 'learned', factor: 1, rule: { ...rule, intercept: 9 } }, scores, 2, 7)],
    [0, 2, 3, 4, 5],
  );
  t.deepEqual(
    [...kept({ kind: 'learned', factor: 1, rule: { ...rule, intercept: -9 } }, scores, 2, 7)],
    [0, 2],
  );
});

test('scores that are all equal cut nothing, NaN is never cut, and K or fewer are all kept', (t) => {
  const cut: TopKCut = { kind: 'ratio', keep: 1 };
  t.is(kept(cut, new Float64Array(9).fill(0.5), 2, 9).length, 9);
  t.deepEqual([...kept(cut, Float64Array.of(Number.NaN, 1, 2, 3), 1, 4)], [0, 3]);
  t.deepEqual([...kept(cut, Float64Array.of(1, 2), 2, 2)], [0, 1]);
  t.is(kept(cut, new Float64Array(5).fill(Number.NaN), 2, 5).length, 5);
});

const rule = fc.record({
  weights: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 }),
  intercept: fc.double({ min: -1, max: 2, noNaN: true }),
  least: fc.double({ min: 0.5, max: 1, noNaN: true }),
  most: fc.double({ min: 1, max: 6, noNaN: true }),
  spread: fc.double({ min: 0.01, max: 1, noNaN: true }),
  depth: fc.integer({ min: 2, max: 5 }),
  classes: fc.constant({}),
});
export const anyCut: fc.Arbitrary<TopKCut> = fc.oneof(
  fc.record({ kind: fc.constant('ratio' as const), keep: fc.double({ min: 0.1, max: 5, noNaN: true }) }),
  fc.record({ kind: fc.constant('margin' as const), margin: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    kind: fc.constant('learned' as const),
    factor: fc.double({ min: 0.1, max: 4, noNaN: true }),
    rule,
  }),
);
const someScores = fc
  .array(fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(0.5, Number.NaN)), {
    minLength: 1,
    maxLength: 60,
  })
  .map((values) => Float64Array.from(values));

test('what is told from the best scores alone is what is told from all', (t) => {
  fc.assert(
    fc.property(anyCut, someScores, fc.integer({ min: 1, max: 8 }), (cut, all, k) => {
      const threshold = thresholdOf(cut, bestOf(all, depthOf(cut, k)), k, all.length);
      t.deepEqual(atLeast(all, threshold), kept(cut, all, k, all.length));
      t.deepEqual(
        atLeast(all, thresholdOf(cut, bestOf(all, all.length), k, all.length)),
        kept(cut, all, k, all.length),
      );
      t.true(kept(cut, all, k, all.length).length >= Math.min(k, all.length));
    }),
  );
});

test('the floor of some of the scores is never above the threshold of all', (t) => {
  fc.assert(
    fc.property(anyCut, someScores, fc.integer({ min: 1, max: 8 }), fc.nat(60), (cut, all, k, some) => {
      const floor = scoreFloor(cut, bestOf(all.slice(0, some), depthOf(cut, k)), k);
      t.true(floor <= thresholdOf(cut, bestOf(all, depthOf(cut, k)), k, all.length));
    }),
  );
});

test('a wider cut keeps no less', (t) => {
  fc.assert(
    fc.property(anyCut, someScores, fc.double({ min: 1, max: 9, noNaN: true }), (cut, all, times) => {
      const [narrow, wide] = [cut, widened(cut, times)].map((each) => kept(each, all, 3, all.length).length);
      t.true(wide >= narrow);
    }),
  );
});
