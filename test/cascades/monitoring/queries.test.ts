import test from 'ava';
import { Audit } from '../../../cascades/monitoring/index.js';
import { agreementWorld } from '../../../datasets/index.js';
import { AsyncError } from '../../../index.js';
import { random } from '../../../lib/stats/index.js';
import { tuneWorld } from '../../support/agreement.js';
import {
  agreeing,
  auditOf,
  drawFates,
  type Fate,
  type Options,
  served,
  through,
  USED,
  worse,
} from './world.js';

test('one at a time, at once or in batches: the same rows are drawn, and the same is counted', async (t) => {
  const rows = drawFates(300, { worse: 0.05, better: 0.02 }, random('queries'));
  for (const loss of ['disagreement', 'accuracy'] as const) {
    const options: Options = { rate: 0.3, seed: 4, afterAlarm: 'keep' };
    const whole = auditOf(served({ loss }).cascade, options);
    const expected = await whole.predict(rows);
    const atOnce = new Audit(served({ loss }).cascade, { ...options, exits: false }, USED);
    t.deepEqual(atOnce.predictSync(rows), expected);
    t.deepEqual(atOnce.state, whole.state);
    const single = auditOf(served({ loss }).cascade, options);
    for (const [row, fate] of rows.entries()) {
      const { label, exit, degraded, drawn } = await single.predictOne(fate);
      t.deepEqual([label, exit, degraded], [expected.labels[row], expected.exits[row], false]);
      const there = expected.drawn.find((one) => one.row === row);
      t.deepEqual(drawn, there === undefined ? null : { ...there, row: 0 });
    }
    t.deepEqual(single.state, whole.state);
    t.true(whole.state.differed > 0);
  }
});

test('a point query has the verdict of the moment', async (t) => {
  const audit = auditOf(served().cascade, { rate: 1 });
  const calm = await audit.predictOne(agreeing);
  t.like(calm, { label: 'yes', verdict: 'certified', uncertified: null, drawn: { id: 0, full: 'yes' } });
  for (let i = 0; i < 4; i++) await audit.predictOne(worse);
  const after = await audit.predictOne(worse);
  t.like(after, { label: 'yes', exit: 1, verdict: 'void', uncertified: 'drift', drawn: null });
});

test('at once, a drawn exit that the full model would keep waiting is an AsyncError, and `predict` takes its place', async (t) => {
  const { cascade, state } = served({}, { waits: true });
  const audit = new Audit(cascade, { rate: 0.3, seed: 2 }, USED);
  const batches = Array.from({ length: 40 }, () => new Array<Fate>(2).fill(worse));
  let waited = 0;
  for (const rows of batches) {
    const before = audit.state;
    try {
      t.is(audit.predictSync(rows).drawn.length, 0);
    } catch (error) {
      t.true(error instanceof AsyncError);
      const { promises, missed, rows: seen } = audit.state;
      t.deepEqual([promises, missed, seen], [before.promises, 0, before.rows + 2]);
      const { drawn } = await audit.predict(rows);
      t.is(drawn[0].id, before.draws.drawn, 'the rows that were to be drawn are');
      t.is(audit.state.rows, before.rows + 2);
      waited++;
    }
    if (audit.uncertified) break;
  }
  t.true(waited > 0 && waited < 40);
  const restored = auditOf(cascade, { rate: 1 });
  t.throws(() => restored.predictSync([agreeing, through]), { instanceOf: AsyncError });
  state.waits = false;
  t.is(restored.predictSync([agreeing, through]).drawn.length, 2);
});

test('at once, a full model that fails is missed, and an aborted call ends', (t) => {
  const { cascade, state } = served({}, { broken: true });
  const audit = auditOf(cascade, { rate: 1 });
  t.deepEqual(audit.predictSync([worse, through]).labels, ['no', 'yes']);
  t.like(audit.state, { audited: 0, missed: 1, promises: [{ samples: 2, sum: 0 }] });
  state.broken = false;
  const reason = new Error('enough');
  t.throws(() => audit.predictSync([worse], { signal: AbortSignal.abort(reason) }), { is: reason });
});

test('a tuned cascade is audited at once where its models are synchronous', async (t) => {
  const cascade = await tuneWorld(agreementWorld({ rows: 3_000, seed: 1 }));
  const { rows } = agreementWorld({ rows: 2_000, seed: 2 });
  const [atOnce, waiting] = [0, 1].map(() => cascade.audit({ rate: 0.1, seed: 1 }));
  t.deepEqual(atOnce.predictSync(rows), await waiting.predict(rows));
  t.deepEqual(atOnce.state, waiting.state);
  t.true(atOnce.state.audited > 50);
  t.deepEqual(cascade.full.predictSync(rows), await cascade.full.predict(rows));
});
