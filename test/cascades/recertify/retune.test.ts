import { join } from 'node:path';
import test from 'ava';
import { agreementWorld } from '../../../datasets/index.js';
import { MissingEvidence, OptionError, recall } from '../../../index.js';
import { binomialCdf, binomialUpper } from '../../../lib/stats/index.js';
import { loadWorld, trueDisagreement, tuneWorld, worldsFull } from '../../support/agreement.js';
import { atLength } from '../../support/atLength.js';
import { folderFor } from '../../support/files.js';

const world = agreementWorld({ rows: 2_000, seed: 1 });
const { rows } = world;
/** What no test of it changes. */
const tuned = tuneWorld(world);

test('a larger epsilon never costs more, each is the point of the frontier, and nothing is computed anew', async (t) => {
  const cascade = await tuned;
  let last = Number.POSITIVE_INFINITY;
  for (const { epsilon, cost, step } of cascade.frontier) {
    const again = cascade.retune({ epsilon });
    t.is(again.plan.expected.cost, cost);
    t.true(cost <= last);
    last = cost;
    const { verdict, loss, delta, upper, n, method } = again.certificate;
    t.is(verdict, step < 0 ? 'full-model-only' : 'certified');
    t.deepEqual([loss, delta, n], ['disagreement', cascade.certificate.delta, cascade.certificate.n]);
    t.is(again.certificate.epsilon, epsilon);
    t.regex(method, /simultaneous band/);
    if (step >= 0) t.true(upper !== null && upper <= epsilon);
    t.is(again.certificate.lost, again.certificate.observed.changed);
    t.is(again.certificate.observed.rows, n);
    t.is(
      again.retune({ epsilon: 0.02 }).plan.expected.cost,
      cascade.retune({ epsilon: 0.02 }).plan.expected.cost,
    );
  }
});

test('a retuned cascade answers by its own plan, and the one it came from as before', async (t) => {
  const cascade = await tuned;
  const before = await cascade.predict(rows);
  const moreAggressive = cascade.retune({ epsilon: 0.2 });
  const conservative = cascade.retune({ epsilon: 0.0001 });
  const left = async (of: typeof cascade) =>
    (await of.predict(rows)).exits.filter((exit) => exit === 0).length;
  t.true((await left(moreAggressive)) > (await left(cascade)));
  t.is(conservative.certificate.verdict, 'full-model-only');
  t.truthy(conservative.certificate.reason);
  t.deepEqual((await conservative.predict(rows)).labels, (await cascade.full.predict(rows)).labels);
  t.deepEqual(await cascade.predict(rows), before);
});

test('with its evidence a cascade is retuned from a file alike, and without is not', async (t) => {
  const folder = await folderFor(t);
  const cascade = await tuned;
  const path = join(folder, 'with.cascade');
  await cascade.save(path, { evidence: true });
  const [here, there] = [cascade, await loadWorld(path)].map((from) => from.retune({ epsilon: 0.05 }));
  t.deepEqual(there.plan, here.plan);
  t.deepEqual(there.certificate, here.certificate);
  t.deepEqual(there.frontier, here.frontier);
  t.deepEqual(await there.predict(rows), { ...(await here.predict(rows)), unchecked: true });
  const bare = join(folder, 'without.cascade');
  await cascade.save(bare);
  const loaded = await loadWorld(bare);
  const error = t.throws(() => loaded.retune({ epsilon: 0.05 }), { instanceOf: MissingEvidence });
  t.regex(error?.message ?? '', /evidence: true/);
});

test('what is void stays void', async (t) => {
  const path = join(await folderFor(t), 'void.cascade');
  await (await tuned).save(path, { evidence: true });
  const changed = await loadWorld(path, { ...worldsFull, fingerprint: 'another' });
  t.is(changed.retune({ epsilon: 0.05 }).certificate.verdict, 'void');
});

test('where nothing was tested, or the unit was the group, there is nothing to choose from', async (t) => {
  const few = await tuneWorld(agreementWorld({ rows: 60, seed: 1 }), { allowVacuous: true });
  t.throws(() => few.retune({ epsilon: 0.05 }), { instanceOf: MissingEvidence, message: /none was tested/ });
  const grouped = await tuneWorld(world, { groups: ({ cheap }) => `${cheap}`, bound: { epsilon: 0.05 } });
  t.throws(() => grouped.retune({ epsilon: 0.05 }), { instanceOf: MissingEvidence, message: /groups/ });
});

test('options are checked', async (t) => {
  const cascade = await tuned;
  for (const epsilon of [0, 1, Number.NaN]) {
    t.throws(() => cascade.retune({ epsilon }), { instanceOf: OptionError, message: /'epsilon'/ });
  }
  t.throws(() => cascade.retune({ epsilon: 0.1, delta: 0.1 } as { epsilon: number }), { message: /delta/ });
  await t.throwsAsync(cascade.save('x', { evidence: 1 } as unknown as { evidence: boolean }), {
    message: /'evidence'/,
  });
});

test('however epsilon is chosen afterwards, some promise of the band is false in at most delta of trials', async (t) => {
  const trials = atLength(24, 100);
  let broken = 0;
  for (let seed = 0; seed < trials; seed++) {
    const drawn = agreementWorld({ rows: 500, seed: 1_000 + seed });
    const cascade = await tuneWorld(drawn, { seed, bound: { epsilon: 0.02, delta: 0.1 } });
    const lie = cascade.frontier.some(({ epsilon, step }) => {
      return step >= 0 && trueDisagreement(drawn, cascade.retune({ epsilon }).plan) > epsilon;
    });
    broken += Number(lie);
  }
  t.true(1 - binomialCdf(broken - 1, trials, 0.1) > 0.001, `${broken} of ${trials}`);
});

test('a loss without a band is retuned to the epsilons that tune was told of, each at its share of delta', async (t) => {
  const bound = { loss: recall('yes'), epsilon: 0.05, delta: 0.06, also: [0.02, 0.1] };
  const cascade = await tuneWorld(world, { bound });
  const { certificate } = cascade;
  t.is(certificate.verdict, 'certified');
  // Each is tested at a third of delta.
  t.true(binomialUpper(certificate.lost, certificate.n, 0.02) <= 0.05);
  const [conservative, aggressive] = [0.02, 0.1].map((epsilon) => cascade.retune({ epsilon }));
  for (const [retuned, epsilon] of [
    [conservative, 0.02],
    [aggressive, 0.1],
  ] as const) {
    t.is(retuned.certificate.verdict, 'certified');
    t.true(binomialUpper(retuned.certificate.lost, retuned.certificate.n, 0.02) <= epsilon);
    t.is(retuned.certificate.upper, null, 'of each it is known whether it is kept, not by how much');
  }
  t.true(conservative.plan.expected.cost >= cascade.plan.expected.cost);
  t.true(aggressive.plan.expected.cost <= cascade.plan.expected.cost);
  // Between those that were tested the next smaller one holds.
  t.deepEqual(cascade.retune({ epsilon: 0.07 }).plan, cascade.plan);
  t.is(cascade.retune({ epsilon: 0.01 }).certificate.verdict, 'full-model-only');
  t.true(cascade.frontier.length > 0);
});

test('the list of epsilons that were tested stays what it was, whatever is chosen from it', async (t) => {
  const bound = { loss: recall('yes'), epsilon: 0.05, delta: 0.06, also: [0.02, 0.1] };
  const cascade = await tuneWorld(world, { bound });
  const listed = ({ certificate: { epsilon, also = [] } }: typeof cascade) =>
    [epsilon, ...also].sort((a, b) => a - b);
  const between = cascade.retune({ epsilon: 0.07 });
  t.deepEqual(listed(between), [0.02, 0.07, 0.1]);
  t.regex(between.certificate.method, /one of 3 epsilons/);
  const [moreAggressive, conservative] = [
    between.retune({ epsilon: 0.08 }),
    between.retune({ epsilon: 0.01 }),
  ];
  t.deepEqual(listed(moreAggressive), [0.02, 0.08, 0.1]);
  t.deepEqual(listed(conservative), [0.01, 0.05, 0.1]);
  t.deepEqual(listed(moreAggressive.retune({ epsilon: 0.1 })), [0.02, 0.05, 0.1]);
  t.deepEqual(conservative.explore(conservative.path[0]).retune({ epsilon: 0.05 }).plan, cascade.plan);
  t.deepEqual(conservative.retune({ epsilon: 0.05 }).certificate.also, [0.02, 0.1]);
  const path = join(await folderFor(t), 'between.cascade');
  await between.save(path, { evidence: true });
  t.deepEqual(listed((await loadWorld(path)).retune({ epsilon: 0.1 })), [0.02, 0.05, 0.1]);
});

test('epsilons for later are refused where a band holds for all, and one by one', async (t) => {
  const refused = (bound: object, message: RegExp) =>
    t.throwsAsync(tuneWorld(world, { bound: { epsilon: 0.02, ...bound } }), {
      instanceOf: OptionError,
      message,
    });
  await refused({ also: [0.01] }, /bound.also.*band that holds for any/);
  await refused({ loss: recall('yes'), also: [] }, /bound.also/);
  await refused({ loss: recall('yes'), also: [0.1, 2] }, /bound.also\[1\]/);
});
