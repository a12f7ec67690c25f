import { join } from 'node:path';
import test from 'ava';
import { agreementWorld } from '../../../datasets/index.js';
import { MissingEvidence, OptionError } from '../../../index.js';
import { loadWorld, trueDisagreement, tuneWorld } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

const world = agreementWorld({ rows: 3_000, seed: 1 });
/** One test certifies it, on rows that no other one needs. */
const tuned = tuneWorld(world);
const fresh = agreementWorld({ rows: 2_000, seed: 79 }).rows;

test('a feature that costs otherwise gives a plan that promises nothing until its path is certified', async (t) => {
  const cascade = await tuned;
  const cheaper = cascade.whatIf({ costs: { costly: { perRow: 5 } } });
  t.is(cheaper.certificate.verdict, 'exploratory');
  t.regex(cheaper.certificate.reason ?? '', /other costs/);
  t.is((await cheaper.predict(fresh)).verdict, 'exploratory');
  // By hand: the cheap feature costs 1 and the models next to nothing, so that the full pipeline costs some 6 instead of 101.
  t.true(Math.abs(cheaper.plan.expected.fullCost - cascade.plan.expected.fullCost + 95) < 1e-9);
  t.is(cheaper.profile.features.costly.cost.perRow, 5);
  t.is(cascade.profile.features.costly.cost.perRow, 100, 'the cascade itself is as it was');
  t.throws(() => cheaper.retune({ epsilon: 0.05 }), { instanceOf: MissingEvidence });
  const served = await cheaper.certify(cheaper.path, { rows: fresh });
  t.is(served.certificate.verdict, 'certified');
  t.true(trueDisagreement(world, served.plan) <= served.certificate.epsilon);
});

test('nothing changed is the same path, and another objective weighs by it', async (t) => {
  const cascade = await tuned;
  t.deepEqual(cascade.whatIf({}).path, cascade.path);
  const priced = cascade.whatIf({
    objective: 'price',
    costs: { cheap: { price: 1 }, costly: { price: 30 } },
  });
  const [stage] = priced.plan.stages;
  t.is(stage.cost, 1);
  t.is(priced.plan.expected.fullCost, 30);
  t.true(Math.abs(priced.plan.expected.cost - (1 + 30 * priced.plan.full.reach)) < 1e-9);
  t.is(priced.plan.full.cost, 30);
});

test('what no stage is worth any more is left to the full model', async (t) => {
  const cascade = await tuned;
  t.deepEqual(cascade.whatIf({ costs: { cheap: { perRow: 1_000 } } }).plan.stages, []);
});

test('a file keeps what it takes only where it is asked to', async (t) => {
  const cascade = await tuned;
  const folder = await folderFor(t);
  await cascade.save(join(folder, 'with'), { evidence: true });
  await cascade.save(join(folder, 'without'));
  const change = { costs: { costly: { perRow: 20 } } };
  const loaded = await loadWorld(join(folder, 'with'));
  t.deepEqual(loaded.whatIf(change).path, cascade.whatIf(change).path);
  const bare = await loadWorld(join(folder, 'without'));
  t.throws(() => bare.whatIf(change), { instanceOf: MissingEvidence, message: /evidence: true/ });
});

test('what can’t be supposed is named', async (t) => {
  const cascade = await tuned;
  const refused = (change: object, message: RegExp) =>
    t.throws(() => cascade.whatIf(change), { instanceOf: OptionError, message });
  refused({ objective: 'beauty' }, /whatIf.objective/);
  refused({ cost: {} }, /whatIf.cost'/);
  refused({ costs: { other: { perRow: 1 } } }, /whatIf.costs.other.*cheap, costly/);
  refused({ costs: { cheap: { perRow: -1 } } }, /whatIf.costs.cheap.perRow.*got -1/);
  refused({ costs: { cheap: { wait: 2 } } }, /whatIf.costs.cheap.wait.*0 to 1/);
  refused({ costs: { cheap: { perRows: 2 } } }, /whatIf.costs.cheap.perRows/);
});
