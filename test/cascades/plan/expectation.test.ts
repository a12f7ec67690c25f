import test from 'ava';
import { candidateOf } from '../../../cascades/chain/index.js';
import { costingOf, expectedOnPath, type Planning, planOf } from '../../../cascades/plan/index.js';
import type { Profile } from '../../../lib/costs/index.js';
import { classRule } from '../../../lib/learn/exits/index.js';
import { near } from '../../support/near.js';
import { stageSpec } from '../../support/plans.js';
import { perRow, profileWith } from '../../support/profile.js';

const READS = ['cheap', 'costly'];
/** The cheap feature costs a row 1, the costly one 10, and more for rows with more numbers. */
const profile = (growth = 0, fixed = 0) =>
  profileWith({ cheap: perRow(1), costly: perRow(10, { growth, fixed }) });

const planningOn = (costs: Profile<string>, sizes: Float64Array): Planning<string, string> => ({
  ...costingOf(costs, 'throughput', READS, sizes),
  classes: ['a', 'b'],
  decision: { kind: 'argmax' },
  names: READS,
});

/** What a stage answers rows of which it is so sure: always the first class. */
const sureOf = (...confidence: number[]) => ({
  answers: new Float64Array(confidence.length),
  confidence: Float64Array.from(confidence),
});

/** Four tuning rows, all of which leave at the one stage. */
function tuned(costs: Profile<string>) {
  const evidence = { ...sureOf(0.9, 0.8, 0.9, 0.8), loss: new Float64Array(4) };
  const what = { ...stageSpec(['cheap']), rule: classRule({ kind: 'argmax' }) };
  const thresholds = [Float64Array.of(0.75, Number.POSITIVE_INFINITY)];
  return planOf(planningOn(costs, Float64Array.of(1, 1, 1, 1)), [candidateOf(what, evidence, 2)], thresholds);
}

/** The same plan, as four other rows have it, of which the last doesn't leave. */
function onOthers(costs: Profile<string>, sizes = Float64Array.of(1, 1, 1, 1)) {
  const answers = [sureOf(0.9, 0.76, 0.75, 0.7)];
  const [plan] = expectedOnPath([tuned(costs)], [[0]], costingOf(costs, 'throughput', READS, sizes), answers);
  return plan;
}

test('where rows leave, and what that costs, is counted on the rows that are given', (t) => {
  const plan = tuned(profile());
  t.deepEqual([plan.stages[0].exits, plan.full.reach, plan.expected.cost], [1, 0, 1]);
  const other = onOthers(profile());
  t.deepEqual([other.stages[0].reach, other.stages[0].exits, other.full.reach], [1, 0.75, 0.25]);
  // 1 for each row, and 10 for a quarter of them.
  near(t, other.expected.cost, 3.5, 1e-12);
  near(t, other.expected.speedup, 11 / 3.5, 1e-12);
  // Nothing else changes.
  t.deepEqual({ ...other, full: plan.full, expected: plan.expected, stages: [] }, { ...plan, stages: [] });
  t.deepEqual(other.stages[0].thresholds, plan.stages[0].thresholds);
});

test('large rows that go on cost what large rows cost', (t) => {
  // Of sizes 1, 1, 1 and 5 the last is 2.5 times the mean.
  const { full, expected } = onOthers(profile(1), Float64Array.of(1, 1, 1, 5));
  near(t, full.cost, 25, 1e-12);
  near(t, expected.cost, 1 + 25 / 4, 1e-12);
  near(t, expected.fullCost, 11, 1e-12);
});

test('the cost of a stage has its share of what a batch pays once, and stages add up to the plan', (t) => {
  // 1,024 a batch: a row of a whole batch pays 1, one of the quarter that gets there 4.
  const { stages, full, expected } = onOthers(profile(0, 1_024));
  near(t, full.cost, 10 + 4, 1e-9);
  near(t, expected.cost, stages[0].cost + full.reach * full.cost, 1e-12);
  // A row that none was seen to go with pays for the batch alone.
  near(t, tuned(profile(0, 1_024)).full.cost, 10 + 1_024, 1e-3);
});

test('without rows a plan stays as it is', (t) => {
  const plan = tuned(profile());
  const nothing = costingOf(profile(), 'throughput', READS, new Float64Array(0));
  t.is(expectedOnPath([plan], [[0]], nothing, [sureOf()])[0], plan);
});
