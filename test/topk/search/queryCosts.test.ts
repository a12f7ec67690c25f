import test from 'ava';
import type { Profile } from '../../../lib/costs/index.js';
import { type CostedRankStage, queryCosts } from '../../../topk/search/queryCosts.js';
import { near } from '../../support/near.js';
import { stageSpec } from '../../support/plans.js';
import { perRow, profileWith } from '../../support/profile.js';

/** A lookup that costs a batch 1,000 and a row 2; a cheap feature; models of 3 a row, and of 5 a row in full. */
const profile = profileWith(
  { cheap: perRow(1), remote: perRow(2, { fixed: 1_000 }) },
  { models: { linear: { fixed: 0, perRow: 3, perEntry: 0 } }, full: perRow(5) },
);
const READS = ['cheap', 'remote'];
const costsFor = (candidates: number, outputs = 2) =>
  queryCosts(profile, READS, 'throughput', candidates, outputs);

const stage = (
  features: readonly string[],
  output: CostedRankStage['output'] = 'scores',
): CostedRankStage => ({ ...stageSpec(features), output });

test('what is paid once a batch is paid once a query, however few its candidates are', (t) => {
  // 1 + 2 + 5 a candidate, and 1,000 for all 50; of 1,024 and more for each batch.
  near(t, costsFor(50).full, 8 + 20, 1e-12);
  near(t, costsFor(1_024).full, 8 + 1_000 / 1_024, 1e-12);
  near(t, costsFor(50_000).full, 8 + (49 * 1_000) / 50_000, 1e-12);
  near(t, costsFor(1_100).full, 8 + (2 * 1_000) / 1_100, 1e-12);
  near(t, costsFor(50).subset(['remote'], ['linear']), 2 + 3 + 20, 1e-12);
});

test('a stage that few reach still pays it; of many candidates only as many batches as they fill', (t) => {
  const stages = [stage(['cheap'])];
  const [first, full] = costsFor(50).stages(stages, [1, 0.2]);
  near(t, first, 1 + 3, 1e-12);
  near(t, full, 0.2 * (2 + 5) + 20, 1e-12);
  // A tenth of 50,000 fill four batches and begin a fifth; a thousandth, one.
  near(t, costsFor(50_000).stages(stages, [1, 0.1])[1], 0.7 + 5 * (1_000 / 50_000), 1e-12);
  near(t, costsFor(50_000).stages(stages, [1, 0.001])[1], 0.007 + 1_000 / 50_000, 1e-12);
});

test('asked for one margin of many, a model costs that part', (t) => {
  near(t, costsFor(50, 26).stages([stage(['cheap'], 'margin')], [1, 1])[0], 1 + 3 / 26, 1e-12);
  near(t, costsFor(50, 26).stages([stage(['cheap'])], [1, 1])[0], 1 + 3, 1e-12);
});

test('of what rises for the best candidates, those that get to a stage pay more than the mean', (t) => {
  const popular: Profile = {
    ...profile,
    features: {
      ...profile.features,
      remote: { ...profile.features.remote, cost: { ...profile.features.remote.cost, rise: 0.5 } },
    },
  };
  const costs = queryCosts(popular, READS, 'throughput', 50, 2);
  // A quarter is left: each of them twice the mean.
  near(t, costs.stages([stage(['cheap'])], [1, 0.25])[1], 0.25 * (2 * 2 + 5) + 20, 1e-12);
  t.is(costs.full, costsFor(50).full);
  t.is(costs.stages([stage(['cheap'])], [1, 0])[1], 0);
});

test('a margin that was measured costs what it took', (t) => {
  const measured: Profile = {
    ...profile,
    models: { ...profile.models, 'linear, margins': { fixed: 0, perRow: 0.5, perEntry: 0 } },
  };
  const costs = queryCosts(measured, READS, 'throughput', 50, 26);
  near(t, costs.stages([stage(['cheap'], 'margin')], [1, 1])[0], 1 + 0.5, 1e-12);
});
