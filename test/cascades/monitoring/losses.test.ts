import test from 'ava';
import type { AuditAlarm, AuditState, LossAlarm } from '../../../cascades/monitoring/index.js';
import type { Clause, StatedLoss } from '../../../entries/types.js';
import { type CustomLoss, DataError, OptionError, precision, recall } from '../../../index.js';
import { type Random, random } from '../../../lib/stats/index.js';
import { atLength } from '../../support/atLength.js';
import {
  agreeing,
  alarmAfter,
  auditOf,
  better,
  certificate,
  type Fate,
  type Options,
  served,
  through,
  worse,
} from './world.js';

type Answer = 'no' | 'yes';

/** What agrees on 'no', and what goes through with it. */
const denying: Fate = { exit: 0, cheap: 'no', full: 'no', label: 'no' };
const deniedThrough: Fate = { ...denying, exit: 1 };

const fees: CustomLoss<Answer> = {
  name: 'fees',
  loss: (answer, full) => (answer === full ? 0 : answer === 'yes' ? 1 : 0.25),
};
/** Of the truth, where it is known. */
const regret: CustomLoss<Answer> = {
  name: 'regret',
  loss: (answer, full, label) => (label === undefined ? Number(answer !== full) : answer === label ? 0 : 0.5),
};

const clause = (loss: StatedLoss, epsilon: number): Clause => ({ ...certificate, loss, epsilon });
const joint = (...all: Clause[]) => ({ ...all[0], all });

test('recall counts the rows that the full model gives the class, precision those that the cascade does', async (t) => {
  const rows = [agreeing, through, worse, better, denying, deniedThrough];
  const expected = [
    { loss: recall('yes'), samples: 3, sum: 1 },
    { loss: recall('no'), samples: 3, sum: 1 },
    { loss: precision('yes'), samples: 3, sum: 1 },
    { loss: precision('no'), samples: 3, sum: 1 },
  ];
  for (const { loss, ...found } of expected) {
    const audit = auditOf(served({ loss }).cascade, { rate: 1 });
    const { drawn } = await audit.predict(rows);
    t.true(drawn.every(({ awaitsLabel }) => !awaitsLabel));
    t.like(audit.state.promises[0], { ...found, losses: 'bounded' });
  }
  const audit = auditOf(served({ loss: precision('yes') }).cascade, { rate: 1 });
  await audit.predict([worse, denying, worse]);
  t.is(audit.state.promises[0].samples, 0, 'it never answered yes');
  t.is(audit.state.differed, 2);
});

test('a loss of one’s own is a number for each drawn row, also for those that went through', async (t) => {
  const audit = auditOf(served({ loss: { name: 'fees' } }).cascade, { rate: 1, losses: [fees] });
  await audit.predict([agreeing, worse, better, through]);
  t.like(audit.state.promises[0], { samples: 4, sum: 1.25 });
  const flat = { name: 'fees', loss: (_: Answer, full: Answer) => (full === 'yes' ? 0.5 : 0) };
  const other = auditOf(served({ loss: { name: 'fees' } }).cascade, { rate: 1, losses: [flat] });
  await other.predict([agreeing, through, deniedThrough]);
  t.like(other.state.promises[0], { samples: 3, sum: 1 });
});

test('where its labels come, each drawn row waits for its own', async (t) => {
  const promised = joint(
    clause({ name: 'regret' }, 0.1),
    clause('accuracy', 0.02),
    clause(recall('yes'), 0.02),
  );
  const audit = auditOf(served(promised).cascade, { rate: 1, losses: [regret], labelled: true });
  const { drawn } = await audit.predict([agreeing, through, worse]);
  t.true(drawn.every(({ awaitsLabel }) => awaitsLabel));
  const counted = () => audit.state.promises.map(({ samples, sum }) => [samples, sum]);
  t.deepEqual(counted(), [
    [0, 0],
    [0, 0],
    [3, 1],
  ]);
  audit.label(1, 'no');
  audit.label(2, 'yes');
  t.deepEqual(counted().slice(0, 2), [
    [0, 0],
    [0, 0],
  ]);
  audit.label(0, 'yes');
  t.deepEqual(counted().slice(0, 2), [
    [3, 1],
    [3, 1],
  ]);
  t.deepEqual(audit.state.pending, []);
});

test('without its labels it is told that there are none', async (t) => {
  const audit = auditOf(served({ loss: { name: 'regret' } }).cascade, { rate: 1, losses: [regret] });
  const { drawn } = await audit.predict([agreeing, through, worse]);
  t.true(drawn.every(({ awaitsLabel }) => !awaitsLabel));
  t.like(audit.state.promises[0], { samples: 3, sum: 1 });
});

test('a degraded answer counts as the least loss, whatever the loss', async (t) => {
  const all = { name: 'fees', loss: () => 1 };
  const promised = joint(
    clause({ name: 'fees' }, 0.1),
    clause(recall('yes'), 0.1),
    clause(precision('no'), 0.1),
    clause(precision('yes'), 0.1),
  );
  const { cascade } = served(promised, { degraded: true });
  const audit = auditOf(cascade, { rate: 1, losses: [all] });
  await audit.predict([through, agreeing, deniedThrough], { onFault: 'degrade' });
  t.deepEqual(
    audit.state.promises.map(({ samples, sum }) => [samples, sum]),
    [
      [3, 1],
      // What the whole pipeline would have said of the degraded ones isn't known: they count as rows of the class.
      [3, 0],
      [2, 0],
      [3, 0],
    ],
  );
});

test('a value outside [0, 1] is a DataError that names the row; the call counts as one that failed', async (t) => {
  const wild = { name: 'fees', loss: (answer: Answer) => (answer === 'no' ? 2 : 0) };
  const audit = auditOf(served({ loss: { name: 'fees' } }).cascade, { rate: 1, losses: [wild] });
  const error = { instanceOf: DataError, message: /'fees' of row 1 is 2/ };
  await t.throwsAsync(audit.predict([agreeing, worse]), error);
  t.throws(() => audit.predictSync([agreeing, worse]), error);
  t.like(audit.state, { missed: 4, promises: [{ samples: 4, sum: 0 }] });
  const late = auditOf(served({ loss: { name: 'fees' } }).cascade, {
    rate: 1,
    losses: [wild],
    labelled: true,
  });
  await late.predict([worse]);
  t.throws(() => late.label(0, 'yes'), { instanceOf: DataError, message: /'fees' of row 0 is 2/ });
  t.is(late.state.pending.length, 1);
});

test('of several losses each has its share of alpha, and the alarm says which was broken', async (t) => {
  const alarms: AuditAlarm[] = [];
  const promised = joint(
    clause('disagreement', 0.5),
    clause(precision('yes'), 0.02),
    clause(recall('yes'), 0.02),
  );
  const audit = auditOf(served(promised).cascade, {
    rate: 1,
    alpha: 0.03,
    onAlarm: (alarm) => alarms.push(alarm),
  });
  t.deepEqual(
    audit.state.promises.map(({ epsilon, alpha }) => [epsilon, alpha]),
    [
      [0.5, 0.01],
      [0.02, 0.01],
      [0.02, 0.01],
    ],
  );
  await audit.predict([worse, agreeing, worse, agreeing, worse, agreeing, worse, agreeing]);
  t.is(alarms.length, 1);
  t.like(alarms[0] as LossAlarm, {
    test: 'promise',
    loss: recall('yes'),
    limit: 0.02,
    samples: 8,
    mean: 0.5,
  });
  t.is(alarms[0].level, 0.01);
  const fresh = auditOf(served(promised).cascade, {
    rate: 1,
    alpha: 0.03,
    restart: { ...audit.state, evidence: 1 },
  });
  t.deepEqual(
    fresh.state.promises.map(({ restarts }) => restarts),
    [1, 1, 1],
  );
});

/** Rows of which such shares of all are worse or better, a quarter denied, and 3 in 10 go through. */
function drawn(lost: number, gained: number, rng: Random): Fate[] {
  return Array.from({ length: 100 }, () => {
    const u = rng.uniform();
    if (u < lost) return worse;
    if (u < lost + gained) return better;
    const early = rng.uniform() < 0.7;
    return rng.uniform() < 0.25 ? (early ? denying : deniedThrough) : early ? agreeing : through;
  });
}

/** Shares that lose exactly as much as is promised, and shares that lose several times as much. */
const TRIALS: readonly {
  what: string;
  promised: object;
  options?: Partial<Options>;
  limit: readonly [number, number];
  drift: readonly [number, number];
}[] = [
  // 'yes' by the full model: (1 - .04 - .1) .75 + .04 = .685.
  { what: 'recall', promised: clause(recall('yes'), 0.04 / 0.685), limit: [0.04, 0.1], drift: [0.2, 0.1] },
  // 'yes' by the cascade: (1 - .1 - .04) .75 + .04 = .685.
  {
    what: 'precision',
    promised: clause(precision('yes'), 0.04 / 0.685),
    limit: [0.1, 0.04],
    drift: [0.1, 0.2],
  },
  {
    what: 'a loss of one’s own',
    promised: clause({ name: 'fees' }, 0.05),
    options: { losses: [fees] },
    limit: [0.08, 0.03],
    drift: [0.2, 0.15],
  },
  {
    what: 'a loss of one’s own with late labels',
    // Worse rows lose .5 against a label that is 'yes', and better ones nothing.
    promised: clause({ name: 'regret' }, 0.05),
    options: { losses: [regret], labelled: true },
    limit: [0.1, 0.05],
    drift: [0.5, 0.05],
  },
  {
    what: 'three losses',
    promised: joint(
      clause(recall('yes'), 0.04 / 0.685),
      clause({ name: 'fees' }, 0.11),
      clause('disagreement', 0.14),
    ),
    options: { losses: [fees] },
    limit: [0.04, 0.1],
    drift: [0.2, 0.1],
  },
];

for (const { what, promised, options, limit, drift } of TRIALS) {
  test(`${what}: at exactly the promised loss, alarms are rarer than alpha`, async (t) => {
    const rng = random(`at the limit ${what}`);
    const [alpha, trials] = [0.2, atLength(40, 100)];
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      const audit = auditOf(served(promised).cascade, { rate: 0.5, alpha, seed: trial, ...options });
      if ((await alarmAfter(audit, 10, () => drawn(...limit, rng))) < Infinity) alarms++;
    }
    t.true(alarms <= alpha * trials, `${alarms} of ${trials}`);
    t.true(alarms > 0, 'the test is sharp enough for some');
  });

  test(`${what}: a drift to several times as much is noticed within some hundred drawn rows`, async (t) => {
    const rng = random(`drift ${what}`);
    const found: number[] = [];
    for (let trial = 0; trial < 31; trial++) {
      const audit = auditOf(served(promised).cascade, { rate: 0.25, seed: trial, ...options });
      found.push(await alarmAfter(audit, 100, () => drawn(...drift, rng)));
    }
    const median = found.sort((a, b) => a - b)[15];
    t.true(median < 250, `${median}`);
  });
}

test('from a state in JSON the tests of all losses go on as if they had never stopped', async (t) => {
  const promised = joint(
    clause({ name: 'regret' }, 0.3),
    clause('accuracy', 0.2),
    clause(precision('yes'), 0.2),
  );
  const options: Options = { rate: 0.5, seed: 1, losses: [regret], labelled: true };
  const { cascade } = served(promised);
  const rng = random('restored');
  const batches = Array.from({ length: 6 }, () => drawn(0.05, 0.05, rng));
  const whole = auditOf(cascade, options);
  let parted = auditOf(cascade, options);
  for (const rows of batches) {
    for (const audit of [whole, parted]) {
      await audit.predict(rows);
      for (const { id } of audit.state.pending.slice(0, 30)) audit.label(id, 'yes');
    }
    const state: AuditState<Answer> = JSON.parse(JSON.stringify(parted.state));
    parted = auditOf(cascade, { ...options, state });
  }
  t.deepEqual(parted.state, whole.state);
  t.true(whole.state.pending.length > 0 && whole.state.promises[0].samples === 180);
  const { state } = whole;
  for (const other of [{ labelled: false }, { alpha: 0.02 }]) {
    t.throws(() => auditOf(cascade, { ...options, ...other, state }), {
      instanceOf: OptionError,
      message: /'state'.*other levels or limits/,
    });
  }
});
