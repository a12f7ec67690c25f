import test from 'ava';
import { noisyCosts } from '../../../cascades/costs/index.js';
import { define, dense, logisticRegression, tune } from '../../../index.js';
import { random } from '../../../lib/stats/index.js';
import { profileOf } from '../../support/agreement.js';
import { FakeClock } from '../../support/fakeClock.js';
import { type NearFarRow, nearFarRows } from '../../support/nearFar.js';

const names = ['near', 'far'] as const;

/** Costs of 1 and 100, with such swings. */
function profileWith(swings: Readonly<Record<'near' | 'far', number>>, near = 1) {
  const profile = profileOf({ near, far: 10 });
  const [a, b] = names.map((name) => {
    const of = profile.features[name];
    return { ...of, cost: { ...of.cost, swing: swings[name] } };
  });
  return { ...profile, features: { near: a, far: b } };
}

test('a cost is noise by how much more it swings than others do, and where it may matter', (t) => {
  const noisy = (...given: Parameters<typeof profileWith>) =>
    noisyCosts(profileWith(...given), names, names, 'throughput');
  t.deepEqual(noisy({ near: 100, far: 2 }), [{ feature: 'near', factor: 50 }]);
  t.deepEqual(noisy({ near: 40, far: 40 }), [], 'a busy machine');
  t.deepEqual(noisy({ near: 3, far: 1 }), []);
  t.deepEqual(noisy({ near: 100, far: 2 }, 0.001), [], 'next to nothing at its dearest');
  t.deepEqual(noisyCosts(profileWith({ near: 100, far: 2 }), names, names, 'price'), []);
  t.deepEqual(noisyCosts(profileOf({ near: 1, far: 10 }), names, names, 'latency'), [], 'nothing is known');
});

const rows = nearFarRows(1_200, 1);

/** @param swing what a batch takes more or less than usual */
function tuneAt(swing: (of: 'near' | 'far') => number) {
  const clock = new FakeClock();
  const column = (of: 'near' | 'far', cost: number) =>
    dense(1, (some: readonly NearFarRow[]) => {
      clock.work(cost * some.length * swing(of));
      return Float32Array.from(some, (row) => row[of]);
    });
  return tune({
    features: define({ near: column('near', 1), far: column('far', 20) }),
    rows,
    labels: rows.map(({ far }) => far > 0),
    full: logisticRegression({ l2: 1 }),
    bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.1 },
    split: { folds: 2 },
    clock,
    seed: 1,
  });
}

test('a stage isn’t built on a feature whose cost swings at random, and a line says so', async (t) => {
  const draw = random('noise');
  const cascade = await tuneAt((of) => (of === 'near' && draw.uniform() < 0.5 ? 1_000 : 1));
  const { plan, certificate } = cascade;
  t.is(certificate.n, 480);
  t.true(plan.stages.every(({ features }) => !features.includes('near')));
  t.deepEqual(plan.full.features, ['near', 'far']);
  t.regex(cascade.summary().replaceAll(/\s+/g, ' '), /Left out of stages: near, whose cost is noise/);
});

test('where a busy machine makes all costs swing, no feature is left out', async (t) => {
  const draw = random('busy');
  const cascade = await tuneAt(() => (draw.uniform() < 0.5 ? 30 : 1));
  for (const name of names) t.true((cascade.profile.features[name].cost.swing ?? 0) > 10);
  t.notRegex(cascade.summary(), /is noise/);
});
