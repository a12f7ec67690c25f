import { join } from 'node:path';
import test from 'ava';
import { agreementWorld } from '../../../datasets/index.js';
import {
  Cascade,
  inspect,
  type Learner,
  MissingEvidence,
  OptionError,
  recall,
  UsedRows,
} from '../../../index.js';
import { binomialUpper } from '../../../lib/stats/index.js';
import {
  loadWorld,
  sigmoidLearner,
  trueDisagreement,
  tuneWorld,
  worldsFeatures,
  worldsFull,
} from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

/** Plans that may be served under overload, certified together with the cascade's own. */

const world = agreementWorld({ rows: 2_000, seed: 1 });
const { rows } = world;
type Tuned = Awaited<ReturnType<typeof tuneWorld>>;

/** Rows that no cascade here has seen: each test takes a seed of its own. */
const freshRows = (seed: number) => agreementWorld({ rows: 1_500, seed }).rows;

let made: Promise<Tuned> | undefined;
/** One cascade of the world, which no test changes. */
function tunedOnce(): Promise<Tuned> {
  made ??= tuneWorld(world);
  return made;
}

const promises = ({ modes }: Pick<Tuned, 'modes'>) =>
  modes.map(({ epsilon, certificate: { verdict } }) => [epsilon, verdict]);

test('modes are the plans that retune has, the cascade’s own first, and each answers by its own', async (t) => {
  const tuned = await tunedOnce();
  const cascade = tuned.withModes([0.04, 0.06]);
  t.deepEqual(promises(cascade), [
    [0.02, 'certified'],
    [0.04, 'certified'],
    [0.06, 'certified'],
  ]);
  for (const [m, { epsilon, plan, certificate }] of cascade.modes.entries()) {
    const retuned = tuned.retune({ epsilon: epsilon ?? 0 });
    t.deepEqual(plan, retuned.plan);
    t.deepEqual(certificate, retuned.certificate);
    t.is(certificate.delta, tuned.certificate.delta);
    t.regex(certificate.method, /simultaneous band/);
    const serving = cascade.inMode(m);
    t.deepEqual([serving.plan, serving.certificate], [plan, certificate]);
    t.deepEqual(await serving.predict(rows), await retuned.predict(rows));
    t.is(serving.modes.length, m === 0 ? 3 : 1);
  }
  t.deepEqual([cascade.plan, cascade.certificate], [cascade.modes[0].plan, cascade.modes[0].certificate]);
  const costs = cascade.modes.map(({ plan }) => plan.expected.cost);
  t.deepEqual(
    costs,
    costs.toSorted((a, b) => b - a),
  );
  // The cascade before stays what it was.
  t.is(tuned.modes.length, 1);
  t.regex(tuned.certificate.method, /fixed sequence/);
});

test('a mode is one cascade, and a file’s models are loaded once for all modes', async (t) => {
  const cascade = (await tunedOnce()).withModes([0.06]);
  t.is(cascade.inMode(0), cascade);
  t.is(cascade.inMode(1), cascade.inMode(1));
  const path = join(await folderFor(t), 'once.cascade');
  await cascade.save(path);
  let loads = 0;
  const counting: Learner = {
    ...sigmoidLearner,
    load: (state) => {
      loads++;
      return sigmoidLearner.load?.(state) ?? worldsFull;
    },
  };
  const loaded = await Cascade.load(path, {
    features: worldsFeatures,
    full: worldsFull,
    learners: [counting],
  });
  t.is(loaded.modes.length, 2);
  t.deepEqual(await loaded.inMode(1).predict(rows), {
    ...(await cascade.inMode(1).predict(rows)),
    unchecked: true,
  });
  t.is(loads, 1);
});

test('modes that come to one plan are one, with the smallest epsilon', async (t) => {
  const tuned = await tunedOnce();
  const near = Number((tuned.retune({ epsilon: 0.05 }).certificate.upper ?? 0).toPrecision(12)) + 1e-9;
  t.deepEqual(promises(tuned.withModes([0.05, near, 0.02, 0.05])), [
    [0.02, 'certified'],
    [near, 'certified'],
  ]);
  // Its own plan answers too where no other is cheaper.
  t.is(tuned.withModes([0.02 + 1e-12]).modes.length, 1);
});

test('where its own plan is the full model, modes may still be certified', async (t) => {
  const cascade = (await tunedOnce()).retune({ epsilon: 0.0001 }).withModes([0.05]);
  t.deepEqual(promises(cascade), [
    [0.0001, 'full-model-only'],
    [0.05, 'certified'],
  ]);
  t.is(cascade.path.length > 2, true);
  const path = join(await folderFor(t), 'full.cascade');
  await cascade.save(path);
  const loaded = await loadWorld(path);
  t.deepEqual(promises(loaded), promises(cascade));
  // The full model alone is no step to certify.
  t.deepEqual(loaded.path, [cascade.modes[1].plan]);
});

test('a file keeps modes without evidence, and what makes one void makes all void', async (t) => {
  const folder = await folderFor(t);
  const cascade = (await tunedOnce()).withModes([0.04, 0.06]);
  for (const evidence of [true, false]) {
    const path = join(folder, `${evidence}.cascade`);
    await cascade.save(path, { evidence });
    const loaded = await loadWorld(path);
    t.deepEqual(loaded.modes, cascade.modes);
    for (const m of [1, 2]) {
      t.deepEqual(await loaded.inMode(m).predict(rows), {
        ...(await cascade.inMode(m).predict(rows)),
        unchecked: true,
      });
    }
    t.deepEqual((await inspect(path)).modes, cascade.modes);
    const changed = await loadWorld(path, { ...worldsFull, fingerprint: 'another' });
    t.deepEqual(promises(changed), [
      [null, 'void'],
      [null, 'void'],
      [null, 'void'],
    ]);
    t.is((await changed.inMode(2).predict(rows)).verdict, 'void');
  }
});

test('retune keeps the modes that are more aggressive, and a plan by hand or for other costs has none', async (t) => {
  const cascade = (await tunedOnce()).withModes([0.04, 0.06]);
  t.deepEqual(
    promises(cascade.retune({ epsilon: 0.01 })).map(([epsilon]) => epsilon),
    [0.01, 0.04, 0.06],
  );
  t.deepEqual(
    promises(cascade.retune({ epsilon: 0.05 })).map(([epsilon]) => epsilon),
    [0.05, 0.06],
  );
  t.is(cascade.retune({ epsilon: 0.06 }).modes.length, 1);
  t.deepEqual(promises(cascade.explore(cascade.plan)), [[null, 'exploratory']]);
  t.deepEqual(promises(cascade.whatIf({ objective: 'latency' })), [[null, 'exploratory']]);
  t.deepEqual(cascade.inMode(1).retune({ epsilon: 0.02 }).plan, cascade.plan);
});

test('certify renews modes on fresh rows, with its own plan from their band, also from a file', async (t) => {
  const path = join(await folderFor(t), 'renewed.cascade');
  const tuned = await tunedOnce();
  await tuned.withModes([0.04, 0.06]).save(path);
  const loaded = await loadWorld(path);
  t.deepEqual(
    loaded.path,
    loaded.modes.map(({ plan }) => plan),
  );
  await t.throwsAsync(loaded.certify(loaded.path, { rows: rows.slice(0, 1_500) }), { instanceOf: UsedRows });
  const renewed = await loaded.certify(loaded.path, { rows: freshRows(2) });
  t.deepEqual(
    renewed.modes.map(({ epsilon, certificate: { n } }) => [epsilon, n]),
    [0.02, 0.04, 0.06].map((epsilon) => [epsilon, 1_500]),
  );
  t.true(renewed.modes.every(({ certificate: { method } }) => /simultaneous band/.test(method)));
  // Without modes the certificate is that of the sequence of tests.
  const alone = await tuned.certify(tuned.path, { rows: freshRows(3) });
  t.regex(alone.certificate.method, /fixed sequence/);
});

test('certify drops modes that its epsilon overtakes, and those of rows that have no band', async (t) => {
  const cascade = (await tunedOnce()).withModes([0.04, 0.06]);
  const larger = await cascade.certify(cascade.path, { rows: freshRows(4), epsilon: 0.05 });
  t.deepEqual(
    promises(larger).map(([epsilon]) => epsilon),
    [0.05, 0.06],
  );
  const fresh = freshRows(5);
  const place = new Map(fresh.map((row, i) => [row, i]));
  const grouped = await (await tunedOnce())
    .withModes([0.06])
    .certify(cascade.path, { rows: fresh, groups: (row) => place.get(row) ?? -1, epsilon: 0.1 });
  t.is(grouped.modes.length, 1);
  t.is(grouped.certificate.unit, 'groups');
});

test('epsilons named beforehand share delta evenly, for any loss and over groups', async (t) => {
  const place = new Map(rows.map((row, i) => [row, i]));
  const some = [
    { bound: { epsilon: 0.02, delta: 0.06, modes: [0.1, 0.05] } },
    { bound: { loss: recall('yes'), epsilon: 0.05, delta: 0.06, modes: [0.1, 0.2] } },
    {
      groups: (row: (typeof rows)[number]) => place.get(row) ?? -1,
      bound: { epsilon: 0.05, delta: 0.06, modes: [0.1] },
    },
  ];
  for (const options of some) {
    const cascade = await tuneWorld(world, options);
    const { epsilon, modes } = options.bound;
    t.deepEqual(promises(cascade), [
      [epsilon, 'certified'],
      ...modes.toSorted().map((other) => [other, 'certified']),
    ]);
    for (const { certificate } of cascade.modes)
      t.deepEqual([certificate.delta, certificate.jointDelta], [0.06, 0.06]);
    const { certificate } = cascade;
    // Its own certificate is that of its test, at its share.
    if (certificate.unit === 'rows' && certificate.loss !== 'disagreement') {
      const share = 0.06 / (1 + modes.length);
      t.true(binomialUpper(certificate.lost, certificate.n, share) <= epsilon);
    }
  }
});

test('epsilons of bound.also are modes by default, and a band needs them named', async (t) => {
  const bound = { loss: recall('yes'), epsilon: 0.05, delta: 0.06, also: [0.02, 0.1] };
  const cascade = (await tuneWorld(world, { bound })).withModes();
  t.deepEqual(promises(cascade), [
    [0.05, 'certified'],
    [0.1, 'certified'],
  ]);
  t.deepEqual(
    promises(cascade.retune({ epsilon: 0.02 }).withModes()).map(([epsilon]) => epsilon),
    [0.02, 0.05, 0.1],
  );
  const banded = await tunedOnce();
  for (const epsilons of [undefined, []]) {
    t.throws(() => banded.withModes(epsilons), {
      instanceOf: OptionError,
      message: /'epsilons'.*above 0.02/,
    });
  }
});

test('epsilons out of range, and modes that there aren’t, are refused by name', async (t) => {
  const tuned = await tunedOnce();
  for (const epsilon of [0, 1, Number.NaN, 0.01]) {
    t.throws(() => tuned.withModes([0.05, epsilon]), { instanceOf: OptionError, message: /epsilons\[1\]/ });
  }
  t.throws(() => tuned.withModes([0.01]), { message: /retune\({ epsilon: 0.01 }\) first/ });
  const cascade = tuned.withModes([0.05]);
  for (const mode of [-1, 0.5, 2, Number.NaN]) {
    t.throws(() => cascade.inMode(mode), { instanceOf: OptionError, message: /'mode'/ });
  }
  const refused = (bound: object, message: RegExp) =>
    t.throwsAsync(tuneWorld(world, { bound: { epsilon: 0.02, ...bound } }), {
      instanceOf: OptionError,
      message,
    });
  await refused({ modes: [] }, /bound.modes/);
  await refused({ modes: [0.05, 0.02] }, /bound.modes\[1\].*own epsilon/);
  await refused({ modes: [0.05, 0.05] }, /bound.modes\[1\].*already/);
  await refused({ modes: [0.05, 1] }, /bound.modes\[1\]/);
  await refused({ loss: recall('yes'), modes: [0.05], also: [0.1] }, /bound.modes.*one of the two/);
});

test('however modes are chosen, all answers together lose at most the largest epsilon, or the sum of named ones', async (t) => {
  const cascade = (await tunedOnce()).withModes([0.04, 0.06]);
  t.deepEqual(cascade.anyChoice(), cascade.modes[2].certificate);
  t.is((await tunedOnce()).anyChoice(), (await tunedOnce()).certificate);
  const path = join(await folderFor(t), 'any.cascade');
  await cascade.save(path);
  t.deepEqual((await loadWorld(path)).anyChoice(), cascade.anyChoice());
  const bound = { loss: recall('yes'), epsilon: 0.05, delta: 0.06, modes: [0.1] };
  t.is((await tuneWorld(world, { bound })).anyChoice().epsilon, 0.15);
  const signed = await tuneWorld(world, {
    labels: rows.map(({ costly }) => (costly > 0 ? 'yes' : 'no')),
    bound: { loss: 'accuracy', epsilon: 0.02, modes: [0.06] },
  });
  t.is(signed.modes.length, 2);
  t.throws(() => signed.anyChoice(), { instanceOf: OptionError, message: /'modes'.*accuracy.*withModes/ });
  // Each row by the mode that loses it, where there is one.
  const fresh = freshRows(8);
  const full = await cascade.full.predict(fresh);
  const answers = await Promise.all([0, 1, 2].map((m) => cascade.inMode(m).predict(fresh)));
  const lost = fresh.filter((_, row) => answers.some(({ labels }) => labels[row] !== full.labels[row]));
  t.true(lost.length / fresh.length <= cascade.anyChoice().epsilon);
});

test('without limits that hold together there are no modes', async (t) => {
  const half = { name: 'half', loss: (answer: unknown, full: unknown) => Number(answer !== full) / 2 };
  const all = [
    { loss: 'disagreement', epsilon: 0.05 },
    { loss: half, epsilon: 0.05 },
  ] as const;
  const several = await tuneWorld(world, { bound: { delta: 0.05, all } });
  const other = await tuneWorld(world, { bound: { loss: half, epsilon: 0.02 } });
  const grouped = await tuneWorld(world, { groups: ({ cheap }) => `${cheap}`, bound: { epsilon: 0.05 } });
  for (const cascade of [several, other, grouped]) {
    t.throws(() => cascade.withModes([0.06]), {
      instanceOf: MissingEvidence,
      message: /withModes.*bound.modes/,
    });
    t.is(cascade.modes.length, 1);
  }
  const few = agreementWorld({ rows: 60, seed: 1 });
  const untested = await tuneWorld(few, { allowVacuous: true });
  t.throws(() => untested.withModes([0.06]), { instanceOf: MissingEvidence, message: /none was tested/ });
  // Named beforehand they cost nothing but modes: the certificate says what was missing.
  const named = await tuneWorld(few, { allowVacuous: true, bound: { epsilon: 0.02, modes: [0.05] } });
  t.deepEqual(promises(named), [[0.02, 'full-model-only']]);
  t.regex(named.certificate.reason ?? '', /too few/);
});

test('each mode is audited apart: at its own epsilon, with a state of its own', async (t) => {
  const cascade = (await tunedOnce()).withModes([0.06]);
  const options = { rate: 1, alpha: 0.01, exits: false, seed: 1 } as const;
  const fresh = freshRows(6);
  const audits = [0, 1].map((m) => cascade.inMode(m).audit(options));
  for (const audit of audits) await audit.predict(fresh);
  t.deepEqual(
    audits.map(({ certificate: { epsilon }, state }) => [epsilon, state.promises[0].epsilon]),
    [
      [0.02, 0.02],
      [0.06, 0.06],
    ],
  );
  t.true(audits[1].state.differed > audits[0].state.differed);
  t.throws(() => cascade.audit({ ...options, state: audits[1].state }), { message: /another certificate/ });
  // A mode whose answers break its own promise is void, and the other one isn't.
  const [sound, broken] = [0, 1].map((m) => cascade.inMode(m).audit(options));
  await broken.predict(fresh.map((row) => ({ ...row, costly: -row.cheap })));
  await sound.predict(fresh);
  t.deepEqual([sound.uncertified, broken.uncertified], [null, 'drift']);
  t.is(cascade.inMode(1).certificate.verdict, 'certified');
});

test('each mode has a line in the summary, the report and an inspection', async (t) => {
  const cascade = (await tunedOnce()).withModes([0.04, 0.06]);
  const flat = (text: string) => text.replaceAll(/\s+/g, ' ');
  const path = join(await folderFor(t), 'noted.cascade');
  await cascade.save(path);
  for (const text of [cascade.summary(), await cascade.report(), (await inspect(path)).summary()]) {
    t.regex(flat(text), /Mode 1, for overload: .* is at most 4 %; expected speedup [\d.]+\./);
    t.regex(flat(text), /Mode 2, for overload: .* is at most 6 %; expected speedup [\d.]+\./);
    t.regex(flat(text), /plan and of its modes hold together with 95 % confidence/);
  }
  t.notRegex((await tunedOnce()).summary(), /overload/);
});

test('modes keep their promises: what is truly lost is within each epsilon', async (t) => {
  const cascade = (await tunedOnce()).withModes([0.03, 0.04, 0.06]);
  for (const { epsilon, plan } of cascade.modes) t.true(trueDisagreement(world, plan) <= (epsilon ?? 0));
  t.true(Object.isFrozen(cascade.modes[1].certificate));
});
