import test from 'ava';
import { expectedCost } from '../../../cascades/costs/index.js';
import type { Plan } from '../../../index.js';
import { stageOf } from '../../support/plans.js';
import { perRow, profileWith } from '../../support/profile.js';

/** A stage over a feature that is computed here, and a full model over one that is fetched. */
const profile = profileWith(
  { near: perRow(2, { fixed: 10 }), far: perRow(40, { fixed: 1_000, wait: 0.75, price: 3 }) },
  { models: { linear: { fixed: 6, perRow: 1, perEntry: 0 } }, full: perRow(8, { fixed: 4 }) },
);

function planOf(reach: number, cost = 0): Plan {
  return {
    classes: ['no', 'yes'],
    decision: { kind: 'argmax' },
    stages: [stageOf({ features: ['near'], exits: 1 - reach, cost: 3 })],
    full: { features: ['far'], reach, cost: 0 },
    expected: { cost, fullCost: 0, speedup: 1 },
  };
}

test('by hand: work once a call, work a row, and the longest wait, apart from each other', (t) => {
  // Rows are all answered by the stage: 10 + 6 a batch of 1,024, and 2 + 1 a row.
  const early = expectedCost(profile, 'latency', planOf(0));
  t.true(Math.abs(early.row - (3 + 16 / 1_024)) < 1e-9);
  t.true(Math.abs(early.call - (16 - 16 / 1_024)) < 1e-9);
  // Whoever goes on waits for what is fetched: 3/4 of 1,040.
  t.is(early.wait, 780);
  // A quarter of the rows go on. Each pays 1/4 of 40 + 8, a batch 1/4 of 1,000 + 4; alone, a quarter of the calls pays it all.
  const late = expectedCost(profile, 'latency', planOf(0.25));
  const batch = 16 + 254;
  t.true(Math.abs(late.row - (3 + 0.25 * 18 + batch / 1_024)) < 1e-9);
  const alone = 3 + 16 + 0.25 * (18 + 254);
  t.true(Math.abs(late.call + late.row - alone) < 1e-9);
  t.is(late.wait, 780);
});

test('money is no time, and a plan for throughput knows its own rows', (t) => {
  t.deepEqual(expectedCost(profile, 'price', planOf(0.25)), expectedCost(profile, 'latency', planOf(0.25)));
  t.is(expectedCost(profile, 'throughput', planOf(0.25, 9.5)).row, 9.5);
  // Rows that are larger than the mean cost a call nothing less than nothing.
  t.is(expectedCost(profile, 'throughput', planOf(0, 1_000)).call, 0);
});
