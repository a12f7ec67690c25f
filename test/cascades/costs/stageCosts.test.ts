import test from 'ava';
import fc from 'fast-check';
import {
  type CostedStage,
  fullCost,
  smallBatchCosts,
  stageCosts as stageCostsByRow,
  subsetCost,
} from '../../../cascades/costs/stageCosts.js';
import { type Objective, type Profile, sizeWeights } from '../../../lib/costs/index.js';
import { near } from '../../support/near.js';
import { stageSpec as stage } from '../../support/plans.js';
import { family, perRow } from '../../support/profile.js';

const ALL = ['size', 'title', 'linked'];

/** What a row of mean weight pays. */
function stageCosts(
  profile: Profile,
  stages: readonly CostedStage[],
  reads: readonly string[],
  objective: Objective,
): number[] {
  return stageCostsByRow(profile, stages, reads, objective, sizeWeights(Float64Array.of(1)), 1).map(
    ([cost]) => cost,
  );
}

test('the full pipeline pays for each feature and each transform once, and for its model', (t) => {
  t.is(fullCost(family, ALL, 'throughput'), 111_111);
  t.is(fullCost(family, ['title'], 'throughput'), 101_010);
  const { full: _, ...bare } = family;
  t.is(fullCost(bare, ALL, 'throughput'), 11_111);
});

test('a stage pays for what no earlier stage has computed, transforms included, and for its own model', (t) => {
  // Models cost 1 a row of their fixed part, .5, and .25 for each of 2, 22 and 27 numbers.
  const stages = [stage(['size']), stage(['size', 'title']), stage(ALL)];
  const costs = stageCosts(family, stages, ALL, 'throughput');
  [1 + 2, 1_010 + 7, 10_100 + 8.25, 100_000].forEach((expected, s) => {
    near(t, costs[s], expected, 1e-12);
  });
  // Without the first stages, the last pays for the page too.
  near(t, stageCosts(family, [stage(ALL)], ALL, 'throughput')[0], 11_111 + 8.25, 1e-12);
  t.deepEqual(stageCosts(family, [], ALL, 'throughput'), [111_111]);
});

test("what only the full model reads is the last stage's cost", (t) => {
  const [, last] = stageCosts(family, [stage(['title'])], ALL, 'throughput');
  near(t, last, 1 + 10_100 + 100_000, 1e-12);
});

test('a row pays for a feature by its size, as far as the cost grows with it; rows together pay the mean', (t) => {
  const { size, title, linked } = family.features;
  const grown: Profile = {
    ...family,
    features: {
      size,
      title: { ...title, cost: { ...title.cost, growth: 1 } },
      linked: { ...linked, cost: { ...linked.cost, growth: 2 } },
    },
  };
  const weights = sizeWeights(Float64Array.of(1, 2, 3));
  const stages = [stage(['size']), stage(['size', 'title'])];
  const [first, second, full] = stageCostsByRow(grown, stages, ALL, 'throughput', weights, 3);
  const [meanFirst, meanSecond, meanFull] = stageCosts(family, stages, ALL, 'throughput');
  [0, 1, 2].forEach((row) => {
    near(t, first[row], meanFirst, 1e-12);
    // Mean sizes: 2, and of the squares 14 / 3.
    near(t, second[row], meanSecond + ((row + 1) / 2 - 1) * title.cost.perRow, 1e-12);
    near(t, full[row], meanFull + (((row + 1) ** 2 * 3) / 14 - 1) * linked.cost.perRow, 1e-12);
  });
  const price = stageCostsByRow(grown, stages, ALL, 'price', weights, 3);
  t.true(price.every((costs) => costs.every((cost) => cost === costs[0])));
});

test('a subset alone costs its features, their transforms and the cheapest of the models', (t) => {
  near(t, subsetCost(family, ['size'], ['linear', 'trees'], 'throughput'), 1 + 2, 1e-12);
  near(t, subsetCost(family, ['title', 'linked'], ['linear', 'trees'], 'throughput'), 11_110 + 4, 1e-12);
  near(t, subsetCost(family, ['title', 'linked'], ['linear'], 'throughput'), 11_110 + 7.75, 1e-12);
});

test('latency takes the longest wait of what a stage looks up side by side', (t) => {
  const remote: Profile = {
    ...family,
    features: {
      user: { cost: perRow(2_000, { wait: 0.9 }), entries: 1, reads: [] },
      item: { cost: perRow(1_000, { wait: 0.8 }), entries: 1, reads: [] },
      local: { cost: perRow(50), entries: 1, reads: [] },
    },
    models: { free: { fixed: 0, perRow: 0, perEntry: 0 } },
    full: perRow(300),
  };
  const work = 200 + 200 + 50;
  near(t, fullCost(remote, ['user', 'item', 'local'], 'latency'), work + 300 + 1_800, 1e-12);
  near(t, fullCost(remote, ['user', 'item', 'local'], 'throughput'), work + 300, 1e-12);
  // Looked up one after the other, stage by stage, both waits count.
  const stages = [stage(['item'], 'free'), stage(['item', 'user'], 'free')];
  const costs = stageCosts(remote, stages, ['item', 'user', 'local'], 'latency');
  [200 + 800, 200 + 1_800, 350].forEach((expected, s) => {
    near(t, costs[s], expected, 1e-12);
  });
});

test('price counts money alone, each feature once', (t) => {
  const paid: Profile = {
    ...family,
    features: {
      free: { cost: perRow(1e6), entries: 1, reads: [] },
      bureau: { cost: perRow(1, { price: 0.1 }), entries: 1, reads: [] },
    },
    full: perRow(1, { price: 2 }),
  };
  near(t, fullCost(paid, ['free', 'bureau'], 'price'), 2.1, 1e-12);
  const stages = [stage(['free']), stage(['free', 'bureau'])];
  const costs = stageCosts(paid, stages, ['free', 'bureau'], 'price');
  [0, 0.1, 2].forEach((expected, s) => {
    near(t, costs[s], expected, 1e-12);
  });
  t.is(subsetCost(paid, ['free'], ['linear'], 'price'), 0);
});

test('rows that go through all nested stages pay for the full pipeline once, and for the models on their way', (t) => {
  const orders = fc.shuffledSubarray(ALL, { minLength: 3, maxLength: 3 });
  const objectives = fc.constantFrom<Objective>('throughput', 'latency', 'price');
  fc.assert(
    fc.property(orders, fc.subarray([1, 2, 3]), objectives, (order, lengths, objective) => {
      const stages = lengths.map((length) => stage(order.slice(0, length)));
      const costs = stageCosts(family, stages, ALL, objective);
      const models = stages.map(
        ({ features }) =>
          subsetCost(family, features, ['linear'], objective) -
          subsetCost(family, features, ['nothing'], objective),
      );
      const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);
      near(t, sum(costs), fullCost(family, ALL, objective) + sum(models), 1e-12, 1e-9);
    }),
  );
});

test('a cut of an ensemble costs what is paid to begin and its rounds; one that goes on, the rounds between', (t) => {
  const trees: Profile = {
    ...family,
    models: { ...family.models, trees: { fixed: 0, perRow: 4, perEntry: 0, opening: 0.2 } },
    opening: 0.5,
  };
  const cut = (rounds: number): CostedStage => ({ ...stage(['size'], 'trees'), prefix: { rounds, of: 100 } });
  const whole: CostedStage = { ...stage(['size'], 'trees') };
  // Of 4, .8 to begin and 3.2 for 100 rounds.
  const costs = stageCosts(trees, [cut(25), cut(50), whole], ALL, 'throughput');
  near(t, costs[0], 1 + 0.8 + 0.8, 1e-12);
  near(t, costs[1], 0.8 + 0.8, 1e-12);
  near(t, costs[2], 0.8 + 1.6, 1e-12);
  // Another target is another model, which begins anew.
  const other: CostedStage = { ...cut(50), target: 'answers', features: ['size', 'title'] };
  near(t, stageCosts(trees, [cut(25), other], ALL, 'throughput')[1], 1_010 + 0.8 + 1.6, 1e-12);
  // The full model, 100,000 of which half are paid to begin.
  const own: CostedStage = { ...stage(ALL, 'trees'), target: 'full', prefix: { rounds: 10, of: 100 } };
  const [first, rest] = stageCosts(trees, [own], ALL, 'throughput');
  near(t, first, 11_111 + 50_000 + 5_000, 1e-12);
  near(t, rest, 50_000 + 45_000, 1e-12);
});

test('exit rules and the engine cost what was measured, where they are passed', (t) => {
  const served: Profile = {
    ...family,
    exits: { calibration: { isotonic: 2 }, score: { top: 0.25 } },
    engine: { perRow: 0.5, perStage: 0.125, perEntry: 0.01 },
  };
  const kind = { calibration: 'isotonic', score: 'top' } as const;
  const stages = [
    { ...stage(['size']), rule: { kind } },
    { ...stage(['size', 'title']), rule: { kind } },
  ];
  const plain = stageCosts(family, stages, ALL, 'throughput');
  const costs = stageCosts(served, stages, ALL, 'throughput');
  // Handed on are 2 numbers, then 22.
  [2.25 + 0.5, 2.25 + 0.125 + 0.02, 0.125 + 0.22].forEach((more, s) => {
    near(t, costs[s], plain[s] + more, 1e-12);
  });
  // Without a stage a row is taken in and answered all the same.
  near(t, fullCost(served, ALL, 'throughput'), fullCost(family, ALL, 'throughput') + 0.5, 1e-12);
  near(t, stageCosts(served, stages, ALL, 'price')[0], stageCosts(family, stages, ALL, 'price')[0], 1e-12);
});

test('stages that few rows reach pay for their models what few rows take', (t) => {
  const cold: Profile = {
    ...family,
    models: {
      ...family.models,
      linear: {
        ...family.models.linear,
        batches: [
          { rows: 16, perRow: 8, perEntry: 1 },
          { rows: 1024, perRow: 0.5, perEntry: 0.25 },
        ],
      },
    },
  };
  const stages = [stage(['size']), stage(['size', 'title'])];
  const [first, second] = stageCosts(cold, stages, ALL, 'throughput');
  near(t, first, 1 + 0.5 + 2 * 0.25, 1e-12);
  near(t, second, 1_010 + 0.5 + 22 * 0.25, 1e-12);
  // 16 of 1,024 rows get to the second: 8 + 22 for each instead of 6.
  const more = smallBatchCosts(cold, stages, ALL, 'throughput', [1, 1 / 64, 0]);
  near(t, more[0], 0, 1e-12);
  near(t, more[1], 8 + 22 - 6, 1e-4);
});
