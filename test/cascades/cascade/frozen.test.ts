import { join } from 'node:path';
import test from 'ava';
import { agreementWorld } from '../../../datasets/index.js';
import { inspect } from '../../../index.js';
import { loadWorld, tuneWorld, worldsProfile } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

const tuning = tuneWorld(agreementWorld({ rows: 1_500, seed: 1 }));

function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen);
}

test('nobody can change a plan, a certificate, a profile, a frontier or reference positions of any cascade', async (t) => {
  const path = join(await folderFor(t), 'frozen.cascade');
  const tuned = await tuning;
  await tuned.save(path, { evidence: true });
  const loaded = await loadWorld(path);
  for (const cascade of [
    tuned,
    loaded,
    tuned.retune({ epsilon: 0.05 }),
    tuned.explore(structuredClone(tuned.plan)),
    tuned.whatIf({ objective: 'latency' }),
    await tuned.certify(tuned.path, { rows: agreementWorld({ rows: 800, seed: 9 }).rows }),
  ]) {
    const { plan, certificate, profile, frontier, path: plans, reference, made } = cascade;
    for (const each of [plan, certificate, profile, frontier, plans, made, reference?.positions])
      t.true(isDeeplyFrozen(each));
    t.true((reference?.positions.length ?? 0) > 0);
    t.throws(() => Object.assign(certificate, { epsilon: 0.5 }), { instanceOf: TypeError });
  }
  t.false(Object.isFrozen(worldsProfile), 'what the user gave stays theirs');
});

test('nobody can change what a file is found to hold', async (t) => {
  const path = join(await folderFor(t), 'inspected.cascade');
  await (await tuning).save(path);
  const { plan, certificate, profile, frontier, made, features, full } = await inspect(path);
  for (const each of [plan, certificate, profile, frontier, made, features, full])
    t.true(isDeeplyFrozen(each));
});

test('what is saved is what was certified, whatever is done to a plan before', async (t) => {
  const path = join(await folderFor(t), 'certified.cascade');
  const cascade = await tuning;
  const [[stage], expected] = [cascade.plan.stages, structuredClone(cascade.plan)];
  const thresholds = stage.thresholds as number[];
  t.throws(() => thresholds.fill(0), { instanceOf: TypeError });
  await cascade.save(path);
  t.deepEqual((await loadWorld(path)).plan, expected);
});

test('a plan that was given stays the giver’s: changing it later changes no cascade', async (t) => {
  const path = join(await folderFor(t), 'bare.cascade');
  await (await tuning).save(path);
  // Without evidence a plan is taken as it is.
  const cascade = await loadWorld(path);
  const own = structuredClone(cascade.plan);
  const explored = cascade.explore(own);
  (own.stages[0].thresholds as number[]).fill(0);
  t.notDeepEqual(explored.plan, own);
  t.deepEqual(explored.plan, cascade.plan);
});
