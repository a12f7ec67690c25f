import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Cascade, define, dense, logisticRegression, tune, UnstableFeature } from '../../index.js';
import { random } from '../../lib/stats/index.js';
import { FakeClock } from '../support/fakeClock.js';

interface Account {
  readonly payments: readonly number[];
  readonly kind: 'saves' | 'spends';
}

const [SAMPLE, ALL] = [8, 64];

/** Means apart by class: eight payments tell most accounts. */
function accounts(count: number, seed: string): Account[] {
  const draw = random(seed);
  return Array.from({ length: count }, () => {
    const kind = draw.uniform() < 0.5 ? 'saves' : 'spends';
    const mean = kind === 'saves' ? 3.5 : 4.5;
    return { kind, payments: Array.from({ length: ALL }, () => mean + draw.normal()) };
  });
}

/** The mean of an account's payments, going on from those of the sample; each takes a microsecond to read. */
function features(clock: FakeClock, fault?: 'not nested' | 'batch') {
  const meanPayment = dense(
    1,
    (rows: readonly Account[], version, previous) =>
      Float32Array.from(rows, ({ payments }, row) => {
        const [from, to] = [previous ? SAMPLE : 0, version === 'sample' ? SAMPLE : ALL];
        const part = payments.slice(from, to);
        clock.work(part.length);
        const sum = part.reduce((all, payment) => all + payment, (previous?.[row] ?? 0) * from);
        if (fault === 'not nested' && previous) return sum / (to - from);
        return fault === 'batch' && version === 'sample' ? sum / to + rows.length : sum / to;
      }),
    { versions: ['sample', 'all'], nested: fault !== 'batch' },
  );
  return define({ meanPayment });
}

const rows = accounts(800, 'tuning');

const tuned = (clock: FakeClock, fault?: 'not nested' | 'batch') =>
  tune({
    features: features(clock, fault),
    rows,
    labels: rows.map(({ kind }) => kind),
    full: logisticRegression(),
    bound: { loss: 'disagreement', epsilon: 0.05 },
    clock,
    seed: 1,
  });

test('a stage reads a version of your own, and the full model pays only to go on from it', async (t) => {
  const clock = new FakeClock();
  const cascade = await tuned(clock);
  const { stages, full } = cascade.plan;
  t.deepEqual(
    stages.map((stage) => stage.features),
    [['meanPayment@sample']],
  );
  t.deepEqual(full.features, ['meanPayment']);
  t.is(Math.round(stages[0].cost), SAMPLE);
  t.is(Math.round(full.cost), ALL - SAMPLE);
  const later = accounts(200, 'later');
  const before = clock.now();
  const { labels, exits } = await cascade.predict(later);
  const early = exits.filter((stage) => stage === 0).length;
  t.true(early > 50 && early < 200, String(early));
  // In milliseconds: the sample of each account, and the rest of those that stay.
  t.is(Math.round(1_000 * (clock.now() - before)), SAMPLE * 200 + (ALL - SAMPLE) * (200 - early));
  const folder = await mkdtemp(join(tmpdir(), 'spillway-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await cascade.save(join(folder, 'own.cascade'));
  const loaded = await Cascade.load(join(folder, 'own.cascade'), { features: features(clock) });
  t.deepEqual((await loaded.predict(later)).labels, labels);
});

for (const fault of ['not nested', 'batch'] as const) {
  test(`a version with a fault (${fault}) is refused by name`, async (t) => {
    const error = await t.throwsAsync(tuned(new FakeClock(), fault), { instanceOf: UnstableFeature });
    t.is(error.feature, fault === 'batch' ? 'meanPayment@sample' : 'meanPayment');
  });
}
