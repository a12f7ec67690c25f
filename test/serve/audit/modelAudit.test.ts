import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import type { AuditAlarm } from '../../../cascades/index.js';
import { random } from '../../../lib/stats/index.js';
import { type ModeAnswers, ModelAudit, type ModelAuditState } from '../../../serve/audit/index.js';
import type { LoadedModel } from '../../../serve/executor.js';
import type { RequestRows } from '../../../serve/requests/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { certificateOf, halfPlan } from '../../support/plans.js';
import { modeOf } from '../status/models.js';

const modelOf = (more: Partial<LoadedModel> = {}): LoadedModel => ({
  key: 'a/1#1',
  labels: ['no', 'yes'],
  kind: 'classes',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1], as: 'text' }],
  restsOn: 7,
  width: 2,
  modes: [modeOf(0.05)],
  held: [],
  ...more,
});

interface Again {
  readonly mode: number;
  readonly by: 'full' | 'full again' | 'mode';
  readonly rows: RequestRows;
}

/** An audit of every row, with a full model that answers the numbers of `x`. */
function world(
  model = modelOf(),
  settings: object = {},
  previous: readonly ModelAuditState[] = [],
  note: (rows: number) => void = () => {},
) {
  const again: Again[] = [];
  const alarms: { mode: number | null; alarm: AuditAlarm }[] = [];
  const timer = new FakeTimer();
  const voided = new Set(previous.flatMap(({ isVoid, evidence }) => (isVoid ? [evidence] : [])));
  let changes = 0;
  const terms = { rate: 1, alpha: 0.01, disagreement: undefined, afterAlarm: 'keep' as const, modes: 1 };
  const audit = new ModelAudit(
    model,
    { ...terms, ...settings },
    {
      timer,
      voided,
      note,
      again: async (mode, by, rows) => {
        again.push({ mode, by, rows });
        // The cascade itself says yes to everything.
        const full = by === 'mode' ? [] : rows.inputs.x.elements;
        return answersOf(
          Array.from({ length: rows.rows }, (_, row) => Number(full[row] ?? 1)),
          {
            exit: by === 'mode' ? 0 : 1,
          },
        );
      },
      onAlarm: (alarm) => void alarms.push(alarm),
      onChange: () => void changes++,
    },
    previous,
  );
  return { audit, again, alarms, timer, voided, changes: () => changes };
}

/** A request whose rows the full model answers so. */
const requestOf = (...full: number[]): RequestRows => ({
  rows: full.length,
  inputs: { x: { elements: Float32Array.from(full), rowShape: [] } },
});

const answersOf = (
  answers: number[],
  { exit = 0, ...more }: Partial<ModeAnswers> & { exit?: number } = {},
): ModeAnswers => ({
  answers: Float64Array.from(answers),
  scores: new Float64Array(),
  exits: new Uint8Array(answers.length).fill(exit),
  degraded: new Uint8Array(answers.length),
  verdict: 'certified',
  mode: 0,
  ...more,
});

const samples = ({ state }: ModelAudit) =>
  state.modes.map(({ promises: [{ samples, sum }] }) => [samples, sum]);

test('drawn exits are answered by the full model, and what differs counts', async (t) => {
  const { audit, again, changes } = world();
  audit.end(audit.begin(requestOf(1, 0, 1)), answersOf([1, 1, 1]));
  await audit.settled();
  t.deepEqual(samples(audit), [[3, 1]]);
  t.is(again[0].by, 'full');
  t.deepEqual(again[0].rows.inputs.x.elements, Float32Array.of(1, 0, 1));
  // One of them is answered once more by itself.
  t.deepEqual(
    again.slice(1).map(({ by, rows }) => [by, rows.rows]),
    [['mode', 1]],
  );
  t.true(changes() > 0);
});

test('rows of the full model lose nothing and cost nothing more', async (t) => {
  const { audit, again } = world();
  audit.end(audit.begin(requestOf(1, 0)), answersOf([0, 0], { exit: 1 }));
  await audit.settled();
  t.deepEqual(samples(audit), [[2, 0]]);
  t.is(again.length, 0);
});

test('of a full model that may differ from itself drawn exits are answered twice, each time anew', async (t) => {
  const mode = modeOf(0.05);
  const promised = { ...mode, certificate: { ...mode.certificate, loss: 'excessDisagreement' } } as const;
  const { audit, again } = world(modelOf({ modes: [promised] }));
  audit.end(audit.begin(requestOf(1, 0, 1)), answersOf([1, 1, 1]));
  await audit.settled();
  t.deepEqual(
    again
      .slice(0, 2)
      .map(({ by }) => by)
      .sort(),
    ['full', 'full again'],
  );
  // Both times it answers the same.
  t.deepEqual(samples(audit), [[3, 1]]);
});

test('requests count in the order in which they began, whatever order they end in', async (t) => {
  const { audit } = world();
  const [first, second, third] = [
    audit.begin(requestOf(0)),
    audit.begin(requestOf(0)),
    audit.begin(requestOf(0)),
  ];
  audit.end(third, answersOf([1]));
  audit.end(second, answersOf([1]));
  await audit.settled();
  t.deepEqual(samples(audit), [[0, 0]], 'the first may be one that takes long since it loses nothing');
  audit.end(first, answersOf([0]));
  await audit.settled();
  t.deepEqual(samples(audit), [[3, 2]]);
});

test('a request that was refused before any work leaves no gap; one that failed counts as lost nothing', async (t) => {
  const { audit } = world();
  const [refused, failed, answered] = [
    audit.begin(requestOf(0)),
    audit.begin(requestOf(0, 0)),
    audit.begin(requestOf(0)),
  ];
  audit.end(answered, answersOf([1]));
  audit.withdraw(refused);
  audit.end(failed, null);
  await audit.settled();
  t.deepEqual(samples(audit), [[3, 1]]);
  t.is(audit.state.modes[0].missed, 2);
});

for (const inFlight of [1_100, 16_384])
  test(`with ${inFlight} requests in flight, whatever order they end in, a broken promise is noticed`, async (t) => {
    const { audit, alarms } = world(modelOf({ modes: [modeOf(0.01)] }));
    const rng = random(1);
    // A tenth of the answers differ from the full model's.
    const begin = () => audit.begin(requestOf(rng.uniform() < 0.1 ? 0 : 1));
    const tickets = Array.from({ length: inFlight }, begin);
    const isNoticed = () => alarms.some(({ alarm }) => alarm.test === 'promise');
    for (let ended = 0; ended < 10 * inFlight && !isNoticed(); ended++) {
      const i = rng.integer(inFlight);
      audit.end(tickets[i], answersOf([1]));
      tickets[i] = begin();
      if (ended % 1_000 === 0) await audit.settled();
    }
    await audit.settled();
    t.true(isNoticed());
    t.is(audit.state.modes[0].missed, 0, 'none is given up');
  });

test('what waits for a request that hangs is bounded: then it counts as one that failed', async (t) => {
  const { audit } = world();
  const large: RequestRows = {
    rows: 1,
    inputs: { x: { elements: new Float32Array(2 ** 20).fill(1), rowShape: [2 ** 20] } },
  };
  const hung = audit.begin(requestOf(0));
  let waiting = 0;
  while (audit.state.requests.counted === 0) {
    audit.end(audit.begin(large), answersOf([1]));
    waiting++;
  }
  t.is(waiting, 32, 'of 4 MiB each');
  await audit.settled();
  t.deepEqual([samples(audit), audit.state.modes[0].missed], [[[33, 0]], 1]);
  audit.end(hung, answersOf([1]));
  await audit.settled();
  t.deepEqual(samples(audit), [[33, 0]]);
});

test('of requests that wait only drawn rows are kept', async (t) => {
  const { audit } = world(modelOf(), { rate: 0.01 });
  audit.begin(requestOf(0));
  const ticket = audit.begin(requestOf(...Array.from({ length: 1_000 }, (_, row) => row)));
  audit.end(ticket, answersOf(new Array<number>(1_000).fill(1), { scores: new Float64Array(2_000) }));
  const { elements } = ticket.request.inputs.x;
  t.true(elements.length > 0 && elements.length < 50);
  t.deepEqual(elements, Float32Array.from(ticket.drawn));
  t.true(ArrayBuffer.isView(elements) && elements.buffer.byteLength === elements.byteLength);
  t.is(ticket.outcome?.scores.length, 0);
});

test('rows of requests that weren’t over when a state was taken count as lost nothing', async (t) => {
  const { audit } = world(modelOf({ modes: [modeOf(0.05), modeOf(0.2)] }), { modes: 2 });
  audit.begin(requestOf(0, 0, 0));
  audit.end(audit.begin(requestOf(0)), answersOf([1]));
  await audit.settled();
  const kept: ModelAuditState = JSON.parse(JSON.stringify(audit.state));
  const next = world(modelOf({ modes: [modeOf(0.05), modeOf(0.2)] }), { modes: 2 }, [kept]).audit;
  await next.settled();
  t.deepEqual(samples(next), [
    [4, 0],
    [4, 0],
  ]);
  t.deepEqual(
    next.state.modes.map(({ missed }) => missed),
    [4, 4],
  );
  t.is(next.state.requests.counted, 4);
});

test('a state of the release before, without requests, goes on', async (t) => {
  const { audit } = world();
  audit.end(audit.begin(requestOf(0, 1)), answersOf([1, 1]));
  await audit.settled();
  const { requests: _, ...kept } = audit.state;
  t.deepEqual(samples(world(modelOf(), {}, [kept]).audit), [[2, 1]]);
});

test('rows that begin are noted ahead, seldom', (t) => {
  const notes: number[] = [];
  const { audit } = world(modelOf(), { rate: 0.1 }, [], (rows) => void notes.push(rows));
  for (let i = 0; i < 400; i++) {
    audit.begin(requestOf(1));
    t.true((notes.at(-1) ?? 0) >= audit.state.requests.begun);
  }
  t.is(notes.length, 3);
});

test('a request that never ends is given up, and then counts as one that failed', async (t) => {
  const { audit, timer } = world();
  const hung = audit.begin(requestOf(0));
  await timer.pass(600_001);
  audit.end(audit.begin(requestOf(0)), answersOf([1]));
  await audit.settled();
  t.deepEqual(samples(audit), [[2, 1]]);
  audit.end(hung, answersOf([1]));
  await audit.settled();
  t.deepEqual(samples(audit), [[2, 1]]);
  t.deepEqual(audit.counts, { drawn: 2, audited: 1, differed: 1, missed: 1, overdue: 1, dropped: 0 });
});

test('an audit that goes on counts from there', async (t) => {
  const first = world();
  first.audit.end(first.audit.begin(requestOf(1, 0)), answersOf([1, 1]));
  first.audit.end(first.audit.begin(requestOf(1)), null);
  await first.audit.settled();
  t.like(first.audit.counts, { drawn: 3, audited: 2, differed: 1, missed: 1 });
  const hung = first.audit.begin(requestOf(1));
  const { audit } = world(modelOf(), {}, [first.audit.state]);
  await audit.settled();
  t.deepEqual(
    audit.counts,
    { drawn: 1, audited: 0, differed: 0, missed: 1, overdue: 0, dropped: 0 },
    'the request that it doesn’t know the end of',
  );
  t.is(hung.rows, 1);
});

test('an alarm comes once the loss exceeds epsilon, and voids the certificate', async (t) => {
  const { audit, alarms, voided } = world();
  for (let call = 0; call < 20 && !audit.isVoid; call++) {
    audit.end(audit.begin(requestOf(0, 0)), answersOf([1, 1]));
    await audit.settled();
  }
  t.true(audit.isVoid);
  t.deepEqual([...voided], [audit.state.evidence], 'for all other audits of the model, too');
  t.deepEqual(
    alarms.map(({ mode, alarm }) => [mode, alarm.test]),
    [[0, 'promise']],
  );
  t.false(audit.isFullModelOnly, "it was told to keep the cascade's answers");
});

test('each mode is audited apart, with its share of alpha; an alarm of one voids all', async (t) => {
  const model = modelOf({ modes: [modeOf(0.05), modeOf(0.2)] });
  const { audit, alarms, again } = world(model, { modes: 2 });
  t.deepEqual(
    audit.state.modes.map(({ promises: [{ alpha, epsilon }] }) => [alpha, epsilon]),
    [
      [0.005, 0.05],
      [0.005, 0.2],
    ],
  );
  audit.end(audit.begin(requestOf(1)), answersOf([1]));
  audit.end(audit.begin(requestOf(0, 1)), answersOf([1, 1], { mode: 1 }));
  await audit.settled();
  t.deepEqual(samples(audit), [
    [1, 0],
    [2, 1],
  ]);
  const second = again.find(({ mode, by }) => mode === 1 && by === 'full');
  t.deepEqual(second?.rows.inputs.x.elements, Float32Array.of(0, 1));
  for (let call = 0; call < 60 && !audit.isVoid; call++) {
    audit.end(audit.begin(requestOf(0, 0)), answersOf([1, 1], { mode: 1 }));
    await audit.settled();
  }
  t.is(alarms.find(({ alarm }) => alarm.test === 'promise')?.mode, 1);
  t.true(audit.isVoid);
});

/** A plan of two stages. */
const longPlan = { ...halfPlan, stages: [...halfPlan.stages, ...halfPlan.stages] };

test('where callers differ, one audit at all of alpha tests all answers together', async (t) => {
  const model = modelOf({ modes: [modeOf(0.05), { ...modeOf(0.2), plan: longPlan }] });
  const together = certificateOf({ epsilon: 0.2 });
  const { audit, again, alarms } = world(model, { modes: 2, together });
  audit.end(audit.begin(requestOf(0, 1)), answersOf([1, 1]));
  // The full model's own, which is the second stage of the other mode.
  audit.end(audit.begin(requestOf(0)), answersOf([0], { exit: 1 }));
  audit.end(audit.begin(requestOf(0, 1)), answersOf([1, 1], { mode: 1, exit: 1 }));
  audit.end(audit.begin(requestOf(0, 0)), null);
  await audit.settled();
  const { modes } = audit.state;
  t.deepEqual(samples(audit), [[7, 2]]);
  t.deepEqual([modes[0].promises[0].alpha, modes[0].promises[0].epsilon], [0.01, 0.2]);
  t.is(modes[0].missed, 2);
  t.is(modes[0].exits, null);
  t.deepEqual(
    again.map(({ mode, by }) => [mode, by]),
    [
      [0, 'full'],
      [1, 'full'],
      [0, 'mode'],
      [1, 'mode'],
    ],
  );
  for (let call = 0; call < 60 && !audit.isVoid; call++) {
    audit.end(audit.begin(requestOf(0, 0)), answersOf([1, 1], { mode: call % 2 }));
    await audit.settled();
  }
  t.is(alarms.find(({ alarm }) => alarm.test === 'promise')?.mode, null);
  t.true(world(model, { modes: 2, together }, [audit.state]).audit.isVoid);
});

test('a state of modes apart begins anew for all answers together, and what was void stays void', async (t) => {
  const model = modelOf({ modes: [modeOf(0.05), modeOf(0.2)] });
  const { audit } = world(model, { modes: 2 });
  audit.end(audit.begin(requestOf(0)), answersOf([1]));
  await audit.settled();
  const together = certificateOf({ epsilon: 0.2 });
  const settings = { modes: 2, together };
  const next = world(model, settings, [audit.state]).audit;
  t.deepEqual(samples(next), [[0, 0]]);
  t.is(next.state.modes[0].promises[0].restarts, 1, 'at half the level');
  next.begin(requestOf(0, 0, 0));
  const resumed = world(model, settings, [next.state]).audit;
  await resumed.settled();
  t.deepEqual(samples(resumed), [[3, 0]], 'what was under way counts as lost nothing, once');
  t.is(resumed.state.modes[0].promises[0].restarts, 1);
  t.true(world(model, settings, [{ ...audit.state, isVoid: true }]).audit.isVoid);
});

test('modes that never answer cost no alpha', (t) => {
  const { audit } = world(modelOf({ modes: [modeOf(0.05), modeOf(0.2)] }), { modes: 1 });
  t.deepEqual(
    audit.state.modes.map(({ promises: [{ alpha }] }) => alpha),
    [0.01],
  );
});

async function voided(model = modelOf()) {
  const { audit } = world(model);
  while (!audit.isVoid) {
    audit.end(audit.begin(requestOf(0, 0)), answersOf([1, 1]));
    await audit.settled();
  }
  return audit.state;
}

test('an audit goes on where the certificate is the same, through JSON too', async (t) => {
  const { audit } = world();
  audit.end(audit.begin(requestOf(0, 1)), answersOf([1, 1]));
  await audit.settled();
  const kept: ModelAuditState = JSON.parse(JSON.stringify(audit.state));
  const next = world(modelOf({ key: 'a/1#2' }), {}, [kept]).audit;
  t.deepEqual(samples(next), [[2, 1]]);
  t.deepEqual(next.state, kept);
});

test('an audit begins anew for another certificate or other settings', async (t) => {
  const { audit } = world();
  audit.end(audit.begin(requestOf(0, 1)), answersOf([1, 1]));
  await audit.settled();
  t.deepEqual(samples(world(modelOf({ modes: [modeOf(0.04)] }), {}, [audit.state]).audit), [[0, 0]]);
  t.deepEqual(samples(world(modelOf({ restsOn: 8 }), {}, [audit.state]).audit), [[0, 0]]);
  t.deepEqual(samples(world(modelOf(), { alpha: 0.02 }, [audit.state]).audit), [[0, 0]]);
});

test('an audit that begins anew tests at half the level of the last, also after a void one', async (t) => {
  const levels: number[][] = [];
  let state = await voided();
  for (const epsilon of [0.04, 0.03, 0.02]) {
    ({ state } = world(modelOf({ modes: [modeOf(epsilon)], restsOn: 8 }), { alpha: 0.5 }, [state]).audit);
    levels.push(state.modes.map(({ promises: [{ alpha, restarts }] }) => alpha / 2 ** restarts));
  }
  t.deepEqual(levels, [[0.25], [0.125], [0.0625]]);
  // Of several audits before the one that began anew most often.
  const before = [world().audit.state, state];
  for (const states of [before, before.toReversed()]) {
    const { audit } = world(modelOf({ modes: [modeOf(0.01)], restsOn: 9 }), {}, states);
    t.is(audit.state.modes[0].promises[0].restarts, 4);
  }
  const again = world(modelOf({ modes: [modeOf(0.01)] }), {}, [await voided()]).audit;
  t.is(again.state.modes[0].promises[0].restarts, 1, 'on the same rows');
  t.true(again.isVoid);
});

test('what an alarm has voided stays void on the same rows, and not on others', async (t) => {
  const state = await voided();
  t.true(world(modelOf(), {}, [state]).audit.isVoid);
  t.true(
    world(modelOf({ modes: [modeOf(0.01)] }), {}, [state]).audit.isVoid,
    'another epsilon of the same rows',
  );
  t.true(world(modelOf(), { alpha: 0.5 }, [state]).audit.isVoid);
  const again = world(modelOf({ modes: [modeOf(0.01)] }), {}, [state]).audit.state;
  t.true(world(modelOf(), {}, [again]).audit.isVoid, 'and so on');
  t.false(world(modelOf({ restsOn: 8 }), {}, [state]).audit.isVoid);
});

test('after an alarm nothing more is drawn where the full model answers', async (t) => {
  const { audit, again } = world(modelOf(), { afterAlarm: 'full-model' }, [await voided()]);
  t.true(audit.isFullModelOnly);
  audit.end(audit.begin(requestOf(0)), answersOf([1]));
  await setImmediate();
  t.is(again.length, 0);
});

test('a failure of the full model costs no answer, and counts as lost nothing', async (t) => {
  const timer = new FakeTimer();
  const audit = new ModelAudit(
    modelOf(),
    { rate: 1, alpha: 0.01, disagreement: undefined, afterAlarm: 'keep', modes: 1 },
    {
      timer,
      voided: new Set(),
      note: () => {},
      again: () => Promise.reject(new Error('overloaded')),
      onAlarm: () => t.fail(),
      onChange: () => {},
    },
    [],
  );
  audit.end(audit.begin(requestOf(0, 0)), answersOf([1, 1]));
  await audit.settled();
  t.is(audit.state.modes[0].missed, 2);
  t.deepEqual(samples(audit), [[2, 0]]);
});

test('text rows are handed on as they came', async (t) => {
  const { audit, again } = world();
  const texts = ['a', 'b', 'c'].map((text) => new TextEncoder().encode(text));
  const request: RequestRows = {
    rows: 3,
    inputs: {
      x: { elements: Float32Array.of(0, 1, 2), rowShape: [] },
      pair: { elements: Float32Array.of(0, 1, 2, 3, 4, 5), rowShape: [2] },
      text: { elements: texts, rowShape: [] },
    },
  };
  // The middle row went to the full model by itself.
  audit.end(audit.begin(request), answersOf([0, 1, 2], { exits: Uint8Array.of(0, 1, 0) }));
  await audit.settled();
  const [{ rows }] = again;
  t.deepEqual(rows.inputs.pair, { elements: Float32Array.of(0, 1, 4, 5), rowShape: [2] });
  t.deepEqual(rows.inputs.text.elements, [texts[0], texts[2]]);
  t.deepEqual(request.inputs.pair.elements, Float32Array.of(0, 1, 2, 3, 4, 5));
});

test('what can’t be audited is refused', (t) => {
  const accuracy = { ...modeOf(0.05), certificate: certificateOf({ loss: 'accuracy' }) };
  t.throws(() => world(modelOf({ modes: [accuracy] })), {
    name: 'OptionError',
    message: /audit\.disagreement.*promises accuracy, which needs labels/,
  });
  t.notThrows(() => world(modelOf({ modes: [accuracy] }), { disagreement: 0.1 }));
  t.throws(() => world(modelOf({ kind: 'ranker' })), {
    name: 'OptionError',
    message: /rankers have no audit/,
  });
  const bare = { ...modeOf(0.05), certificate: certificateOf({ verdict: 'exploratory' }) };
  t.throws(() => world(modelOf({ modes: [bare] })), { name: 'OptionError', message: /nothing is promised/ });
  const own = { ...modeOf(0.05), certificate: certificateOf({ loss: { name: 'cost' } }) };
  t.throws(() => world(modelOf({ modes: [own] })), { name: 'OptionError', message: /cost/ });
});
