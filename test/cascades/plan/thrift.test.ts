import test from 'ava';
import { type Candidate, candidateOf } from '../../../cascades/chain/index.js';
import { stageCosts } from '../../../cascades/costs/index.js';
import { type Planning, planOf, thrifty, thriftyPath } from '../../../cascades/plan/index.js';
import { evenWeights } from '../../../lib/costs/index.js';
import { classRule } from '../../../lib/learn/exits/index.js';
import { stageSpec } from '../../support/plans.js';
import { perRow, profileWith } from '../../support/profile.js';

const ROWS = 1_000;
const NEVER = Number.POSITIVE_INFINITY;

/** Rows are the surer the later they come; of two classes, all are of the first. */
const sure = Float64Array.from({ length: ROWS }, (_, row) => 0.5 + (0.5 * row) / ROWS);
const stage = (features: readonly string[]): Candidate =>
  candidateOf(
    { ...stageSpec(features), rule: classRule({ kind: 'argmax' }) },
    { answers: new Float64Array(ROWS), confidence: sure, loss: new Float64Array(ROWS) },
    2,
  );
const chain = [stage(['cheap']), stage(['cheap', 'middle'])];

/** A middle stage that costs a row `middle`, beside a full model of 10. */
function planning(middle: number, fixed = 0): Planning<string, string> {
  const profile = profileWith({
    cheap: perRow(1),
    middle: perRow(middle, { fixed }),
    costly: perRow(10),
  });
  const reads = ['cheap', 'costly'];
  return {
    classes: ['a', 'b'],
    decision: { kind: 'argmax' },
    names: ['cheap', 'middle', 'costly'],
    reads,
    profile,
    objective: 'throughput',
    rows: ROWS,
    costs: (stages) => stageCosts(profile, stages, reads, 'throughput', evenWeights(ROWS), ROWS),
  };
}

/** Half of the rows leave at the first stage, and of the others those that are this sure at the second. */
const at = (second: number) => [Float64Array.of(0.75, NEVER), Float64Array.of(second, NEVER)];

test('a stage that costs more than it saves is left out', (t) => {
  // 450 of 500 rows leave there and spare 10 each: 4,500 for 500 x 2.
  t.deepEqual(thrifty(planning(2), chain, at(0.525)), at(0.525));
  // 50 leave: 500 for 1,000.
  t.deepEqual(thrifty(planning(2), chain, at(0.725)), at(NEVER));
  // What is left is the cheaper plan.
  const cost = (second: number) => planOf(planning(2), chain, at(second)).expected.cost;
  t.true(cost(NEVER) < cost(0.725));
});

test('what a batch pays once counts for the few that get there', (t) => {
  t.deepEqual(thrifty(planning(2, 1_000), chain, at(0.525)), at(0.525));
  // 4 ms a batch of 1,024 are more than the 4.5 that 450 rows of 1,000 save, with their own 1.
  t.deepEqual(thrifty(planning(2, 4_000), chain, at(0.525)), at(NEVER));
});

test('plans of a path that become alike are one', (t) => {
  t.deepEqual(thriftyPath(planning(2), chain, [at(NEVER), at(0.725), at(0.72), at(0.525)]), [
    at(NEVER),
    at(0.525),
  ]);
});
