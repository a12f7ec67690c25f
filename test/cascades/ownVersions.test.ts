import { join } from 'node:path';
import test from 'ava';
import {
  Cascade,
  define,
  dense,
  logisticRegression,
  type Profile,
  profile,
  tune,
  UnstableFeature,
  UsedRows,
} from '../../index.js';
import { random } from '../../lib/stats/index.js';
import { FakeClock } from '../support/fakeClock.js';
import { folderFor } from '../support/files.js';

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
function features(clock: FakeClock, fault?: 'batch' | 'changed') {
  const meanPayment = dense(
    1,
    (rows: readonly Account[], version, previous) =>
      Float32Array.from(rows, ({ payments }, row) => {
        const [from, to] = [previous ? SAMPLE : 0, version === 'sample' ? SAMPLE : ALL];
        const part = payments.slice(from, to);
        clock.work(part.length);
        // Where the code is changed, only what the sample gives is other, and not what goes on from it.
        const given = previous?.[row] ?? 0;
        const before = fault === 'changed' && previous ? 8 - given : given;
        const sum = part.reduce((all, payment) => all + payment, before * from);
        if (fault === 'changed' && version === 'sample') return 8 - sum / to;
        return fault === 'batch' && version === 'sample' ? sum / to + rows.length : sum / to;
      }),
    { versions: ['sample', 'all'], nested: fault !== 'batch' },
  );
  return define({ meanPayment });
}

const rows = accounts(800, 'tuning');

const options = (own: ReturnType<typeof features>) => ({
  features: own,
  rows,
  labels: rows.map(({ kind }) => kind),
  full: logisticRegression(),
  bound: { loss: 'disagreement', epsilon: 0.05 } as const,
  seed: 1,
});

const tuned = (clock: FakeClock, fault?: 'batch') => tune({ ...options(features(clock, fault)), clock });

const clock = new FakeClock();
const made = tuned(clock);

test('a stage reads a version of your own, and the full model pays only to go on from it', async (t) => {
  const cascade = await made;
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
  const folder = await folderFor(t);
  await cascade.save(join(folder, 'own.cascade'));
  const loaded = await Cascade.load(join(folder, 'own.cascade'), { features: features(clock) });
  t.deepEqual((await loaded.predict(later)).labels, labels);
});

test('changed code of a version alone makes a loaded cascade void, until it is certified again', async (t) => {
  const cascade = await made;
  const path = join(await folderFor(t), 'own.cascade');
  const other = features(new FakeClock(), 'changed');
  for (const reference of ['values', 'rows'] as const) {
    await cascade.save(path, { reference });
    const given = reference === 'values' ? { rows } : {};
    const same = await Cascade.load(path, { features: features(new FakeClock()), ...given });
    t.deepEqual([same.certificate.verdict, same.checked], ['certified', 32]);
    const loaded = await Cascade.load(path, { features: other, ...given });
    t.is(loaded.certificate.verdict, 'void');
    t.regex(
      loaded.certificate.reason ?? '',
      /^feature 'meanPayment@sample' gives row \d+ .*has changed \(see .*\)$/,
    );
  }
  // What certifies anew also keeps its values anew.
  const loaded = await Cascade.load(path, { features: other });
  const fresh = await loaded.certify(loaded.path, { rows: accounts(800, 'fresh'), repeats: true });
  await fresh.save(path, { reference: 'rows' });
  t.is((await Cascade.load(path, { features: other })).checked, 32);
  const back = await Cascade.load(path, { features: features(new FakeClock()) });
  t.regex(back.certificate.reason ?? '', /meanPayment@sample/);
});

test('where a feature costs otherwise, so do its version and going on from it', async (t) => {
  const cascade = await made;
  /** @param once microseconds that a batch of 1,024 rows pays at each step, for each of these rows */
  const costs = (change: object, once = 0) => {
    const { plan } = cascade.whatIf({ costs: { meanPayment: change } });
    return [...plan.stages, plan.full].map(({ cost, reach }) => Math.round(cost - once / reach));
  };
  t.deepEqual(costs({}), [SAMPLE, ALL - SAMPLE]);
  t.deepEqual(costs({ perRow: 10 * ALL }), [10 * SAMPLE, 10 * (ALL - SAMPLE)]);
  t.deepEqual(costs({ fixed: 10_240 }, 10), [SAMPLE, ALL - SAMPLE]);
  const both = cascade.whatIf({
    costs: { meanPayment: { perRow: 2 * ALL }, 'meanPayment@sample': { perRow: 3 } },
  });
  t.is(Math.round(both.profile.features.meanPayment.goingOn?.cost.perRow ?? 0), 2 * (ALL - SAMPLE));
  t.is(Math.round(both.plan.stages[0].cost), 2 * SAMPLE + 3);
});

test('a profile measures versions as tune does, which then tries them', async (t) => {
  const clock = new FakeClock();
  const labels = rows.map(({ kind }) => kind);
  const own = features(clock);
  const measured = await profile({ features: own, rows, labels, clock, seed: 1 });
  const { features: costs } = JSON.parse(JSON.stringify(measured));
  t.deepEqual(Object.keys(costs), ['meanPayment', 'meanPayment@sample']);
  t.is(Math.round(costs.meanPayment.cost.perRow), ALL);
  t.is(Math.round(costs.meanPayment.goingOn.cost.perRow), ALL - SAMPLE);
  const cascade = await tune({ ...options(own), profile: measured });
  t.deepEqual(cascade.plan.stages[0].features, ['meanPayment@sample']);
  t.is(Math.round(cascade.plan.stages[0].cost), SAMPLE);
  t.is(Math.round(cascade.plan.full.cost), ALL - SAMPLE);
  const { features: none } = await profile({ features: own, fidelities: false, rows, labels, clock });
  t.deepEqual(Object.keys(none), ['meanPayment']);
  const chance = random('told by nothing');
  const untold = await profile({ features: own, rows, labels: rows.map(() => chance.integer(2)), clock });
  t.deepEqual(Object.keys(untold.features), ['meanPayment'], 'a version that tells nothing is left out');
});

test('a version with numbers that depend on its batch is refused by name', async (t) => {
  const error = await t.throwsAsync(tuned(new FakeClock(), 'batch'), { instanceOf: UnstableFeature });
  t.is(error.feature, 'meanPayment@sample');
});

test('rows that a cascade with versions was made of are recognised, each of them', async (t) => {
  const cascade = await tuned(new FakeClock());
  // A field that no feature reads makes them others.
  const again = rows.map((row, id) => ({ ...row, id }));
  const error = await t.throwsAsync(cascade.certify(cascade.plan, { rows: again, epsilon: 0.05 }), {
    instanceOf: UsedRows,
  });
  t.is(error.rows.length, rows.length);
});

test('with its profile the plan is the same, bit for bit, also where a version between was dropped', async (t) => {
  const ends: Record<string, number> = { noise: 8, sample: 24, all: ALL };
  const tunedWith = (clock: FakeClock, profile?: Profile) =>
    tune({
      features: define({
        meanPayment: dense(
          1,
          (some: readonly Account[], version, previous) =>
            Float32Array.from(some, ({ payments }, row) => {
              const from = version === 'noise' ? 0 : version === 'sample' ? ends.noise : ends.sample;
              const part = payments.slice(from, ends[version]);
              clock.work(part.length);
              const sum = part.reduce((all, payment) => all + payment, (previous?.[row] ?? 0) * from);
              return sum / ends[version];
            }),
          { versions: ['noise', 'sample', 'all'], nested: true },
        ),
      }),
      rows: rows.map(({ kind, payments }, i) => {
        // The first payments tell nothing.
        const noise = random(`noise ${i}`);
        return { kind, payments: payments.map((payment, p) => (p < ends.noise ? noise.normal() : payment)) };
      }),
      labels: rows.map(({ kind }) => kind),
      full: logisticRegression(),
      bound: { loss: 'disagreement', epsilon: 0.05 },
      date: new Date(0),
      seed: 1,
      clock,
      ...(profile && { profile }),
    });
  const { profile, plan, certificate } = await tunedWith(new FakeClock());
  t.deepEqual(Object.keys(profile.features), ['meanPayment', 'meanPayment@sample']);
  const again = await tunedWith(new FakeClock(), JSON.parse(JSON.stringify(profile)));
  t.deepEqual(again.plan, plan);
  t.deepEqual(again.certificate, certificate);
});
