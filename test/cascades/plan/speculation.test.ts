import test from 'ava';
import { speculation } from '../../../cascades/plan/index.js';
import { FREE, type Profile } from '../../../lib/costs/index.js';
import { stageOf } from '../../support/plans.js';
import { perRow } from '../../support/profile.js';

function profileOf(costs: Profile['features'][string]['cost'][]): Profile {
  const features = Object.fromEntries(costs.map((cost, f) => [`f${f}`, { cost, entries: 1, reads: [] }]));
  return { features, transforms: {}, models: {} };
}

/** A cheap feature, then a lookup; so large a part of the rows gets to the full model, which reads both. */
function plan(reach: number) {
  return { stages: [stageOf({ features: ['f0'] })], full: { features: ['f1'], reach, cost: 0 } };
}

const lookup = perRow(500, { wait: 0.98 });
const reads = ['f0', 'f1'];

test('a lookup is begun a stage early where it hides more of the slowest rows’ wait than it costs all of them', (t) => {
  // It hides the 100 us that the first stage takes, and costs half of the rows 10 us.
  t.deepEqual(speculation(plan(0.5), reads, profileOf([perRow(100), lookup]), 'latency'), [['f1']]);
  // It hides 4 us, and costs half of them 10.
  t.deepEqual(speculation(plan(0.5), reads, profileOf([perRow(4), lookup]), 'latency'), [[]]);
  // Nearly all rows need it: only a hundredth of them pay for nothing.
  t.deepEqual(speculation(plan(0.99), reads, profileOf([perRow(4), lookup]), 'latency'), [['f1']]);
  // What the first stage waits for is hidden as well: 400 us of the longer of its waits.
  const waits = [perRow(400, { wait: 1 }), lookup];
  t.deepEqual(speculation(plan(0.02), reads, profileOf(waits), 'latency'), [['f1']]);
});

test('nothing is begun early that 99 of 100 rows never need, that costs money, that doesn’t wait, or for another objective', (t) => {
  const costs = [perRow(100), lookup];
  t.deepEqual(speculation(plan(0.01), reads, profileOf(costs), 'latency'), [[]]);
  t.deepEqual(speculation(plan(0.5), reads, profileOf([FREE, { ...lookup, price: 0.1 }]), 'latency'), [[]]);
  t.deepEqual(speculation(plan(0.5), reads, profileOf([perRow(100), perRow(500)]), 'latency'), [[]]);
  for (const objective of ['throughput', 'price'] as const)
    t.deepEqual(speculation(plan(0.5), reads, profileOf(costs), objective), [[]]);
});

test('each stage begins only what the next one adds', (t) => {
  const costs = [perRow(100), lookup, lookup, lookup];
  const chain = {
    stages: [
      stageOf({ features: ['f0'] }),
      stageOf({ features: ['f0', 'f1'], reach: 0.6 }),
      stageOf({ features: ['f0', 'f1', 'f2'], reach: 0.3 }),
    ],
    full: { features: ['f3'], reach: 0.2, cost: 0 },
  };
  t.deepEqual(speculation(chain, ['f0', 'f1', 'f2', 'f3'], profileOf(costs), 'latency'), [
    ['f1'],
    ['f2'],
    ['f3'],
  ]);
});
