import test from 'ava';
import {
  Audit,
  type AuditAlarm,
  type AuditState,
  type LossAlarm,
} from '../../../cascades/monitoring/index.js';
import { agreementWorld } from '../../../datasets/index.js';
import { type Certificate, DataError, ModelError, OptionError } from '../../../index.js';
import { type DriftState, random } from '../../../lib/stats/index.js';
import { tuneWorld } from '../../support/agreement.js';
import { atLength } from '../../support/atLength.js';
import { expectRate } from '../../support/rates.js';
import {
  agreeing,
  alarmAfter,
  auditOf,
  better,
  drawFates,
  type Fate,
  LOSSES,
  type Options,
  served,
  through,
  USED,
  worse,
} from './world.js';

test('answers are the cascade’s own; the full model is asked about every drawn exit, once, and nothing else', async (t) => {
  const { cascade, requested } = served();
  const audit = auditOf(cascade, { rate: 0.2, seed: 3 });
  const rng = random('calls');
  for (let batch = 0; batch < 20; batch++) {
    const rows = drawFates(100, { worse: 0.005 }, rng).map((fate) => ({ ...fate }));
    requested.length = 0;
    const { drawn, uncertified, ...answers } = await audit.predict(rows);
    t.deepEqual(answers, await cascade.predict(rows));
    t.is(uncertified, null);
    const early = drawn.filter(({ row }) => rows[row].exit === 0);
    t.deepEqual(
      requested,
      early.map(({ row }) => rows[row]),
    );
    t.true(requested.every((row, i) => row === rows[early[i].row]));
    for (const { row, full } of drawn) t.is(full, rows[row].full);
  }
  const { rows, draws, audited: answered, promises } = audit.state;
  t.is(rows, 2_000);
  expectRate(t, draws.drawn, 2_000, 0.2, 'drawn');
  expectRate(t, answered, draws.drawn, 0.7, 'asked');
  t.is(promises[0].samples, draws.drawn, 'a drawn row that went through counts as well');
});

for (const loss of LOSSES) {
  test(`${loss}: at exactly the promised loss, alarms are rarer than alpha`, async (t) => {
    const rng = random(`at the limit ${loss}`);
    const [epsilon, alpha, trials] = [0.05, 0.2, 100];
    const { cascade } = served({ loss, epsilon });
    const shares = loss === 'accuracy' ? { worse: 0.08, better: 0.03 } : { worse: epsilon };
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      const audit = auditOf(cascade, { rate: 0.5, alpha, seed: trial });
      const found = await alarmAfter(audit, 8, () => drawFates(200, shares, rng));
      if (found < Infinity) alarms++;
    }
    t.true(alarms <= alpha * trials, `${alarms} of ${trials}`);
    t.true(alarms > 0, 'the test is sharp enough for some');
  });

  test(`${loss}: five times the promised loss is noticed within some hundred drawn rows`, async (t) => {
    const rng = random(`drift ${loss}`);
    const { cascade } = served({ loss });
    const found: number[] = [];
    for (let trial = 0; trial < 51; trial++) {
      const audit = auditOf(cascade, { rate: 0.25, seed: trial });
      found.push(await alarmAfter(audit, 400, () => drawFates(40, { worse: 0.1 }, rng)));
    }
    const median = found.sort((a, b) => a - b)[25];
    t.true(median > 30 && median < (loss === 'accuracy' ? 300 : 100), `${median}`);
  });
}

test('calls that overlap draw rows of their own, and all of them count', async (t) => {
  const { cascade, requested } = served();
  const audit = auditOf(cascade, { rate: 0.5, seed: 2 });
  const rng = random('overlap');
  const batches = Array.from({ length: 8 }, () => drawFates(50, { worse: 0.01 }, rng));
  const answers = await Promise.all(batches.map((rows) => audit.predict(rows)));
  const ids = answers.flatMap(({ drawn }) => drawn.map(({ id }) => id));
  t.deepEqual(ids, [...ids.keys()]);
  t.is(audit.state.promises[0].samples, ids.length);
  t.is(audit.state.audited, requested.length);
  const apart = auditOf(cascade, { rate: 0.5, seed: 2 });
  for (const [b, rows] of batches.entries()) t.deepEqual(await apart.predict(rows), answers[b]);
});

test('for accuracy, gains that outweigh the losses raise no alarm; for harm they don’t count', async (t) => {
  const rng = random('gains');
  const draw = () => drawFates(100, { worse: 0.1, better: 0.1 }, rng);
  t.is(await alarmAfter(auditOf(served({ loss: 'accuracy' }).cascade, { rate: 0.5 }), 60, draw), Infinity);
  t.true((await alarmAfter(auditOf(served({ loss: 'harm' }).cascade, { rate: 0.5 }), 60, draw)) < Infinity);
});

test('a label that comes late brings the rows that were drawn before its own', async (t) => {
  const { cascade } = served({ loss: 'accuracy' });
  const audit = auditOf(cascade, { rate: 1 });
  const { drawn } = await audit.predict([agreeing, through, worse, agreeing, better, through]);
  t.deepEqual(
    drawn.map(({ id, awaitsLabel }) => [id, awaitsLabel]),
    [0, 1, 2, 3, 4, 5].map((id) => [id, id === 2 || id === 4]),
  );
  const counted = () => [audit.state.promises[0].samples, audit.state.promises[0].sum];
  t.deepEqual(counted(), [0, 0], 'nothing is known to be lost or not');
  t.true(audit.label(4, 'yes'));
  t.deepEqual(counted(), [0, 0], 'an earlier row still waits');
  t.false(audit.label(4, 'no'), 'it has had its label');
  t.true(audit.label(2, 'yes'));
  t.deepEqual(counted(), [5, 0]);
  t.deepEqual([audit.state.pending, audit.state.run], [[], 1]);
  t.false(audit.label(2, 'yes'), 'it has had its label');
  t.false(audit.label(0, 'yes'), 'nothing is lost, whatever the label');
  t.throws(() => audit.label(6, 'yes'), { instanceOf: DataError, message: /no row 6 was drawn/ });
  const other = 'maybe' as 'yes';
  t.throws(() => audit.label(2, other), { instanceOf: DataError, message: /expected one of no, yes/ });
});

test('labels that all come at the end, the last first, raise no more alarms than alpha', async (t) => {
  const rng = random('at the end');
  const [epsilon, alpha, trials] = [0.05, 0.2, atLength(30, 60)];
  let alarms = 0;
  for (let trial = 0; trial < trials; trial++) {
    const audit = auditOf(served({ loss: 'harm', epsilon }).cascade, { rate: 0.5, alpha, seed: trial });
    for (let batch = 0; batch < 8; batch++) await audit.predict(drawFates(200, { worse: epsilon }, rng));
    for (const { id } of [...audit.state.pending].reverse()) audit.label(id, 'yes');
    if (audit.certificate.verdict === 'void') alarms++;
    t.true(audit.state.promises[0].samples > 600, 'nearly all drawn rows are counted');
  }
  t.true(alarms <= alpha * trials, `${alarms} of ${trials}`);
});

test('of labels that are waited for the oldest are given up: the rows count as the least loss', async (t) => {
  const audit = auditOf(served({ loss: 'harm' }).cascade, { rate: 1, pending: 2 });
  await audit.predict([through, worse, through, through, worse, worse, agreeing]);
  const { pending, dropped } = audit.state;
  t.deepEqual(
    pending.map(({ id, run }) => [id, run]),
    [
      [4, 2],
      [5, 0],
    ],
  );
  t.is(dropped, 1);
  t.false(audit.label(1, 'yes'));
  t.like(audit.state.promises[0], { samples: 2, sum: 0 }, 'its row counts as the least loss');
  t.true(audit.label(4, 'yes'));
  t.like(audit.state.promises[0], { samples: 5, sum: 1 });
});

test('until labels come the share of answers that differ is watched, against its own limit', async (t) => {
  const rng = random('unlabelled');
  const alarms: AuditAlarm[] = [];
  const options: Options = { rate: 0.5, disagreement: 0.04, onAlarm: (alarm) => alarms.push(alarm) };
  const audit = auditOf(served({ loss: 'harm', epsilon: 0.01 }).cascade, options);
  while (alarms.length === 0) await audit.predict(drawFates(100, { worse: 0.15 }, rng));
  const [alarm] = alarms;
  t.like(alarm, { test: 'disagreement', loss: 'disagreement', limit: 0.04, level: 0.01 });
  t.true(alarm.pValue <= 0.01);
  t.is(audit.state.promises[0].samples, 0);
  t.is(audit.certificate.verdict, 'void');
});

test('an alarm is heard once, and voids the certificate; what then answers is the user’s choice', async (t) => {
  for (const afterAlarm of ['keep', 'full-model', undefined] as const) {
    const { cascade, requested } = served();
    const alarms: AuditAlarm[] = [];
    const audit = auditOf(cascade, {
      rate: 1,
      onAlarm: (alarm) => alarms.push(alarm),
      ...(afterAlarm && { afterAlarm }),
    });
    const calm = await audit.predict([agreeing, through]);
    t.deepEqual([calm.verdict, calm.uncertified], ['certified', null]);
    const rows = [worse, worse, worse, worse, agreeing];
    const found = await audit.predict(rows);
    t.deepEqual([found.verdict, found.uncertified], ['void', 'drift']);
    t.deepEqual(found.labels, (await cascade.predict(rows)).labels);
    t.is(alarms.length, 1);
    const { samples, mean, pValue, ...rest } = alarms[0] as LossAlarm;
    t.deepEqual(rest, { test: 'promise', loss: 'disagreement', limit: 0.02, level: 0.01 });
    t.deepEqual([samples, mean], [7, 4 / 7]);
    t.true(pValue <= 0.01);

    requested.length = 0;
    const after = await audit.predict(rows);
    t.deepEqual([after.verdict, after.uncertified], ['void', 'drift']);
    t.deepEqual(
      after.labels,
      rows.map(({ cheap, full }) => (afterAlarm === 'keep' ? cheap : full)),
    );
    t.is(requested.length, 5);
    t.is(after.drawn.length, afterAlarm === 'keep' ? 5 : 0);
    t.is(alarms.length, 1);
    t.is(audit.certificate.verdict, 'void');
    t.regex(audit.certificate.reason ?? '', /drift/);
    t.is(cascade.certificate.verdict, 'certified', 'the cascade itself is not changed');
  }
});

test('from a state in JSON the audit goes on as if it had never stopped', async (t) => {
  for (const loss of LOSSES) {
    const rng = random('restored');
    const batches = Array.from({ length: 12 }, () => drawFates(50, { worse: 0.04, better: 0.02 }, rng));
    const { cascade } = served({ loss });
    const options: Options = { rate: 0.3, seed: 'one', exits: { rows: 500 }, afterAlarm: 'keep' };
    const limit = loss === 'disagreement' ? {} : { disagreement: 0.2 };
    const run = async (audit: Audit<Fate, 'no' | 'yes'>, from: number, to: number) => {
      const all = [];
      for (const rows of batches.slice(from, to)) {
        const answers = await audit.predict(rows);
        all.push(answers);
        // The latest label waits for the next batch.
        for (const { id } of audit.state.pending.slice(0, -1)) audit.label(id, 'yes');
      }
      return all;
    };
    const whole = new Audit(cascade, { ...options, ...limit }, USED);
    const expected = await run(whole, 0, 12);
    const half = new Audit(cascade, { ...options, ...limit }, USED);
    const first = await run(half, 0, 5);
    const state: AuditState<'no' | 'yes'> = JSON.parse(JSON.stringify(half.state));
    const restored = new Audit(cascade, { ...options, ...limit, state }, USED);
    t.deepEqual([...first, ...(await run(restored, 5, 12))], expected);
    t.deepEqual(restored.state, whole.state);
    t.true(whole.state.promises[0].samples > 100);
  }
});

test('a state of other tests, or of another certificate, is refused', async (t) => {
  const { cascade } = served();
  const { state } = auditOf(cascade, { rate: 0.5 });
  const refused = (options: Options, message: RegExp, of = cascade) =>
    t.throws(() => auditOf(of, options), { instanceOf: OptionError, message });
  refused({ rate: 0.5, alpha: 0.02, state }, /'state'.*other levels or limits/);
  refused({ rate: 0.5, exits: {}, state }, /'state'.*other levels or limits/);
  refused({ rate: 0.5, state }, /'state'.*another certificate/, served({ epsilon: 0.03 }).cascade);
  refused({ rate: 0.5, state, restart: state }, /'restart'.*not both/);
  t.notThrows(() => auditOf(cascade, { rate: 0.1, seed: 7, state }), 'rate and seed may change');
});

test('begun anew after an alarm, it tests a new certificate at half the level, and never the old rows', async (t) => {
  const audit = auditOf(served().cascade, { rate: 1, seed: 1 });
  await audit.predict([worse, worse, worse, worse]);
  t.is(audit.certificate.verdict, 'void');
  const again = (epsilon: number, used: readonly Float64Array[]) =>
    new Audit(served({ epsilon }).cascade, { rate: 1, exits: false, restart: audit.state }, used);
  for (const epsilon of [0.02, 0.01]) {
    t.throws(() => again(epsilon, USED), { instanceOf: OptionError, message: /'restart'.*fresh/ });
  }
  const next = again(0.05, [...USED, Float64Array.of(3)]);
  t.is(next.certificate.verdict, 'certified');
  const expected: Partial<DriftState> = { epsilon: 0.05, alpha: 0.01, restarts: 1, samples: 0, pValue: 1 };
  t.like(next.state.promises[0], expected);
  const alarms: AuditAlarm[] = [];
  const third = auditOf(served().cascade, {
    rate: 1,
    restart: next.state,
    onAlarm: (alarm) => alarms.push(alarm),
  });
  await third.predict(new Array<Fate>(6).fill(worse));
  t.like(alarms[0], { level: 0.0025 });
  t.is((await third.predict([through])).drawn.length, 0);
  t.is(third.state.draws.drawn, 10, 'ids go on from where they were');
});

test('rows that leave elsewhere than planned raise an alarm of their own, which voids nothing', async (t) => {
  const rng = random('input drift');
  const alarms: AuditAlarm[] = [];
  const audit = new Audit(served().cascade, { rate: 0.01, onAlarm: (alarm) => alarms.push(alarm) }, USED);
  for (let batch = 0; batch < 50; batch++) await audit.predict(drawFates(100, { early: 0.72 }, rng));
  t.deepEqual(alarms, []);
  while (alarms.length === 0) await audit.predict(drawFates(100, { early: 0.5 }, rng));
  const [alarm] = alarms;
  if (alarm.test !== 'exits') return t.fail(alarm.test);
  t.true(alarm.samples < 7_000, `${alarm.samples}`);
  t.deepEqual(
    alarm.expected.map((share) => Math.round(10 * share)),
    [7, 3],
  );
  t.true(alarm.shares[0] < 0.71 && Math.abs(alarm.shares[0] + alarm.shares[1] - 1) < 1e-12);
  const { verdict, uncertified } = await audit.predict([agreeing]);
  t.deepEqual([verdict, uncertified], ['certified', null]);
  t.is(alarms.length, 1);
});

test('a full model that fails costs no answer: its rows count as the least loss', async (t) => {
  const { cascade, state } = served({}, { broken: true });
  const audit = auditOf(cascade, { rate: 1 });
  const { labels, drawn } = await audit.predict([worse, through, agreeing]);
  t.deepEqual(labels, ['no', 'yes', 'yes']);
  t.deepEqual(
    drawn.map(({ full }) => full),
    [null, 'yes', null],
  );
  t.like(audit.state, { audited: 0, missed: 2, faulted: 0, promises: [{ samples: 3, sum: 0 }] });
  state.broken = false;
  const reason = new Error('enough');
  await t.throwsAsync(audit.predict([worse], { signal: AbortSignal.abort(reason) }), { is: reason });
});

test('rows that the full model can’t answer are missed alone, of pairs, too', async (t) => {
  const unread: Fate = { ...agreeing, label: 'no' };
  for (const [loss, failing, counted] of [
    ['disagreement', 0, { samples: 5, sum: 2 }],
    // The least is -1; asked twice, this model answers alike. Of a pair one answer is enough to lose.
    ['excessDisagreement', 0, { samples: 5, sum: 0 }],
    ['excessDisagreement', 1, { samples: 5, sum: 0 }],
  ] as const) {
    const { cascade } = served({ loss });
    const { full } = cascade;
    const predict: typeof full.predict = async (rows, options) => {
      const row = rows.indexOf(unread);
      if (row >= 0 && (options?.ask ?? 0) === failing) throw new ModelError('full', 'gave NaN', { row });
      return full.predict(rows, options);
    };
    const audit = auditOf({ ...cascade, full: { ...full, predict } }, { rate: 1, seed: 1 });
    const { drawn } = await audit.predict([worse, unread, agreeing, worse, unread]);
    t.deepEqual(
      drawn.map((each) => each.full),
      ['yes', null, 'yes', 'yes', null],
    );
    const { audited, missed, promises } = audit.state;
    t.deepEqual([audited, missed], [3, 2], loss);
    const [{ samples, sum }] = promises;
    t.deepEqual({ samples, sum }, counted, loss);
  }
});

test('a degraded answer counts as the least loss, and as a row of which nobody knows where it leaves', async (t) => {
  const { cascade, requested } = served({}, { degraded: true });
  const audit = new Audit(cascade, { rate: 1 }, USED);
  const { drawn } = await audit.predict([through, agreeing], { onFault: 'degrade' });
  t.deepEqual(
    drawn.map(({ full }) => full),
    [null, 'yes'],
  );
  t.is(requested.length, 1);
  t.like(audit.state, {
    missed: 1,
    faulted: 2,
    promises: [{ samples: 2, sum: 0 }],
    exits: { samples: 2, counts: [1, 0], unknown: 1 },
  });
});

test('what can’t be audited, and options that can’t be right, are refused by name', async (t) => {
  const refused = (promised: object, options: object, option: string) => {
    const { cascade } = served(promised as Partial<Certificate>);
    const error = t.throws(() => new Audit(cascade, options as Options, USED), { instanceOf: OptionError });
    t.is(error?.option, option);
  };
  const rate = 0.1;
  refused({ loss: { name: 'fees' } }, { rate }, 'losses');
  const fees = { name: 'fees', loss: () => 0 };
  refused({}, { rate, losses: [fees] }, 'losses[0]');
  for (const bad of [{ name: 'fees' }, () => 0, null])
    refused({ loss: { name: 'fees' } }, { rate, losses: [fees, bad] }, 'losses[1]');
  refused({ loss: { name: 'fees' } }, { rate, losses: fees }, 'losses');
  refused({ loss: { name: 'fees' } }, { rate, losses: [fees], labelled: 1 }, 'labelled');
  refused({}, { rate, labelled: true }, 'labelled');
  refused({ unit: 'groups' }, { rate }, 'groups');
  for (const verdict of ['exploratory', 'void']) refused({ verdict }, { rate }, 'verdict');
  refused({}, {}, 'rate');
  for (const bad of [0, 1.1, Number.NaN, '0.1']) refused({}, { rate: bad }, 'rate');
  refused({}, { rate, alpha: 0 }, 'alpha');
  refused({}, { rate, seed: {} }, 'seed');
  refused({}, { rate, disagreement: 0.1 }, 'disagreement');
  refused({ loss: 'harm' }, { rate, disagreement: 1 }, 'disagreement');
  refused({}, { rate, exits: { alpha: 2 } }, 'exits.alpha');
  refused({}, { rate, exits: { tolerance: 1 } }, 'exits.tolerance');
  refused({}, { rate, exits: { rows: 0 } }, 'exits.rows');
  refused({}, { rate, exits: { room: 0 } }, 'exits.room');
  refused({}, { rate, pending: 0 }, 'pending');
  refused({}, { rate, onAlarm: 'keep' }, 'onAlarm');
  refused({}, { rate, afterAlarm: 'stop' }, 'afterAlarm');
  refused({}, { rate, ratio: 1 }, 'ratio');
  const audit = auditOf(served().cascade, { rate });
  await t.throwsAsync(audit.predict({} as Fate[]), { instanceOf: DataError });
  const shadow = { mode: 'shadow' } as object;
  await t.throwsAsync(audit.predict([], shadow), { instanceOf: OptionError, message: /'mode': unknown/ });
});

test('a tuned cascade: calm on rows like its own, alarmed by rows on which the cheap model is often wrong', async (t) => {
  const cascade = await tuneWorld(agreementWorld({ rows: 3_000, seed: 1 }));
  t.is(cascade.certificate.verdict, 'certified');
  const alarms: AuditAlarm[] = [];
  const audit = cascade.audit({ rate: 0.2, seed: 1, onAlarm: (alarm) => alarms.push(alarm) });
  const calm = agreementWorld({ rows: 5_000, seed: 2 }).rows;
  const { drawn, uncertified, ...answers } = await audit.predict(calm);
  t.deepEqual(answers, await cascade.predict(calm));
  t.is(uncertified, null);
  t.deepEqual(alarms, []);
  const drifted = agreementWorld({ rows: 5_000, seed: 3, doubt: 1, sharpness: 0 }).rows;
  t.is((await audit.predict(drifted)).uncertified, 'drift');
  t.is(alarms[0].test, 'promise');
  t.deepEqual((await audit.predict(calm)).labels, (await cascade.full.predict(calm)).labels);
});

test('the full model is asked about the rows that were drawn, whatever the caller does to its array meanwhile', async (t) => {
  const { cascade, requested } = served();
  const audit = auditOf(cascade, { rate: 1 });
  const rows = drawFates(50, {}, random('changed'));
  const expected = rows.filter(({ exit }) => exit === 0);
  const answering = audit.predict(rows);
  rows.fill(worse);
  await answering;
  t.deepEqual(requested, expected);
  t.is(audit.state.differed, 0);
});
