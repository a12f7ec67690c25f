import test from 'ava';
import fc from 'fast-check';
import { Audit, type AuditAlarm, type AuditState } from '../../../cascades/monitoring/index.js';
import { precision, recall } from '../../../index.js';
import { random } from '../../../lib/stats/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import {
  agreeing,
  auditOf,
  better,
  drawFates,
  type Fate,
  gated,
  type Options,
  served,
  through,
  USED,
  worse,
} from './world.js';

type Answer = 'no' | 'yes';

/** Answers batches, whose calls end, and whose labels come, in these orders. */
async function answered(
  batches: readonly Fate[][],
  loss: 'disagreement' | 'accuracy',
  order: readonly number[],
  fails: (call: number) => boolean = () => false,
): Promise<AuditState<Answer>> {
  const { cascade, calls } = gated(served({ loss }).cascade);
  const options: Options = { rate: 0.6, seed: 1, exits: { rows: 500 }, afterAlarm: 'keep' };
  const audit = new Audit(cascade, options, USED);
  const answers = batches.map((rows) => audit.predict(rows));
  for (const call of order) {
    if (!fails(call)) calls[call].end();
    else {
      calls[call].fail(new Error('down'));
      await answers[call].catch(() => {});
      continue;
    }
    const { drawn } = await answers[call];
    for (const { id, row, awaitsLabel } of drawn.toReversed()) {
      if (awaitsLabel) audit.label(id, batches[call][row].label);
    }
  }
  return audit.state;
}

test('in whatever order calls end and labels come, the tests see the rows in the order of drawing', async (t) => {
  const rng = random('any order');
  const batches = Array.from({ length: 12 }, (_, b) =>
    drawFates(2 * (b % 4), { worse: 0.2, better: 0.1 }, rng),
  );
  const inTurn = batches.map((_, call) => call);
  for (const loss of ['disagreement', 'accuracy'] as const) {
    for (const fails of [() => false, (call: number) => call % 4 === 2]) {
      const expected = await answered(batches, loss, inTurn, fails);
      t.true(expected.promises[0].samples > 5);
      t.deepEqual([expected.calls, expected.pending.filter((draw) => !('missed' in draw))], [[], []]);
      const orders = fc.shuffledSubarray(inTurn, { minLength: 12 });
      await fc.assert(
        fc.asyncProperty(orders, async (order) => {
          t.deepEqual(await answered(batches, loss, order, fails), expected);
        }),
        { seed: 9, numRuns: 25 },
      );
    }
  }
});

test('what a call has found waits for the calls that began before it', async (t) => {
  const { cascade, calls } = gated(served().cascade);
  const alarms: AuditAlarm[] = [];
  const audit = new Audit(cascade, { rate: 1, onAlarm: (alarm) => alarms.push(alarm) }, USED);
  const first = audit.predict([agreeing, agreeing]);
  const second = audit.predict([worse, worse, worse, worse]);
  calls[1].end();
  const early = await second;
  t.deepEqual([early.labels, early.uncertified], [['no', 'no', 'no', 'no'], null]);
  t.like(audit.state, { audited: 4, differed: 4, promises: [{ samples: 0 }], exits: { samples: 0 } });
  t.deepEqual(
    audit.state.calls.map(({ first, drawn, outcome }) => [first, drawn, outcome?.draws?.length]),
    [
      [0, 2, undefined],
      [2, 4, 4],
    ],
  );
  calls[0].end();
  t.is((await first).uncertified, 'drift');
  t.like(audit.state, { promises: [{ samples: 6, sum: 4 }], exits: { samples: 6 }, calls: [] });
  t.is(alarms.length, 1);
});

test('a call that fails had its draws: each counts as the least loss, for every loss', async (t) => {
  const failure = new Error('down');
  for (const [loss, sum] of [
    ['disagreement', 0],
    [recall('no'), 0],
    [precision('no'), 0],
    ['accuracy', -3],
    ['harm', 0],
    ['excessDisagreement', -3],
  ] as const) {
    const { cascade, calls } = gated(served({ loss }).cascade);
    const audit = new Audit(cascade, { rate: 1 }, USED);
    const failed = audit.predict([worse, through, agreeing]);
    const next = audit.predict([worse]);
    calls[0].fail(failure);
    await t.throwsAsync(failed, { is: failure });
    t.like(audit.state, {
      missed: 3,
      overdue: 0,
      faulted: 3,
      rows: 4,
      exits: { samples: 3, counts: [0, 0], unknown: 3 },
    });
    calls[1].end();
    await next;
    if (loss === 'accuracy' || loss === 'harm') t.true(audit.label(3, 'yes'));
    const counts = typeof loss === 'string' || 'precision' in loss;
    t.like(audit.state.promises[0], { samples: counts ? 4 : 3, sum: sum + Number(counts) });
  }
});

test('of a call that is aborted while the full model is asked, what went through is known', async (t) => {
  const { cascade } = served({ loss: 'accuracy' });
  const enough = new Error('enough');
  const controller = new AbortController();
  const aborted = {
    ...cascade,
    full: {
      ...cascade.full,
      predict: async () => {
        controller.abort(enough);
        throw enough;
      },
    },
  };
  const audit = auditOf(aborted, { rate: 1 });
  await t.throwsAsync(audit.predict([through, worse, through], { signal: controller.signal }), {
    is: enough,
  });
  t.is(audit.state.missed, 1);
  t.deepEqual(audit.state.pending, [{ id: 1, run: 1, missed: 1 }]);
  t.is(audit.state.run, 1);
});

test('a row that the full model couldn’t answer is of the class that is asked about, unless its answer is another', async (t) => {
  for (const [loss, samples] of [
    [recall('yes'), 2],
    [precision('yes'), 1],
    [precision('no'), 1],
  ] as const) {
    const audit = auditOf(served({ loss }, { broken: true }).cascade, { rate: 1 });
    await audit.predict([worse, agreeing]);
    t.like(audit.state, { missed: 2, promises: [{ samples, sum: 0 }] });
  }
});

test('a call that never ends is given up once too much waits for it, and memory stays bounded', async (t) => {
  const { cascade, calls } = gated(served({ loss: 'accuracy' }).cascade);
  const audit = new Audit(cascade, { rate: 0.5, seed: 1, held: 20 }, USED);
  const stuck = audit.predict(new Array<Fate>(10).fill(worse));
  const { drawn } = audit.state.draws;
  t.true(drawn > 0);
  let most = 0;
  for (let call = 1; call <= 300; call++) {
    const next = audit.predict([agreeing, through]);
    calls[call].end();
    await next;
    most = Math.max(most, audit.state.calls.length);
    if (call < 8) t.is(audit.state.exits?.samples, 0);
  }
  t.true(most <= 21, `${most}`);
  const { state } = audit;
  t.like(state, { missed: drawn, overdue: drawn, calls: [] });
  t.like(state.exits, { samples: 610, unknown: 10 });
  t.deepEqual(state.pending, [{ id: 0, run: 0, missed: drawn }], 'each to be -1');
  calls[0].end();
  const late = await stuck;
  t.is(late.labels.length, 10);
  t.true(late.drawn.length === drawn && late.drawn.every(({ awaitsLabel }) => !awaitsLabel));
  t.false(audit.label(late.drawn[0].id, 'yes'));
  t.deepEqual(audit.state, state, 'its end changes nothing');
});

test('calls under way wait for themselves: however many there are, none is given up', async (t) => {
  const { cascade, calls } = gated(served().cascade);
  const audit = new Audit(cascade, { rate: 1, held: 5 }, USED);
  const all = Array.from({ length: 20 }, () => audit.predict([worse]));
  for (const call of calls.reverse()) call.end();
  await Promise.all(all);
  t.like(audit.state, { missed: 0, overdue: 0, promises: [{ samples: 20, sum: 20 }] });
});

test('a call that takes longer than `heldMs` is given up when the next begins', async (t) => {
  const { cascade, calls } = gated(served().cascade);
  const timer = new FakeTimer();
  const audit = new Audit(cascade, { rate: 1, heldMs: 1_000 }, USED, timer);
  const stuck = audit.predict([worse]);
  const second = audit.predict([agreeing]);
  calls[1].end();
  await second;
  await timer.pass(1_000);
  const third = audit.predict([agreeing]);
  t.is(audit.state.promises[0].samples, 0);
  await timer.pass(1);
  const fourth = audit.predict([agreeing]);
  t.like(audit.state, { overdue: 1, promises: [{ samples: 2, sum: 0 }] });
  for (const call of [0, 2, 3]) calls[call].end();
  await Promise.all([stuck, third, fourth]);
  t.like(audit.state, { overdue: 1, missed: 1, promises: [{ samples: 4, sum: 0 }] });
});

test('an alarm that giving up brings is told by the call that begins then', async (t) => {
  const { cascade, calls } = gated(served().cascade);
  const reported: AuditAlarm[] = [];
  const options: Options = { rate: 1, held: 5, afterAlarm: 'full-model', onAlarm: (a) => reported.push(a) };
  const audit = new Audit(cascade, { ...options, exits: false }, USED);
  void audit.predict([agreeing]);
  const lost = audit.predict(new Array<Fate>(5).fill(worse));
  calls[1].end();
  await lost;
  t.is(reported.length, 0);
  const after = await audit.predict([worse]);
  t.is(reported.length, 1);
  t.like(after, { labels: ['yes'], uncertified: 'drift', drawn: [] });
});

test('a state holds the calls under way; who goes on from it will never hear of them', async (t) => {
  const { cascade, calls } = gated(served({ loss: 'accuracy' }).cascade);
  const options: Options = { rate: 1, seed: 1 };
  const audit = new Audit(cascade, options, USED);
  const stuck = audit.predict([worse, agreeing]);
  const over = audit.predict([better, agreeing]);
  calls[1].end();
  const { drawn } = await over;
  audit.label(drawn[0].id, 'yes');
  const state: AuditState<Answer> = JSON.parse(JSON.stringify(audit.state));
  t.is(state.calls.length, 2);
  const restored = new Audit(cascade, { ...options, state }, USED);
  t.like(restored.state, { calls: [], missed: 2, overdue: 2, exits: { samples: 4, unknown: 2 } });
  t.like(restored.state.promises[0], { samples: 3, sum: -3 });
  const next = restored.predict([worse]);
  calls[2].end();
  restored.label((await next).drawn[0].id, 'yes');
  // Twice -1 for what isn't known, -1 for what the cascade alone got right, 0 and 1.
  t.like(restored.state.promises[0], { samples: 5, sum: -2 });
  calls[0].end();
  await stuck;
  t.like(audit.state, { missed: 0, calls: [] });
});

test('after an AsyncError other rows come next: the call has failed, and isn’t forgotten', async (t) => {
  const { cascade } = served({}, { waits: true });
  const audit = new Audit(cascade, { rate: 1 }, USED);
  const rows = [through, worse];
  t.throws(() => audit.predictSync(rows), { name: 'AsyncError' });
  t.like(audit.state, { rows: 2, missed: 0, promises: [{ samples: 0 }] });
  await audit.predict([worse]);
  t.like(audit.state, { rows: 3, missed: 2, faulted: 2, promises: [{ samples: 3, sum: 1 }] });
  t.throws(() => audit.predictSync(rows), { name: 'AsyncError' });
  await audit.predict([...rows]);
  t.like(audit.state, { rows: 5, missed: 2, promises: [{ samples: 5, sum: 2 }] });
});

test('a label that comes before its row can be counted is kept; one that won’t come is the least loss', async (t) => {
  const { cascade, calls } = gated(served({ loss: 'accuracy', epsilon: 0.5 }).cascade);
  const audit = auditOf(cascade, { rate: 1 });
  const stuck = audit.predict([worse, better]);
  const second = audit.predict([worse]);
  calls[1].end();
  t.deepEqual(
    (await second).drawn.map(({ id, awaitsLabel }) => [id, awaitsLabel]),
    [[2, true]],
  );
  t.true(audit.label(2, 'yes'));
  t.false(audit.label(2, 'yes'));
  calls[0].end();
  await stuck;
  t.true(audit.label(1, null));
  t.false(audit.label(1, 'yes'));
  t.is(audit.state.promises[0].samples, 0);
  t.true(audit.label(0, 'yes'));
  t.like(audit.state, { dropped: 1, pending: [], promises: [{ samples: 3, sum: 1 }] });
});

test('a label after a quadrillion calm rows, or as many missed ones, is counted at once', (t) => {
  const { cascade } = served({ loss: 'accuracy' });
  const { state } = auditOf(cascade, { rate: 1 });
  const row = { answer: 'no', full: 'yes', losses: null } as const;
  const pending = [
    { id: 0, run: 1e15, ...row },
    { id: 1, run: 0, missed: 1e12 },
    { id: 2, run: 1e12, ...row },
  ];
  const draws = { drawn: 3, next: 0 };
  const audit = auditOf(cascade, { rate: 1, state: { ...state, pending, draws } });
  t.true(audit.label(2, 'yes'));
  t.true(audit.label(0, 'yes'));
  t.is(audit.state.promises[0].samples, 1e15 + 2e12 + 2);
});

test('rows are drawn by a fresh seed, which the state records', async (t) => {
  const { cascade } = served();
  const rows = new Array<Fate>(200).fill(agreeing);
  const [one, other] = [auditOf(cascade, { rate: 0.3 }), auditOf(cascade, { rate: 0.3 })];
  t.regex(String(one.state.seed), /^[0-9a-f]{32}$/);
  t.not(one.state.seed, other.state.seed);
  const state: AuditState<Answer> = JSON.parse(JSON.stringify(one.state));
  const drawn = async (audit: Audit<Fate, Answer>) => (await audit.predict(rows)).drawn.map(({ row }) => row);
  const expected = await drawn(one);
  t.notDeepEqual(await drawn(other), expected);
  t.deepEqual(await drawn(auditOf(cascade, { rate: 0.3, state })), expected);
  t.deepEqual(await drawn(auditOf(cascade, { rate: 0.3, seed: state.seed })), expected);
  t.is(auditOf(cascade, { rate: 0.3, seed: 5, state }).state.seed, 5);
});
