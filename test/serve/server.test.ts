import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as startSoon } from 'node:timers';
import { setImmediate } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import { type InferRequest, RequestError, type Tensor } from '../../lib/protocol/messages/index.js';
import type { Call } from '../../serve/backend.js';
import { RefusedRows } from '../../serve/executor.js';
import { Scheduler } from '../../serve/scheduling/index.js';
import { ModelServer, type ServerOptions, type ServingEvent } from '../../serve/server.js';
import { metricsText } from '../../serve/status/metrics.js';
import { statusOf } from '../../serve/status/snapshot.js';
import { FakeHost } from '../support/fakeHost.js';
import { FakeTimer } from '../support/fakeTimer.js';
import { folderFor } from '../support/files.js';
import { ModelDirectory } from '../support/modelDirectory.js';

/** What needs no time happens by itself. */
class TurnTimer extends FakeTimer {
  override after(milliseconds: number, run: () => void): () => void {
    if (milliseconds > 0) return super.after(milliseconds, run);
    const soon = startSoon(run);
    return () => clearImmediate(soon);
  }
}

async function world(t: ExecutionContext, options: Partial<ServerOptions> = {}) {
  const directory = new ModelDirectory(await folderFor(t));
  const timer = new TurnTimer();
  const [host, inline] = [new FakeHost(), new FakeHost()];
  const events: ServingEvent[] = [];
  const server = new ModelServer({
    directory: directory.path,
    lanes: {
      workers: { host, scheduler: new Scheduler(host, { timer }) },
      inline: { host: inline, scheduler: new Scheduler(inline, { timer, inline: true }) },
    },
    timer,
    epoch: () => 1_700_000_000_000,
    stateDir: undefined,
    allowWorse: false,
    memory: Number.POSITIVE_INFINITY,
    onEvent: (event) => void events.push(event),
    onFault: (error) => t.fail(String(error)),
    ...options,
  });
  return { directory, timer, host, inline, server, events };
}

const x = (...values: number[]): Tensor => ({
  name: 'x',
  datatype: 'FP32',
  shape: [values.length],
  elements: Float32Array.from(values),
});

const request = (model: string, more: Partial<InferRequest> = {}): InferRequest => ({
  model,
  version: undefined,
  id: 'r1',
  parameters: {},
  inputs: [x(1, 2)],
  outputs: undefined,
  ...more,
});

const call = (more: Partial<Call> = {}): Call => ({
  tenant: 'anonymous',
  arrived: 0,
  deadline: undefined,
  octets: 100,
  signal: new AbortController().signal,
  ...more,
});

const text = (octets: unknown) =>
  (octets as readonly Uint8Array[]).map((each) => new TextDecoder().decode(each));

test('a request is answered with label, scores and exit, and with what is promised', async (t) => {
  const { directory, server } = await world(t);
  await directory.model('a/3', { answer: 1 });
  await server.refresh();
  const { outputs, ...response } = await server.infer(request('a'), call());
  t.deepEqual(response, {
    model: 'a',
    version: '3',
    id: 'r1',
    parameters: { verdict: 'certified', epsilon: 0.05 },
  });
  t.deepEqual(
    outputs.map(({ name, datatype, shape }) => [name, datatype, shape]),
    [
      ['label', 'BYTES', [2]],
      ['scores', 'FP64', [2, 2]],
      ['exit', 'INT32', [2]],
    ],
  );
  t.deepEqual(text(outputs[0].elements), ['yes', 'yes']);
  t.deepEqual(outputs[2].elements, Int32Array.of(0, 0));
  t.deepEqual(server.metadata('a', undefined), {
    name: 'a',
    versions: ['3'],
    platform: 'spillway_cascade',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1] }],
    outputs: [
      { name: 'label', datatype: 'BYTES', shape: [-1] },
      { name: 'scores', datatype: 'FP64', shape: [-1, 2], labels: ['no', 'yes'] },
      { name: 'exit', datatype: 'INT32', shape: [-1] },
    ],
    maxBatchSize: 16_384,
  });
});

test('only the outputs that are named are computed and answered', async (t) => {
  const { directory, server, host } = await world(t);
  await directory.model('a/1');
  await server.refresh();
  const { outputs } = await server.infer(
    request('a', { outputs: [{ name: 'exit' }, { name: 'label' }] }),
    call(),
  );
  t.deepEqual(
    outputs.map(({ name }) => name),
    ['exit', 'label'],
  );
  t.is(host.slices.at(-1)?.scores, false);
  await server.infer(request('a', { outputs: [{ name: 'scores' }] }), call());
  t.is(host.slices.at(-1)?.scores, true);
  await t.throwsAsync(async () => server.infer(request('a', { outputs: [{ name: 'proba' }] }), call()), {
    name: 'RequestError',
    message: /no output "proba"; it has "label", "scores", "exit"/,
  });
});

test('no rows have no answers, and take nothing', async (t) => {
  const { directory, server, host } = await world(t);
  await directory.model('a/1');
  await server.refresh();
  const { outputs, parameters } = await server.infer(request('a', { inputs: [x()] }), call());
  t.deepEqual(
    outputs.map(({ shape }) => shape),
    [[0], [0, 2], [0]],
  );
  t.is(parameters.verdict, 'certified');
  t.is(host.slices.length, 0);
});

const BAD: readonly [name: string, more: Partial<InferRequest>, reason: string, message: RegExp][] = [
  ['an unknown input', { inputs: [{ ...x(1), name: 'y' }] }, 'invalid', /no input "y"; it has "x"/],
  ['a missing input', { inputs: [] }, 'invalid', /input "x" is missing/],
  [
    'another datatype',
    { inputs: [{ ...x(1), datatype: 'FP64' }] },
    'invalid',
    /is of FP64; the model takes FP32/,
  ],
  ['another shape', { inputs: [{ ...x(1), shape: [1, 1] }] }, 'invalid', /shape \[1, 1\]/],
  [
    'too many rows',
    { inputs: [x(1, 2, 3, 4)] },
    'too-large',
    /4 rows; a request to this model has at most 3/,
  ],
  ['a timeout that is no number', { parameters: { timeout: 'soon' } }, 'invalid', /timeout/],
  ['an unknown model', { model: 'b' }, 'not-found', /no model "b"/],
  ['an unknown version', { version: '2' }, 'not-found', /no version "2"/],
];

for (const [name, more, reason, message] of BAD)
  test(`${name} is refused before any work`, async (t) => {
    const { directory, server, host } = await world(t);
    await directory.model('a/1', {}, { maxBatchRows: 3 });
    await server.refresh();
    const error = await t.throwsAsync(async () => server.infer(request('a', more), call()), {
      name: 'RequestError',
      message,
    });
    t.is((error as { reason?: string }).reason, reason);
    t.is(host.slices.length, 0);
  });

test('the deadline is the earliest of transport, parameter and model', async (t) => {
  const { directory, server, host, timer } = await world(t);
  await directory.model('a/1', {}, { timeoutMicroseconds: 50_000 });
  await server.refresh();
  host.onSlice = () => new Promise(() => {});
  const late = (more: Partial<InferRequest>, deadline?: number) =>
    t.throwsAsync(async () => server.infer(request('a', more), call({ arrived: timer.now(), deadline })), {
      message: /deadline/i,
    });
  const waits = [late({ parameters: { timeout: 10_000 } }), late({}, timer.now() + 20), late({})];
  await timer.pass(10);
  await waits[0];
  await timer.pass(10);
  await waits[1];
  await timer.pass(30);
  await waits[2];
});

/** Requests for `a`, by how long they take and the stage that answers: the second is the full model. */
async function timed(t: ExecutionContext, settings: object = {}) {
  const all = await world(t);
  const { directory, server, host, timer } = all;
  await directory.model('a/1', {}, { timeoutMicroseconds: 10_000, ...settings });
  await server.refresh();
  const ask = async (ms: number, exit: number, more: Partial<InferRequest> = {}) => {
    let passing = Promise.resolve();
    host.onSlice = async ({ rows }) => {
      passing = timer.pass(ms);
      await passing;
      return { exits: new Uint8Array(rows).fill(exit) };
    };
    try {
      const { parameters } = await server.infer(request('a', more), call({ arrived: timer.now() }));
      return parameters.verdict;
    } catch (error) {
      return error instanceof RequestError ? error.reason : error;
    } finally {
      // A late request is refused while it is computed.
      await passing;
      await setImmediate();
    }
  };
  return { ...all, ask };
}

test('what is late after computing began begins a spell, which the full model in time ends', async (t) => {
  const { ask } = await timed(t);
  t.is(await ask(1, 0), 'certified');
  t.is(await ask(20, 1), 'deadline');
  t.is(await ask(1, 0), 'degraded');
  t.is(await ask(20, 1), 'deadline');
  t.is(await ask(1, 0), 'degraded');
  t.is(await ask(1, 1), 'certified');
  t.is(await ask(1, 0), 'certified');
});

test('a request that waits longer isn’t lost with those that are late', async (t) => {
  const { ask } = await timed(t);
  t.is(await ask(20, 1), 'deadline');
  t.is(await ask(1, 0, { parameters: { timeout: 50_000 } }), 'certified');
  t.is(await ask(1, 0, { parameters: { timeout: 5_000 } }), 'degraded');
  t.is(await ask(1, 0), 'degraded');
});

test('what takes its thread with it begins a spell for all', async (t) => {
  const { ask, host, server } = await timed(t);
  host.onSlice = () => Promise.reject(new RequestError('internal', 'it ended its thread'));
  await t.throwsAsync(async () => server.infer(request('a'), call()), { message: /ended its thread/ });
  t.is(await ask(1, 0, { parameters: { timeout: 5e9 } }), 'degraded');
  t.is(await ask(1, 1), 'certified');
  t.is(await ask(1, 0), 'certified');
});

test('what is dropped in the queue, or refused, begins no spell', async (t) => {
  const { ask, host, server, timer, directory } = await timed(t);
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  await directory.model('b/1');
  await directory.model('c/1');
  await server.refresh();
  host.onSlice = async () => {
    await gate;
    return {};
  };
  const before = ['b', 'c'].map((name) => server.infer(request(name), call({ tenant: name })));
  await setImmediate();
  const queued = server.infer(request('a'), call({ arrived: timer.now() }));
  const late = t.throwsAsync(async () => queued, { message: /deadline passed/ });
  await timer.pass(10);
  await late;
  t.is(host.slices.filter(({ model }) => model.startsWith('a')).length, 0);
  go();
  await Promise.all(before);
  t.is(await ask(1, 0, { parameters: { timeout: 1 } }), 'overloaded');
  t.is(await ask(1, 0), 'certified');
});

test('degraded rows and aggressive modes are named', async (t) => {
  const { directory, server, host } = await world(t);
  await directory.model('a/1');
  await server.refresh();
  host.onSlice = async () => ({ degraded: Uint8Array.of(0, 1), verdict: 'degraded' });
  const { parameters } = await server.infer(request('a'), call());
  t.deepEqual(parameters, { verdict: 'degraded', degraded_rows: 1 });
});

test('what answers say, the state of the model says too', async (t) => {
  const { directory, server, host } = await world(t);
  await directory.model('a/1', { unchecked: true });
  await directory.model('b/1');
  await server.refresh();
  const { parameters } = await server.infer(request('a'), call());
  t.deepEqual(parameters, { verdict: 'certified', unchecked: true, epsilon: 0.05 });
  host.onSlice = async () => ({ degraded: Uint8Array.of(0, 1), verdict: 'degraded' });
  await server.infer(request('a'), call());
  const stateOf = (name: string) =>
    statusOf({ models: server.models(), uptimeMs: 0 }).models.find((model) => model.name === name);
  t.like(stateOf('a'), {
    unchecked: true,
    isDegraded: true,
    verdicts: { certified: 2, degraded: 2 },
  });
  host.onSlice = undefined;
  await server.infer(request('a'), call());
  const other = (await server.infer(request('b'), call())).parameters;
  t.deepEqual(other, { verdict: 'certified', epsilon: 0.05 });
  t.like(stateOf('a'), { isDegraded: false, verdicts: { certified: 4, degraded: 2 } });
  t.like(stateOf('b'), { unchecked: false, isDegraded: false, verdicts: { certified: 2 } });
});

test('rows that are refused by themselves leave no gap in an audit; others that fail do', async (t) => {
  const { directory, server, host } = await world(t);
  await directory.model('a/1', {}, { audit: { rate: 1, alpha: 0.01 } });
  await server.refresh();
  const counted = async (error: Error) => {
    host.onSlice = () => Promise.reject(error);
    await t.throwsAsync(async () => server.infer(request('a'), call()), { message: error.message });
    await setImmediate();
    return server.models()[0].audit?.state.modes[0].missed;
  };
  t.is(await counted(new RefusedRows("feature 'x', row 0: expected a text")), 0);
  t.is(await counted(new RequestError('invalid', "feature 'x', row 0: failed")), 2);
});

test('where callers differ, every answer names what holds of all answers together', async (t) => {
  const { directory, server } = await world(t);
  const band = { certificate: { epsilon: 0.02 }, modes: [{ epsilon: 0.05 }] };
  const also = { also: [0.02, 0.05] };
  const named = { certificate: { epsilon: 0.02, ...also }, modes: [{ epsilon: 0.05, ...also }] };
  await directory.model('refuses/1', band);
  await directory.model('differ/1', band, { overload: 'degrade' });
  await directory.model('share/1', named, { overload: 'degrade-over-share' });
  await directory.model('alike/1', band, { overload: 'degrade', callers: 'alike' });
  await server.refresh();
  const epsilons = { refuses: 0.02, differ: 0.05, share: 0.07, alike: 0.02 };
  for (const [model, epsilon] of Object.entries(epsilons)) {
    const { parameters } = await server.infer(request(model), call());
    t.deepEqual(parameters, { verdict: 'certified', epsilon }, model);
  }
  t.deepEqual(
    server.models().map(({ name, together }) => [name, together?.epsilon]),
    [
      ['alike', undefined],
      ['differ', 0.05],
      ['refuses', undefined],
      ['share', 0.07],
    ],
  );
});

test('under load answers name the mode, and its epsilon only where callers are alike', async (t) => {
  const { directory, server, host } = await world(t);
  const artifact = { certificate: { epsilon: 0.02 }, modes: [{ epsilon: 0.05 }, { epsilon: 0.06 }] };
  const named = async (settings: object) => {
    await directory.model('a/1', artifact, settings);
    await server.refresh();
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    host.onSlice = async () => {
      await gate;
      return {};
    };
    // Each is 16 ms of work for two cores.
    const large = { inputs: [x(...new Array<number>(16_000).fill(1))] };
    const flood = Array.from({ length: 6 }, () =>
      server.infer(request('a', large), call({ tenant: 'flood' })),
    );
    const last = server.infer(request('a'), call({ tenant: 'flood' }));
    const quiet = server.infer(request('a'), call({ tenant: 'quiet' }));
    open();
    await Promise.all(flood);
    return [(await last).parameters, (await quiet).parameters];
  };
  const own = { verdict: 'certified', mode: 1, epsilon: 0.05 };
  const together = { verdict: 'certified', mode: 1, epsilon: 0.06 };
  t.deepEqual(await named({ overload: 'degrade', callers: 'alike' }), [own, own]);
  t.deepEqual(await named({ overload: 'degrade' }), [together, together]);
  const calm = { verdict: 'certified', epsilon: 0.06 };
  t.deepEqual(await named({ overload: 'degrade-over-share' }), [together, calm]);
});

test('where callers differ, one audit is of all answers together, and its alarm names no mode', async (t) => {
  const { directory, server, host } = await world(t);
  const artifact = { certificate: { epsilon: 0.02 }, modes: [{ epsilon: 0.05 }] };
  await directory.model('a/1', artifact, { overload: 'degrade', audit: { rate: 1 } });
  await server.refresh();
  differing(host);
  t.true((await answerUntilVoid(server)) < 60);
  const [{ audit }] = server.models();
  t.deepEqual(
    audit?.state.modes.map(({ promises: [{ epsilon, alpha }] }) => [epsilon, alpha]),
    [[0.05, 0.01]],
  );
  t.deepEqual(
    audit?.alarms.map(({ mode, alarm }) => [mode, alarm.test]),
    [[null, 'promise']],
  );
});

test('a loss that is promised of each mode alone isn’t served where callers differ', async (t) => {
  const { directory, server } = await world(t);
  const also = { loss: 'accuracy', also: [0.02, 0.05] } as const;
  const artifact = { certificate: { epsilon: 0.02, ...also }, modes: [{ epsilon: 0.05, ...also }] };
  await directory.model('a/1', artifact, { overload: 'degrade' });
  await directory.model('b/1', artifact, { overload: 'degrade', callers: 'alike' });
  await server.refresh();
  const [refused, served] = server.index();
  t.is(refused.state, 'UNAVAILABLE');
  t.regex(refused.reason, /'overload'.*accuracy is promised of each mode alone.*"callers": "alike"/);
  t.is(served.state, 'READY');
});

test('a model that promises nothing says so', async (t) => {
  const { directory, server } = await world(t);
  await directory.model('a/1', { certificate: { verdict: 'exploratory' } });
  await server.refresh();
  const { parameters } = await server.infer(request('a'), call());
  t.deepEqual(parameters, { verdict: 'exploratory' });
});

test('inline models are loaded and answered where they arrive', async (t) => {
  const { directory, server, host, inline } = await world(t);
  await directory.model('a/1', {}, { inline: true });
  await server.refresh();
  await server.infer(request('a'), call());
  t.deepEqual([host.slices.length, inline.slices.length], [0, 1]);
  await directory.model('a/1', {}, { inline: false });
  await server.refresh();
  await server.infer(request('a'), call());
  t.deepEqual([host.slices.length, inline.slices.length], [1, 1]);
  await setImmediate();
  t.is(inline.loaded.size, 0);
});

test('a ranker takes candidates and k, and answers indices', async (t) => {
  const { directory, server, host } = await world(t);
  await directory.model('r/1', { kind: 'ranker' });
  await server.refresh();
  host.onSlice = async () => ({
    answers: Float64Array.of(1),
    scores: Float64Array.of(0.9),
    exits: new Uint8Array(),
    degraded: new Uint8Array(),
  });
  const { outputs } = await server.infer(request('r', { parameters: { k: 1 } }), call());
  t.deepEqual(outputs, [
    { name: 'indices', datatype: 'INT32', shape: [1], elements: Int32Array.of(1) },
    { name: 'scores', datatype: 'FP64', shape: [1], elements: Float64Array.of(0.9) },
  ]);
  for (const [k, message] of [
    [undefined, /needs the parameter 'k'/],
    [3, /from 1 to 2, the candidates, got 3/],
    [0, /from 1 to 2/],
    ['1', /from 1 to 2/],
  ] as const)
    await t.throwsAsync(
      async () => server.infer(request('r', { parameters: k === undefined ? {} : { k } }), call()),
      {
        message,
      },
    );
});

test('requests that don’t fit a model are counted, though no scheduler sees them', async (t) => {
  const { directory, server } = await world(t);
  await directory.model('a/1', {}, { maxBatchRows: 1 });
  await server.refresh();
  await t.throwsAsync(async () => server.infer(request('a'), call()), { message: /at most 1/ });
  await t.throwsAsync(async () => server.infer(request('a', { inputs: [] }), call()), {
    message: /"x" is missing/,
  });
  t.is(server.models()[0].counts.invalid, 2);
  t.is(server.models()[0].loads[0].failed, 0);
});

test('statistics count requests, rows and the time of the last', async (t) => {
  const { directory, server, timer } = await world(t);
  await directory.model('a/1');
  await directory.model('b/1');
  await server.refresh();
  await timer.pass(100);
  await server.infer(request('a'), call({ arrived: 100 }));
  await timer.pass(50);
  const [a, b] = server.statistics(undefined, undefined);
  t.deepEqual([a.name, a.version, a.rows, a.executions, a.success.count], ['a', '1', 2, 1, 1]);
  t.is(a.lastInference, 1_700_000_000_000 - 50);
  t.deepEqual([b.rows, b.lastInference], [0, 0]);
  t.deepEqual(
    server.statistics('b', '1').map(({ name }) => name),
    ['b'],
  );
  t.throws(() => server.statistics('c', undefined), { message: /no model/ });
});

test('counts go on through reloads, for metrics and for statistics, and are there after an unload', async (t) => {
  const { directory, server, host } = await world(t);
  await directory.model('a/1');
  await directory.model('b/1', {}, { audit: { rate: 1, afterAlarm: 'keep' } });
  await server.refresh();
  const metrics = () => metricsText(statusOf({ models: server.models(), past: server.past(), uptimeMs: 0 }));
  const sampled = (text: string) =>
    text.split('\n').flatMap((line) => (/^[^#]/.test(line) ? [line.replace(/ [^ ]+$/, '')] : []));
  const before = sampled(metrics());
  await server.infer(request('a'), call());
  await t.throwsAsync(async () => server.infer(request('a', { inputs: [] }), call()));
  host.onSlice = async () => ({ degraded: Uint8Array.of(0, 1), verdict: 'degraded' });
  await server.infer(request('a'), call());
  await server.infer(request('b'), call());
  host.onSlice = undefined;
  for (let turn = 0; turn < 8; turn++) await setImmediate();
  t.deepEqual(sampled(metrics()), before, 'all samples were there before the first request');
  const has = (sample: string, value: number) =>
    t.true(metrics().includes(`\n${sample} ${value}\n`), `${sample} ${value}`);
  const counted = (loads: number, requests: number) => {
    has('spillway_loads_total{model="a",version="1",result="loaded"}', loads);
    has('spillway_requests_total{model="a",version="1",outcome="answered"}', requests);
    has('spillway_requests_total{model="a",version="1",outcome="invalid"}', 1);
    has('spillway_latency_seconds_count{model="a",version="1"}', requests);
    has('spillway_verdict_rows_total{model="a",version="1",verdict="degraded"}', 2);
    has('spillway_verdict_rows_total{model="a",version="1",verdict="certified"}', 2 * (requests - 1));
  };
  counted(1, 2);
  await server.load('a');
  counted(2, 2);
  await server.infer(request('a'), call());
  counted(2, 3);
  t.is(server.statistics('a', undefined)[0].success.count, 3);
  t.is(server.statistics('a', undefined)[0].rows, 6);
  await server.unload('a');
  counted(2, 3);
  t.notRegex(metrics(), /^spillway_queue_requests\{model="a"/m);
  await server.load('a');
  await server.infer(request('a'), call());
  counted(3, 4);
  t.is(server.statistics('a', undefined)[0].success.count, 4);
});

test('what an audit has missed stays counted through reloads', async (t) => {
  const { directory, server, host } = await world(t);
  await directory.model('a/1', {}, { audit: { rate: 1, alpha: 0.01 } });
  await server.refresh();
  const audited = () => server.models()[0].counts.audited;
  t.like(audited(), { drawn: 0, missed: 0, overdue: 0, dropped: 0 });
  host.onSlice = () => Promise.reject(new RequestError('invalid', "feature 'x', row 0: failed"));
  await t.throwsAsync(async () => server.infer(request('a'), call()));
  await setImmediate();
  t.like(audited(), { drawn: 2, missed: 2 });
  host.onSlice = undefined;
  await server.load('a');
  t.like(audited(), { drawn: 2, missed: 2 });
  await server.infer(request('a'), call());
  for (let turn = 0; turn < 8; turn++) await setImmediate();
  t.like(audited(), { drawn: 4, missed: 2, audited: 2 });
  await server.unload('a');
  t.like(server.past()[0].audited, { drawn: 4, missed: 2, audited: 2 });
});

test('rows count in the group that their request names', async (t) => {
  const { directory, server } = await world(t);
  await directory.model('a/1');
  await server.refresh();
  await server.infer(request('a', { parameters: { group: 'web' } }), call());
  await server.infer(request('a'), call());
  await t.throwsAsync(async () => server.infer(request('a', { parameters: { group: '"' } }), call()), {
    message: /parameter 'group': expected 1 to 64 letters/,
  });
  const { groups, invalid, verdicts } = server.models()[0].counts;
  t.deepEqual([...groups.keys()], ['web']);
  t.is(groups.get('web')?.verdicts.get('certified'), 2);
  t.deepEqual(groups.get('web')?.exits, [2, 0]);
  t.deepEqual([invalid, verdicts.get('certified')], [1, 4]);
});

test('requests under way are answered by the model that they began with', async (t) => {
  const { directory, server, host } = await world(t);
  await directory.model('a/1', { answer: 0 });
  await server.refresh();
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  host.onSlice = async () => {
    await gate;
    return {};
  };
  const old = server.infer(request('a'), call());
  await setImmediate();
  await directory.model('a/1', { answer: 1 });
  await server.load('a');
  host.onSlice = undefined;
  const young = await server.infer(request('a', { outputs: [{ name: 'label' }] }), call());
  t.deepEqual(text(young.outputs[0].elements), ['yes', 'yes']);
  t.is(host.released.length, 0);
  go();
  t.deepEqual(text((await old).outputs[0].elements), ['no', 'no']);
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  t.is(host.released.length, 1);
  t.is(host.strays, 0);
});

test('a model that is replaced while a request is read leaves it to its successor', async (t) => {
  const { directory, server, host } = await world(t);
  await directory.model('a/1', { answer: 0 });
  await server.refresh();
  const announced = {
    tenant: 'anonymous',
    arrived: 0,
    deadline: undefined,
    octets: 100,
    mayNameDeadline: true,
  };
  const found = server.screen({ model: 'a', version: undefined, ...announced });
  await directory.model('a/1', { answer: 1 });
  await server.load('a');
  // It holds nothing of the old one meanwhile.
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  t.is(host.released.length, 1);
  const { outputs } = await found.infer(request('a', { outputs: [{ name: 'label' }] }), call());
  t.deepEqual(text(outputs[0].elements), ['yes', 'yes']);
  await server.unload('a');
  t.is(t.throws(() => found.screen(announced), { instanceOf: RequestError })?.reason, 'unavailable');
  t.is(
    t.throws(() => found.infer(request('a'), call()), { instanceOf: RequestError })?.reason,
    'unavailable',
  );
  t.is(host.strays, 0);
});

test('a hundred reloads under traffic lose nothing', async (t) => {
  const { directory, server, host } = await world(t);
  await directory.model('a/1');
  await server.refresh();
  let isOver = false;
  let answered = 0;
  const client = async () => {
    while (!isOver) {
      const { outputs } = await server.infer(request('a', { outputs: [{ name: 'label' }] }), call());
      t.is(text(outputs[0].elements).length, 2);
      answered++;
      await setImmediate();
    }
  };
  const clients = [client(), client(), client()];
  for (let reload = 0; reload < 100; reload++) await server.load('a');
  isOver = true;
  await Promise.all(clients);
  await server.close();
  t.true(answered > 100);
  t.is(host.strays, 0);
  t.is(host.loaded.size, 0);
});

test('a model that is struck out isn’t ready, and returns by a load', async (t) => {
  const { directory, server } = await world(t);
  await directory.model('a/1');
  await server.refresh();
  const [{ model }] = server.models();
  server.strikeOut(model?.key ?? '', 'it ended its thread again and again');
  t.false(server.isModelReady('a', undefined));
  t.false(server.isReady);
  await setImmediate();
  t.deepEqual(server.index(), [
    { name: 'a', version: '1', state: 'UNAVAILABLE', reason: 'it ended its thread again and again' },
  ]);
  await server.refresh();
  t.false(server.isReady);
  await server.load('a');
  t.true(server.isReady);
});

test('memory is told as own, shared and total', async (t) => {
  const { directory, server } = await world(t);
  const words = { digest: 'words', octets: 1_000 };
  await directory.model('a/1', { held: [words, { digest: 'a', octets: 10 }] });
  await directory.model('b/1', { held: [words, { digest: 'b', octets: 20 }] });
  await server.refresh();
  t.deepEqual(
    server.models().map(({ name, memory }) => [name, memory]),
    [
      ['a', { own: 10, shared: 1_000, total: 1_010 }],
      ['b', { own: 20, shared: 1_000, total: 1_020 }],
    ],
  );
});

/** Rows answered until an alarm, or so often. */
async function answerUntilVoid(server: ModelServer, most = 60): Promise<number> {
  for (let calls = 1; calls <= most; calls++) {
    const { parameters } = await server.infer(request('a'), call());
    for (let turn = 0; turn < 8; turn++) await setImmediate();
    if (parameters.verdict === 'void') return calls;
  }
  return most;
}

/** The full model says no to all, and the cascade yes. */
const differing = (host: FakeHost) => {
  host.onSlice = async ({ mode, rows }) => ({ answers: new Float64Array(rows).fill(mode === -1 ? 0 : 1) });
};

test('an alarm voids what a model promises everywhere at once; the full model answers then', async (t) => {
  const { directory, server, host, events } = await world(t);
  await directory.model('a/1', {}, { audit: { rate: 1, alpha: 0.01 } });
  await server.refresh();
  differing(host);
  const first = await server.infer(request('a'), call());
  t.deepEqual(first.parameters, { verdict: 'certified', epsilon: 0.05 });
  t.true((await answerUntilVoid(server)) < 60);
  const { outputs, parameters } = await server.infer(request('a'), call());
  t.deepEqual(parameters, { verdict: 'void' });
  t.deepEqual(text(outputs[0].elements), ['no', 'no']);
  t.deepEqual(outputs[2].elements, Int32Array.of(1, 1));
  t.deepEqual(server.index(), [
    { name: 'a', version: '1', state: 'READY', reason: 'an alarm of the audit has voided the certificate' },
  ]);
  t.is(events.filter(({ what }) => what === 'alarm').length, 1);
  const [{ audit, isVoid }] = server.models();
  t.true(isVoid);
  t.deepEqual(
    audit?.alarms.map(({ mode, alarm }) => [mode, alarm.test]),
    [[0, 'promise']],
  );
  const [{ rows, success }] = server.statistics('a', undefined);
  t.is(rows, 2 * success.count);
  const before = host.slices.length;
  await server.infer(request('a'), call());
  for (let turn = 0; turn < 8; turn++) await setImmediate();
  t.is(host.slices.length, before + 1, 'nothing is audited any more');
});

test('an alarm of exits alone voids nothing, before a reload and after', async (t) => {
  const { directory, server, events } = await world(t);
  // All rows leave early, where the plan has half of them.
  await directory.model('a/1', {}, { audit: { rate: 1 } });
  await server.refresh();
  t.is(await answerUntilVoid(server, 100), 100);
  t.deepEqual(
    events.flatMap((event) => (event.what === 'alarm' ? [event.alarm.alarm.test] : [])),
    ['exits'],
  );
  const isCertified = async () => {
    const { parameters } = await server.infer(request('a'), call());
    t.deepEqual(parameters, { verdict: 'certified', epsilon: 0.05 });
    t.deepEqual([server.models()[0].isVoid, server.index()[0].reason], [false, '']);
  };
  await isCertified();
  await server.load('a');
  await isCertified();
  await server.unload('a');
  await server.load('a');
  await isCertified();
});

test('an alarm voids all versions that rest on the same rows, at once', async (t) => {
  const { directory, server, host } = await world(t);
  await directory.write('a/model.json', '{"versions":"all"}');
  await directory.model('a/1', {}, { audit: { rate: 1, afterAlarm: 'keep' } });
  await directory.model('a/2');
  await directory.model('a/3', { restsOn: 8 });
  await server.refresh();
  host.onSlice = async ({ mode, model, rows }) => ({
    answers: new Float64Array(rows).fill(mode === -1 || !model.startsWith('a/1') ? 0 : 1),
  });
  for (let calls = 0; calls < 60; calls++) {
    await server.infer(request('a', { version: '1' }), call());
    for (let turn = 0; turn < 8; turn++) await setImmediate();
  }
  const verdicts = ['1', '2', '3'].map(
    async (version) => (await server.infer(request('a', { version }), call())).parameters.verdict,
  );
  t.deepEqual(await Promise.all(verdicts), ['void', 'void', 'certified']);
});

test('an audit costs an answer no time', async (t) => {
  const { directory, server, host } = await world(t);
  await directory.model('a/1', {}, { audit: { rate: 1 } });
  await server.refresh();
  host.onSlice = ({ mode }) => (mode === -1 ? new Promise(() => {}) : Promise.resolve({}));
  const { parameters } = await server.infer(request('a'), call());
  t.is(parameters.verdict, 'certified');
});

test('an audit goes on through reloads where the certificate is the same', async (t) => {
  const { directory, server, host } = await world(t);
  const settings = { audit: { rate: 1, afterAlarm: 'keep' } };
  await directory.model('a/1', {}, settings);
  await server.refresh();
  await server.infer(request('a'), call());
  for (let turn = 0; turn < 8; turn++) await setImmediate();
  const drawn = () => server.models()[0].audit?.state.modes[0].draws.drawn;
  t.is(drawn(), 2);
  await server.load('a');
  t.is(drawn(), 2);
  differing(host);
  await answerUntilVoid(server);
  await server.load('a');
  t.is((await server.infer(request('a'), call())).parameters.verdict, 'void');
  // Another plan of the same rows doesn't bring the promise back, nor does another version.
  await directory.model('a/2', { certificate: { epsilon: 0.01 } }, settings);
  await server.refresh();
  t.is((await server.infer(request('a'), call())).parameters.verdict, 'void');
  await directory.model('a/3', { certificate: { epsilon: 0.01 }, restsOn: 8 }, settings);
  await server.refresh();
  t.is((await server.infer(request('a'), call())).parameters.verdict, 'certified');
  for (let turn = 0; turn < 8; turn++) await setImmediate();
  const [{ samples, restarts }] = server.models()[0].audit?.state.modes[0].promises ?? [];
  t.deepEqual([samples, restarts], [2, 2], 'the second that begins anew');
});

test('an audit that begins anew tests at half the level, also through an unload or another process', async (t) => {
  const stateDir = await folderFor(t);
  const first = await world(t, { stateDir });
  const { directory, server } = first;
  const settings = { audit: { rate: 1 } };
  const restarts = (from: typeof server) => from.models()[0].audit?.state.modes[0].promises[0].restarts;
  const versions: [string, number][] = [
    ['1', 0.05],
    ['2', 0.04],
    ['3', 0.03],
  ];
  for (const [version, epsilon] of versions) {
    await directory.model(`a/${version}`, { certificate: { epsilon }, restsOn: Number(version) }, settings);
    if (version === '3') {
      await server.unload('a');
      await server.load('a');
    } else await server.refresh();
  }
  t.is(restarts(server), 2);
  await server.close();
  const second = await world(t, { stateDir, directory: directory.path });
  await directory.model('a/4', { certificate: { epsilon: 0.02 }, restsOn: 4 }, settings);
  await second.server.refresh();
  t.is(restarts(second.server), 3);
  await second.server.close();
});

test('what an alarm has voided stays void in another version and process', async (t) => {
  const stateDir = await folderFor(t);
  const { directory, server, host } = await world(t, { stateDir });
  await directory.model('a/1', {}, { audit: { rate: 1 } });
  await server.refresh();
  differing(host);
  await answerUntilVoid(server);
  await server.close();
  await directory.model('a/2', { certificate: { epsilon: 0.01 } });
  const second = await world(t, { stateDir, directory: directory.path });
  await second.server.refresh();
  t.is((await second.server.infer(request('a'), call())).parameters.verdict, 'void');
  await second.server.close();
});

test('rows whose answers a killed process, or a reload, has lost count as lost nothing', async (t) => {
  const stateDir = await folderFor(t);
  const first = await world(t, { stateDir });
  await first.directory.model('a/1', {}, { audit: { rate: 1 } });
  await first.server.refresh();
  first.host.onSlice = () => new Promise(() => {});
  void Promise.resolve(first.server.infer(request('a'), call())).catch(() => {});
  await first.server.load('a');
  const missed = (from: typeof first.server) => from.models()[0].audit?.state.modes[0].missed;
  t.is(missed(first.server), 2);
  void Promise.resolve(first.server.infer(request('a'), call())).catch(() => {});
  // It is killed: nothing is written any more.
  const second = await world(t, { stateDir, directory: first.directory.path });
  await second.server.refresh();
  // Those two, and as many as may have begun unnoticed.
  const after = missed(second.server) ?? 0;
  t.true(after >= 4 && after <= 4 + 16, String(after));
  await second.server.close();
});

test('what an alarm has voided stays void without an audit, and through an unload', async (t) => {
  const stateDir = await folderFor(t);
  const first = await world(t, { stateDir });
  const { directory, server, host } = first;
  await directory.model('a/1', {}, { audit: { rate: 1 } });
  await server.refresh();
  differing(host);
  await answerUntilVoid(server);
  await directory.write('a/1/model.json', '{}');
  await server.load('a');
  const verdictOf = async (from: typeof server) => (await from.infer(request('a'), call())).parameters;
  t.deepEqual(await verdictOf(server), { verdict: 'void' });
  const [model] = server.models();
  t.deepEqual([model.isVoid, model.audit], [true, undefined]);
  t.regex(server.index()[0].reason, /alarm/);
  await server.unload('a');
  await server.load('a');
  t.deepEqual(await verdictOf(server), { verdict: 'void' });
  await server.close();
  const second = await world(t, { stateDir, directory: directory.path });
  await second.server.refresh();
  t.deepEqual(await verdictOf(second.server), { verdict: 'void' });
  await second.server.close();
});

test('an audit goes on when the server starts again', async (t) => {
  const stateDir = await folderFor(t);
  const first = await world(t, { stateDir });
  await first.directory.model('a/1', {}, { audit: { rate: 1 } });
  await first.server.refresh();
  differing(first.host);
  await answerUntilVoid(first.server);
  await first.server.close();
  const second = await world(t, { stateDir, directory: first.directory.path });
  await second.server.refresh();
  const { parameters, outputs } = await second.server.infer(request('a'), call());
  t.deepEqual(parameters, { verdict: 'void' });
  t.is(outputs.length, 3);
  t.is(second.host.slices.at(-1)?.mode, -1);
  await second.server.close();
});

test('settings of an audit that don’t fit the model make it unavailable, with the reason', async (t) => {
  const { directory, server, host } = await world(t);
  await directory.model('a/1', { certificate: { loss: 'accuracy' } }, { audit: { rate: 0.1 } });
  await server.refresh();
  t.regex(server.index()[0].reason, /promises accuracy, which needs labels/);
  t.is(host.loaded.size, 0);
});

test('a model that is void since it was loaded is void wherever it is told', async (t) => {
  const { directory, server, events } = await world(t);
  const reason = 'feature signals gives other values';
  await directory.model('a/1', { certificate: { verdict: 'void', reason } });
  await server.refresh();
  const told = `its certificate is void: ${reason}`;
  t.deepEqual(events, [{ name: 'a', version: '1', what: 'loaded', reason: told }]);
  t.deepEqual(server.index(), [{ name: 'a', version: '1', state: 'READY', reason: told }]);
  const { parameters } = await server.infer(request('a'), call());
  t.is(parameters.verdict, 'void');
  const status = statusOf({ models: server.models(), uptimeMs: 0 }).models[0];
  t.deepEqual(
    [status.isVoid, status.reason, status.promise.verdict, status.modes[0].verdict],
    [true, told, 'void', 'void'],
  );
  t.regex(metricsText(statusOf({ models: server.models(), uptimeMs: 0 })), /^spillway_model_void\{.*\} 1$/m);
});

test('while the state of an audit can’t be written nothing is certified, and the next start asks', async (t) => {
  const stateDir = join(await folderFor(t), 'states');
  const faults: unknown[] = [];
  const first = await world(t, { stateDir, onFault: (error) => void faults.push(error) });
  const { directory, server } = first;
  await directory.model('a/1', {}, { audit: { rate: 1, alpha: 0.01 } });
  await server.refresh();
  const verdict = async () => (await server.infer(request('a'), call())).parameters;
  t.deepEqual(await verdict(), { verdict: 'certified', epsilon: 0.05 });
  await rename(stateDir, `${stateDir}.gone`);
  await writeFile(stateDir, '');
  differing(first.host);
  await answerUntilVoid(server);
  t.true(faults.length > 0);
  t.deepEqual(await verdict(), { verdict: 'void' });
  const [model] = server.models();
  t.true(model.isUnsaved);
  t.regex(server.index()[0].reason, /an alarm.*; the state of its audit can't be written/);
  // It is killed, and the folder is there again.
  await rm(stateDir);
  await rename(`${stateDir}.gone`, stateDir);
  const second = await world(t, { stateDir, directory: directory.path });
  await second.server.refresh();
  const [{ state, reason }] = second.server.index();
  t.is(state, 'UNAVAILABLE');
  t.regex(reason, /may lack an alarm.*remove /);
  await second.server.close();
  await server.close();
});

test('answers are unsaved from the first write that fails until one succeeds', async (t) => {
  const stateDir = join(await folderFor(t), 'states');
  const { directory, server, timer } = await world(t, { stateDir, onFault: () => {} });
  await directory.model('a/1', {}, { audit: { rate: 1, alpha: 0.01 } });
  await server.refresh();
  const verdict = async () => (await server.infer(request('a'), call())).parameters.verdict;
  const until = async (wanted: string) => {
    for (let turn = 0; turn < 10_000 && (await verdict()) !== wanted; turn++) await timer.pass(1_000);
    return (await verdict()) === wanted;
  };
  t.is(await verdict(), 'certified');
  await rename(stateDir, `${stateDir}.gone`);
  await writeFile(stateDir, '');
  t.true(await until('unsaved'));
  const status = statusOf({ models: server.models(), uptimeMs: 0 });
  t.deepEqual([status.models[0].isUnsaved, status.models[0].promise.verdict], [true, 'unsaved']);
  t.regex(server.index()[0].reason, /nothing is certified until it is/);
  t.regex(metricsText(status), /^spillway_model_certified\{.*\} 0$/m);
  t.regex(metricsText(status), /^spillway_model_unsaved\{.*\} 1$/m);
  await rm(stateDir);
  t.true(await until('certified'));
  t.deepEqual([server.models()[0].isUnsaved, server.index()[0].reason], [false, '']);
  await server.close();
});
