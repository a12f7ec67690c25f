import test from 'ava';
import { type PathToTest, testPath } from '../../../cascades/certification/index.js';
import type { UnitSample } from '../../../cascades/holdout/index.js';
import type { BoundSpec } from '../../../cascades/losses/index.js';
import type { Plan } from '../../../cascades/types/index.js';
import { HeldRows, Rows } from '../../../lib/data/rows/index.js';
import { classRule } from '../../../lib/learn/exits/index.js';
import { random } from '../../../lib/stats/index.js';

const N = 400;
const spec: BoundSpec = { loss: 'disagreement', epsilon: 0.01, delta: 0.05 };
/** Always 1, the surer the earlier the row: from 1 down to .5. */
const scores = Float64Array.from({ length: 2 * N }, (_, i) => {
  const least = (i >> 1) / (2 * N);
  return i % 2 === 0 ? least : 1 - least;
});
const stage = {
  features: ['a'],
  learner: 'own',
  prefix: null,
  model: { name: 'own', classes: 2, score: () => {} },
  rule: classRule({ kind: 'argmax' }),
};

/** A path of plans under which so many of the first rows leave, at these costs. */
function pathOf(...plans: readonly (readonly [exits: number, cost: number])[]): PathToTest {
  const print = ([, cost]: readonly [number, number]): Plan => ({
    classes: [0, 1],
    decision: { kind: 'argmax' },
    stages: [],
    full: { features: ['a'], reach: 1, cost: 10 },
    expected: { cost, fullCost: 10, speedup: 10 / cost },
  });
  const least = (exits: number) => 1 - (exits - 0.5) / (2 * N);
  return {
    stages: [stage],
    path: plans.map(([exits]) => [Float64Array.of(1, least(exits))]),
    plans: plans.map(print),
  };
}

/** @param wrong rows to which the full model answers 0 */
function tested(path: PathToTest, wrong: readonly number[] = [], samples?: readonly UnitSample[]) {
  const full = new Float64Array(N).fill(1);
  for (const row of wrong) full[row] = 0;
  const scored = {
    stages: [scores],
    fullScores: scores,
    full,
    digests: [],
    sizes: Float64Array.from({ length: N }, (_, row) => row),
    first: [],
  };
  const rows = {
    rows: Rows.of(new HeldRows(Array.from({ length: N }, (_, row) => row))),
    labels: undefined,
    groups: undefined,
    samples,
  };
  return testPath(path, scored, rows, spec, [0, 1], random(1));
}

const stepOf = (...given: Parameters<typeof tested>) => tested(...given).certification.step;

test('a path is walked to the first plan that fails', (t) => {
  t.is(stepOf(pathOf([100, 5], [200, 4]), [150]), 0);
  t.is(stepOf(pathOf([50, 5], [100, 4], [300, 3]), [150]), 1);
  t.is(stepOf(pathOf([100, 5], [200, 4]), [70]), -1);
});

test('the cheapest plan that passed is served, never one that failed', (t) => {
  t.is(stepOf(pathOf([50, 4], [100, 5])), 0);
  t.is(stepOf(pathOf([50, 5], [100, 4])), 1);
  // Its last plan is cheap, and fails.
  t.is(stepOf(pathOf([100, 6], [200, 1]), [150]), 0);
});

test('of several samples each must pass, and the first says what to expect', (t) => {
  // So few rows certify nothing.
  const half = { rows: Int32Array.from({ length: N / 2 }, (_, i) => 2 * i) };
  t.is(stepOf(pathOf([100, 5]), [], [{}, half]), -1);
  t.is(stepOf(pathOf([100, 5]), [], [half, {}]), -1);
  t.is(stepOf(pathOf([100, 5])), 0);
  const { sample } = tested(pathOf([100, 5]), [], [half, {}]);
  t.deepEqual(sample.sizes, Float64Array.from(half.rows));
  t.is(sample.stages[0].confidence[3], scores[2 * 6 + 1]);
  t.is(tested(pathOf([100, 5]), [], [{}, half]).sample.sizes.length, N);
});
