import test from 'ava';
import type { AuditableCascade } from '../../../cascades/monitoring/answers.js';
import { saferPlan } from '../../../cascades/monitoring/fallback.js';
import { agreementWorld } from '../../../datasets/index.js';
import type { Plan } from '../../../index.js';
import { tuneWorld } from '../../support/agreement.js';
import { agreeing, auditOf, type Fate, planOf, served, through, worse } from './world.js';

test('the safer plan is the last one before the served one that is cheaper than the full model', (t) => {
  const [first, second, third, fourth] = [
    planOf(0.99, 0.2),
    planOf(0.95, 0.4),
    planOf(0.9, 0.6),
    planOf(0.8, 0.7),
  ];
  const path = [first, second, third, fourth];
  t.is(saferPlan(path, fourth), third);
  t.is(saferPlan(path, second), first);
  t.is(saferPlan(path, first), undefined);
  t.is(saferPlan([first, planOf(0.95, 0.4, 130), third], third), first);
  t.is(saferPlan([planOf(0.99, 0.2, 100), third], third), undefined);
  const loaded: Plan<'no' | 'yes'> = JSON.parse(JSON.stringify(third));
  t.is(saferPlan(path, loaded), second);
  t.is(saferPlan([first], { ...first, stages: [] }), undefined, 'one that is not on it');
});

const RUINED = new Array<Fate>(5).fill(worse);

test('after an alarm the safer plan answers, still uncertified, and nothing more is drawn', async (t) => {
  const { cascade, requested } = served();
  const audit = auditOf(cascade, { rate: 1, afterAlarm: 'safer' });
  t.is(audit.plan, cascade.plan);
  t.is(audit.uncertified, null);
  await audit.predict(RUINED);
  t.is(audit.uncertified, 'drift');
  t.is(audit.plan, cascade.path[1]);
  requested.length = 0;
  const rows = [worse, agreeing, through];
  const after = await audit.predict(rows);
  t.like(after, { verdict: 'void', uncertified: 'drift', drawn: [] });
  t.deepEqual(
    [after.labels, [...after.exits]],
    [
      ['yes', 'yes', 'yes'],
      [0, 0, 1],
    ],
  );
  t.deepEqual(audit.predictSync(rows), after);
  t.deepEqual(requested, []);
  t.is(audit.certificate.verdict, 'void');

  const state = JSON.parse(JSON.stringify(audit.state));
  const restored = auditOf(cascade, { rate: 1, afterAlarm: 'safer', state });
  t.deepEqual(await restored.predict(rows), after);
});

test('where no plan is safer and cheaper, the full model answers', async (t) => {
  const { cascade } = served();
  const alone: AuditableCascade<Fate, 'no' | 'yes'> = { ...cascade, path: cascade.path.slice(2) };
  const audit = auditOf(alone, { rate: 1, afterAlarm: 'safer' });
  await audit.predict(RUINED);
  const { exits, uncertified } = await audit.predict([agreeing]);
  t.deepEqual([[...exits], uncertified], [[1], 'drift']);
  t.is(audit.plan, cascade.plan);
});

test('a tuned cascade is tightened to the plan before its own, until it is certified anew', async (t) => {
  const cascade = await tuneWorld(agreementWorld({ rows: 3_000, seed: 1 }));
  const step = cascade.path.indexOf(cascade.plan);
  t.true(step > 0);
  const audit = cascade.audit({ rate: 0.2, seed: 1, afterAlarm: 'safer' });
  const drifted = agreementWorld({ rows: 5_000, seed: 3, doubt: 1, sharpness: 0 }).rows;
  t.is((await audit.predict(drifted)).uncertified, 'drift');
  t.is(audit.plan, cascade.path[step - 1]);
  const { labels, exits, verdict, uncertified } = await audit.predict(drifted);
  const expected = await cascade.explore(cascade.path[step - 1]).predict(drifted);
  t.deepEqual({ labels, exits }, { labels: expected.labels, exits: expected.exits });
  t.deepEqual([verdict, uncertified], ['void', 'drift']);

  const fresh = agreementWorld({ rows: 1_500, seed: 4 }).rows;
  const renewed = await cascade.certify(cascade.path, { rows: fresh });
  const again = renewed.audit({ rate: 0.2, seed: 1, restart: audit.state });
  const answers = await again.predict(fresh);
  t.deepEqual([answers.verdict, answers.uncertified], ['certified', null]);
  t.is(again.state.promises[0].restarts, 1);
});
