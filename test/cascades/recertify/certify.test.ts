import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import { partsOf } from '../../../bench/harness/parts.js';
import { type AgreementRow, agreementWorld, type GroupedRow, groupedWorld } from '../../../datasets/index.js';
import {
  Cascade,
  DataError,
  define,
  dense,
  OptionError,
  type Plan,
  recall,
  tune,
  UsedRows,
} from '../../../index.js';
import { binomialCdf } from '../../../lib/stats/index.js';
import {
  loadWorld,
  sigmoidLearner,
  trueDisagreement,
  tuneWorld,
  worldsFeatures,
  worldsFull,
  worldsProfile,
} from '../../support/agreement.js';
import { atLength } from '../../support/atLength.js';
import { folderFor } from '../../support/files.js';

const world = agreementWorld({ rows: 2_000, seed: 1 });
/** What no test of it changes; one that certifies it tunes its own: rows certify once. */
const tuned = tuneWorld(world);
const fresh = agreementWorld({ rows: 1_500, seed: 78 }).rows;

/** The plan with all thresholds moved to the same probability. */
function moved<P extends Plan>(plan: P, threshold: number): P {
  return { ...plan, stages: plan.stages.map((stage) => ({ ...stage, thresholds: [threshold, threshold] })) };
}

test('a path is tested on fresh rows, and the cheapest plan that passes is served as it is', async (t) => {
  const cascade = await tuneWorld(world);
  const again = await cascade.certify(cascade.path, { rows: fresh, epsilon: 0.03, delta: 0.01 });
  const { verdict, n, epsilon, delta, loss, observed, upper } = again.certificate;
  t.deepEqual([verdict, n, epsilon, delta, loss], ['certified', fresh.length, 0.03, 0.01, 'disagreement']);
  t.is(observed.rows, fresh.length);
  t.not(
    partsOf(again).restsOn,
    partsOf(cascade).restsOn,
    'an alarm about the rows before is none about these',
  );
  t.true(upper !== null && upper <= 0.03);
  const stagesOf = ({ stages }: typeof again.plan) =>
    stages.map(({ features, thresholds }) => [features, thresholds]);
  t.true(cascade.path.some((plan) => isDeepStrictEqual(stagesOf(plan), stagesOf(again.plan))));
  const full = await again.full.predict(fresh);
  const { labels, exits } = await again.predict(fresh);
  // Where rows leave is counted on the rows of the certificate.
  const at = (stage: number) => exits.filter((exit) => exit === stage).length / fresh.length;
  t.deepEqual([again.plan.stages[0].exits, again.plan.full.reach], [at(0), at(1)]);
  t.deepEqual(
    again.path.find(({ expected }) => expected.cost === again.plan.expected.cost),
    again.plan,
  );
  t.is(labels.filter((label, row) => label !== full.labels[row]).length, observed.changed);
  t.true(again.frontier.length > 0);
  t.is(again.retune({ epsilon: 0.05 }).certificate.n, fresh.length);
});

test('rows that made or tested the cascade are refused, and named, also from a file and after certifying', async (t) => {
  const path = join(await folderFor(t), 'used.cascade');
  const cascade = await tuneWorld(world);
  await cascade.save(path);
  const loaded = await loadWorld(path);
  const mixed = [...fresh.slice(0, 700), world.rows[17], ...fresh.slice(700), world.rows[1_900]];
  for (const from of [cascade, loaded]) {
    const error = await t.throwsAsync(from.certify(from.plan, { rows: mixed }), { instanceOf: UsedRows });
    t.deepEqual([...(error?.rows ?? [])], [700, 1_501]);
    t.regex(error?.message ?? '', /2 of 1502 rows \(rows 700, 1501\) were used/);
  }
  const again = await cascade.certify(cascade.plan, { rows: fresh });
  await t.throwsAsync(again.certify(again.plan, { rows: fresh }), { instanceOf: UsedRows });
});

test('of copies all that equal a used row are named, so that the others can be certified', async (t) => {
  const cascade = await tuneWorld(world);
  const used = world.rows[17];
  // Of each set of copies one is tested, so positions among the tested rows would be others.
  const mixed = [...fresh, fresh[3], used, fresh[4], used];
  const error = await t.throwsAsync(cascade.certify(cascade.plan, { rows: mixed, repeats: 'copies' }), {
    instanceOf: UsedRows,
  });
  t.deepEqual([...(error?.rows ?? [])], [fresh.length + 1, fresh.length + 3]);
  // Other contents, but used ones in every feature.
  const alike = { ...used, note: 'read by no feature' };
  const others = [fresh[3], ...fresh, alike, fresh[4], alike];
  const late = await t.throwsAsync(cascade.certify(cascade.plan, { rows: others, repeats: 'copies' }), {
    instanceOf: UsedRows,
  });
  t.deepEqual([...(late?.rows ?? [])], [fresh.length + 1, fresh.length + 3]);
  const left = mixed.filter((row) => row !== used);
  const { certificate } = await cascade.certify(cascade.plan, { rows: left, repeats: 'copies' });
  t.is(certificate.n, fresh.length);
});

test('a plan moved by hand is certified, or the full model answers and the certificate says why', async (t) => {
  const cascade = await tuneWorld(world);
  const conservative = await cascade.certify(moved(cascade.plan, 0.97), { rows: fresh });
  t.is(conservative.certificate.verdict, 'certified');
  t.deepEqual(conservative.plan.stages[0].thresholds, [0.97, 0.97]);
  const others = agreementWorld({ rows: 1_500, seed: 79 }).rows;
  const reckless = await cascade.certify(moved(cascade.plan, 0.5), { rows: others });
  t.is(reckless.certificate.verdict, 'full-model-only');
  t.regex(reckless.certificate.reason ?? '', /most conservative plan on the path lost too much/);
  t.true(reckless.certificate.observed.changed === 0);
  t.true((await reckless.predict(fresh)).exits.every((exit) => exit === 0));
});

test('a plan pinned by hand answers, and promises nothing until it is certified', async (t) => {
  const cascade = await tuned;
  const pinned = cascade.explore(moved(cascade.plan, 0.9));
  t.is(pinned.certificate.verdict, 'exploratory');
  t.regex(pinned.certificate.reason ?? '', /by hand/);
  const { verdict, exits } = await pinned.predict(fresh);
  t.is(verdict, 'exploratory');
  const certain = fresh.map(({ cheap }) => 1 / (1 + Math.exp(-Math.abs(cheap))) >= 0.9);
  t.deepEqual(
    [...exits].map((exit) => exit === 0),
    certain,
  );
  t.is((await cascade.predict(fresh)).verdict, 'certified');
  const foreign = { ...cascade.plan, stages: [{ ...cascade.plan.stages[0], features: ['costly' as const] }] };
  t.throws(() => cascade.explore(foreign), { instanceOf: OptionError });
});

test('what became void is certified again', async (t) => {
  const path = join(await folderFor(t), 'void.cascade');
  await (await tuned).save(path);
  const changed = await loadWorld(path, { ...worldsFull, fingerprint: 'another' });
  t.is(changed.certificate.verdict, 'void');
  t.is((await changed.certify(changed.plan, { rows: fresh })).certificate.verdict, 'certified');
});

test('bad input is refused by name', async (t) => {
  const cascade = await tuned;
  const { plan } = cascade;
  await t.throwsAsync(cascade.certify(plan, { rows: fresh, epsilon: 0 }), {
    instanceOf: OptionError,
    message: /certify.epsilon/,
  });
  for (const rows of [20, 148]) {
    await t.throwsAsync(cascade.certify(plan, { rows: fresh.slice(0, rows) }), {
      instanceOf: DataError,
      message: new RegExp(`${rows} rows, where even without a single loss 149 are needed`),
    });
  }
  const foreign = { ...plan, stages: [{ ...plan.stages[0], features: ['costly' as const] }] };
  await t.throwsAsync(cascade.certify(foreign, { rows: fresh }), {
    instanceOf: OptionError,
    message: /costly/,
  });
});

test('a new certificate holds but for delta of the trials', async (t) => {
  const trials = atLength(30, 150);
  const cascade = await tuneWorld(world);
  let broken = 0;
  for (let seed = 0; seed < trials; seed++) {
    const { rows } = agreementWorld({ rows: 400, seed: 1_000 + seed });
    const { certificate, plan } = await cascade.certify(cascade.path, {
      rows,
      epsilon: 0.02,
      delta: 0.1,
      repeats: true,
    });
    broken += Number(certificate.verdict === 'certified' && trueDisagreement(world, plan) > 0.02);
  }
  t.true(1 - binomialCdf(broken - 1, trials, 0.1) > 0.001, `${broken} of ${trials}`);
});

test('a certificate over groups is renewed over groups alone', async (t) => {
  const { rows } = groupedWorld({ groups: 700, seed: 1 });
  const groups = (row: GroupedRow) => row.group;
  const cascade = await tune({
    features: worldsFeatures,
    rows,
    full: worldsFull,
    approximate: sigmoidLearner,
    profile: worldsProfile,
    groups,
    bound: { epsilon: 0.05 },
  });
  t.is(cascade.certificate.unit, 'groups');
  const others = groupedWorld({ groups: 400, seed: 2 }).rows.map((row) => ({
    ...row,
    group: row.group + 700,
  }));
  const again = await cascade.certify(cascade.path, { rows: others, groups });
  t.deepEqual([again.certificate.unit, again.certificate.n], ['groups', 400]);
  t.regex(again.certificate.population ?? '', /the 400 certification groups/);
  t.is(again.certificate.verdict, 'certified');
  await t.throwsAsync(cascade.certify(cascade.path, { rows: others }), {
    instanceOf: OptionError,
    message: /certify.groups.*missing/,
  });
  const few = others.filter(({ group }) => group < 720);
  await t.throwsAsync(cascade.certify(cascade.path, { rows: few, groups }), { message: /20 groups, where/ });
});

test('a loss of one’s own is certified again where its function is given again', async (t) => {
  const weighed = {
    name: 'weighed',
    loss: (answer: string, full: string) => (answer === full ? 0 : full === 'yes' ? 1 : 0.5),
  };
  const cascade = await tuneWorld(world, { bound: { loss: weighed, epsilon: 0.03 } });
  const again = await cascade.certify(cascade.path, { rows: fresh, losses: [weighed] });
  t.is(again.certificate.verdict, 'certified');
  t.deepEqual(again.certificate.loss, { name: 'weighed' });
  await t.throwsAsync(cascade.certify(cascade.path, { rows: fresh }), {
    instanceOf: OptionError,
    message: /certify.losses.*weighed/,
  });
});

test('plans of another decision, other classes, or none at all are refused, by certify and by a look', async (t) => {
  const cascade = await tuned;
  const { plan } = cascade;
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [{ ...plan, decision: { kind: 'threshold', threshold: 0.9 } }, /plan.decision/],
    [{ ...plan, classes: ['yes', 'no'] }, /plan.classes/],
    [null, /'plan'.*expected a plan/],
    [5, /'plan'.*expected a plan/],
    [{}, /'plan'.*expected a plan/],
  ];
  for (const [other, message] of wrong) {
    t.throws(() => cascade.explore(other as Plan<'no' | 'yes', 'cheap' | 'costly'>), {
      instanceOf: OptionError,
      message,
    });
    await t.throwsAsync(cascade.certify([plan, other as typeof plan], { rows: fresh }), {
      instanceOf: OptionError,
      message,
    });
  }
});

test('of a plan moved by hand it is said anew what to expect, and none that saves nothing is certified', async (t) => {
  const cascade = await tuneWorld(world);
  const closed = cascade.explore(moved(cascade.plan, 1));
  t.is(closed.plan.stages[0].exits, 0);
  t.true(closed.plan.expected.speedup < 1, 'it costs, and saves nothing');
  const open = cascade.explore(moved(cascade.plan, 0));
  t.is(open.plan.stages[0].exits, 1);
  const { exits } = await open.predict(fresh);
  t.true(exits.every((exit) => exit === 0));
  t.is(
    (await cascade.certify(moved(cascade.plan, 1), { rows: fresh })).certificate.verdict,
    'full-model-only',
  );
});

test('a look at what is void doesn’t wash it: no epsilon makes it certified again', async (t) => {
  const path = join(await folderFor(t), 'void.cascade');
  await (await tuned).save(path, { evidence: true });
  const changed = await loadWorld(path, { ...worldsFull, fingerprint: 'another' });
  const looked = changed.explore(changed.plan);
  t.is(looked.certificate.verdict, 'void');
  t.is(looked.retune({ epsilon: 0.1 }).certificate.verdict, 'void');
  t.is(changed.whatIf({}).certificate.verdict, 'void');
});

test('used rows are known by the features that have stayed the same', async (t) => {
  const path = join(await folderFor(t), 'used.cascade');
  const cascade = await tuneWorld(world);
  await cascade.save(path);
  const scaled = (version: string) =>
    define({
      cheap: dense(1, (rows: readonly AgreementRow[]) => Float32Array.from(rows, ({ cheap }) => cheap)),
      costly: dense(
        1,
        (rows: readonly AgreementRow[]) => Float32Array.from(rows, ({ costly }) => 1.01 * costly),
        {
          version,
        },
      ),
    });
  const renewed = await Cascade.load<AgreementRow, 'no' | 'yes', 'cheap' | 'costly'>(path, {
    features: scaled('2'),
    full: worldsFull,
    learners: [sigmoidLearner],
  });
  t.is(renewed.certificate.verdict, 'void');
  const mixed = [...fresh.slice(0, 700), world.rows[17], ...fresh.slice(700)];
  const error = await t.throwsAsync(renewed.certify(renewed.plan, { rows: mixed }), { instanceOf: UsedRows });
  t.deepEqual([...(error?.rows ?? [])], [700]);
  // Saved and loaded once more, the feature's older digests still don't tell.
  await renewed.save(path);
  const again = await Cascade.load<AgreementRow, 'no' | 'yes', 'cheap' | 'costly'>(path, {
    features: scaled('2'),
    full: worldsFull,
    learners: [sigmoidLearner],
  });
  await t.throwsAsync(again.certify(again.plan, { rows: mixed }), { instanceOf: UsedRows });
  t.is((await again.certify(again.plan, { rows: fresh })).certificate.verdict, 'certified');
});

test('labels, losses and groups are checked as tune checks them', async (t) => {
  const cascade = await tuned;
  const refused = (given: object, message: RegExp) =>
    t.throwsAsync(cascade.certify(cascade.path, { rows: fresh, ...given }), { message });
  await refused({ labels: fresh.map(() => Number.NaN) }, /certify.labels: row 0/);
  await refused({ losses: 5 }, /certify.losses.*array/);
  await refused({ losses: [{ name: 'x' }] }, /certify.losses\[0\]/);
  await refused({ groups: () => ({}) }, /groups: row 0.*string or a number/);
});

test('what was named is tested again, and other epsilons are told again', async (t) => {
  const named = await tuneWorld(world, { bound: { loss: 'disagreement', epsilon: 0.03, method: 'betting' } });
  const again = await named.certify(named.path, { rows: fresh });
  t.regex(again.certificate.method, /betting/);
  const also = await tuneWorld(world, { bound: { loss: recall('yes'), epsilon: 0.05, also: [0.1] } });
  t.true(also.frontier.some(({ epsilon }) => epsilon === 0.1));
  const renewed = await also.certify(also.path, { rows: fresh });
  t.is(renewed.retune({ epsilon: 0.1 }).certificate.verdict, 'certified');
});

test('rows that the caller changes while they are tested are another population: they change nothing', async (t) => {
  const cascade = await tuneWorld(world);
  const path = join(await folderFor(t), 'changed.cascade');
  await cascade.save(path, { evidence: true });
  const expected = await (await loadWorld(path)).certify(cascade.path, { rows: fresh });
  const rows = fresh.slice();
  const certifying = cascade.certify(cascade.path, { rows });
  rows.fill(world.rows[0]);
  t.deepEqual((await certifying).certificate, expected.certificate);
});
