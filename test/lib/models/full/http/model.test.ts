import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { httpModel } from '../../../../../entries/full.js';
import { type Model, ModelError, OptionError, OverloadError, ServerError } from '../../../../../index.js';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import { FakeTimer } from '../../../../support/fakeTimer.js';
import { type Fault, ProtocolServer } from './server.js';

const classes = ['a', 'b'] as const;
/** No waits between tries, and none for company. */
const quick = { classes, random: () => 0, batching: { maxWaitMs: 0 } } as const;

async function serve(t: ExecutionContext, binary = false) {
  const server = new ProtocolServer(binary);
  const url = await server.start();
  t.teardown(() => server.stop());
  return { server, url };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setImmediate();
}

function rowsOf(...firsts: number[]) {
  return denseBlock(firsts.length, 2, Float32Array.from(firsts.flatMap((first) => [first, 7])));
}

async function scores(model: Model, ...firsts: number[]): Promise<number[]> {
  const out = new Float64Array(firsts.length * model.classes);
  await model.score([rowsOf(...firsts)], out);
  return [...out];
}

for (const binary of [false, true]) {
  const how = binary ? 'in bytes' : 'in JSON';

  test(`rows go and scores come back ${how}`, async (t) => {
    const { server, url } = await serve(t, binary);
    const model = await httpModel(`${url}/`, {
      ...quick,
      model: 'half',
      inputs: 'f',
      headers: { 'x-key': 'k' },
    });
    t.deepEqual([model.name, model.labels, model.reads], ['half', ['a', 'b'], ['f']]);
    t.is(model.fingerprint, 'half@10/test_platform');
    t.deepEqual(await scores(model, 0.25, 1, 0.5), [0.25, 0.75, 1, 0, 0.5, 0.5]);
    const [{ url: requested, headers, rows }] = server.seen;
    t.deepEqual([requested, headers['x-key'], rows], ['/v2/models/half/versions/10/infer', 'k', 3]);
  });

  test(`a missing value goes ${how} as it is, or not at all`, async (t) => {
    const { server, url } = await serve(t, binary);
    const model = await httpModel(url, { ...quick, model: 'half' });
    if (binary) await scores(model, 0.5, Number.NaN);
    else {
      // JSON would make null of it.
      await t.throwsAsync(scores(model, 0.5, Number.NaN), {
        instanceOf: ModelError,
        message: /input 'x' holds NaN \(row 1, column 0\), which JSON can't: .*binary: true/,
      });
    }
    t.is(server.seen.length, Number(binary));
  });

  test(`costs are measured on requests ${how}`, async (t) => {
    const { server, url } = await serve(t, binary);
    const model = await httpModel(url, { ...quick, model: 'half' });
    const { batches } = await model.costs([rowsOf(0.5)], { sizes: [2, 4], rounds: 1 });
    t.deepEqual(
      server.seen.map(({ rows }) => rows),
      [2, 2, 2, 4, 4],
    );
    t.true(batches.every(({ transfer, whole }) => transfer <= whole));
  });

  test(`answers that can’t be used are refused ${how}`, async (t) => {
    const { server, url } = await serve(t, binary);
    const model = await httpModel(url, { ...quick, model: 'half' });
    const cases: [Fault, RegExp][] = [
      ['garbage', /no JSON/],
      ['absent', /no output 'y'/],
    ];
    for (const [fault, message] of cases) {
      server.faults = [fault];
      const error = await t.throwsAsync(scores(model, 0.5), { instanceOf: ServerError, message });
      t.is(error?.reason, 'malformed', fault);
    }
    const before = server.seen.length;
    server.faults = ['shape'];
    t.deepEqual(await scores(model, 0.25), [0.75, 0.25], 'of two classes one number is the second’s');
    t.is(server.seen.length, before + 1);
  });
}

test('requests of many callers are gathered, large calls cut up', async (t) => {
  const { server, url } = await serve(t);
  const model = await httpModel(url, { ...quick, model: 'half', batching: { maxRows: 8 } });
  const firsts = Array.from({ length: 20 }, (_, i) => i / 32);
  const expected = firsts.map((first) => [first, 1 - first]);
  t.deepEqual(await Promise.all(firsts.map((first) => scores(model, first))), expected);
  t.true(server.seen.length < 20);
  server.seen.length = 0;
  t.deepEqual(await scores(model, ...firsts), expected.flat());
  t.deepEqual(
    server.seen.map(({ rows }) => rows),
    [8, 8, 4],
  );
});

test('a busy server, and a connection that is cut, are tried again', async (t) => {
  const { server, url } = await serve(t);
  const model = await httpModel(url, { ...quick, model: 'half', retries: 2 });
  for (const faults of [['busy'], ['cut', 'busy'], ['torn', 'cut']] as Fault[][]) {
    server.seen.length = 0;
    server.faults = [...faults];
    t.deepEqual(await scores(model, 0.5), [0.5, 0.5]);
    t.is(server.seen.length, faults.length + 1);
  }
});

test('rows that are asked for once more are told, and whoever is told may end it', async (t) => {
  const { server, url } = await serve(t);
  const model = await httpModel(url, {
    ...quick,
    model: 'half',
    retries: 2,
    batching: { maxRows: 8, concurrent: 1 },
  });
  const firsts = Float32Array.from({ length: 24 }, (_, i) => (i % 12) / 16);
  const requested = (onRetry: (rows: number) => void) =>
    Promise.resolve(model.score([denseBlock(12, 2, firsts)], new Float64Array(24), { onRetry }));
  const reported: number[] = [];
  server.faults = ['busy', 'none', 'none'];
  await requested((rows) => reported.push(rows));
  t.deepEqual(reported, [8]);
  const enough = new Error('enough');
  server.seen.length = 0;
  server.faults = ['none', 'busy', 'busy', 'busy'];
  const ended = requested(() => {
    throw enough;
  });
  await t.throwsAsync(ended, { is: enough });
  t.true(server.seen.length <= 2);
});

test('a server that says when to come again is asked then', async (t) => {
  const { server, url } = await serve(t);
  const timer = new FakeTimer();
  const model = await httpModel(url, { ...quick, model: 'half', timer });
  server.faults = ['later'];
  const answered = scores(model, 0.5);
  await timer.pass(0);
  // The timeout, and the wait.
  await until(() => server.seen.length === 1 && timer.pending === 2);
  await timer.pass(6_999);
  t.is(server.seen.length, 1);
  await timer.pass(1);
  t.deepEqual(await answered, [0.5, 0.5]);
});

test('tries end, and the last error is told', async (t) => {
  const { server, url } = await serve(t);
  const model = await httpModel(url, { ...quick, model: 'half', retries: 1 });
  server.faults = ['busy', 'busy'];
  const busy = await t.throwsAsync(scores(model, 0.5), { instanceOf: ServerError });
  t.deepEqual([busy?.reason, busy?.status, busy?.code, busy?.model], ['busy', 503, 'MODEL', 'half']);
  t.regex(busy?.message ?? '', /come again/);
  server.faults = ['cut', 'torn'];
  t.is((await t.throwsAsync(scores(model, 0.5), { instanceOf: ServerError }))?.reason, 'unreachable');
  t.deepEqual(await scores(model, 0.5), [0.5, 0.5], 'later ones are answered');
});

test('what the server refuses, or breaks on, isn’t tried again', async (t) => {
  const { server, url } = await serve(t);
  const model = await httpModel(url, { ...quick, model: 'half' });
  for (const [fault, status] of [
    ['refuse', 400],
    ['broken', 500],
  ] as const) {
    server.seen.length = 0;
    server.faults = [fault];
    const error = await t.throwsAsync(scores(model, 0.5), { instanceOf: ServerError });
    t.deepEqual([error?.reason, error?.status], ['refused', status]);
    t.is(server.seen.length, 1);
  }
});

test('a server that is down isn’t asked ever more', async (t) => {
  const { server, url } = await serve(t);
  const model = await httpModel(url, { ...quick, model: 'half', retries: 5 });
  const calls = 20;
  server.faults = Array.from({ length: 1_000 }, () => 'busy');
  for (let i = 0; i < calls; i++) await t.throwsAsync(scores(model, 0.5));
  t.is(server.seen.length, calls + 10, 'ten retries to begin with, and none is earned');
});

test('a slow server fails the call in time, and the request is given up', async (t) => {
  const { server, url } = await serve(t);
  const timer = new FakeTimer();
  const model = await httpModel(url, { ...quick, model: 'half', timeoutMs: 40, timer });
  server.faults = ['slow'];
  const waiting = t.throwsAsync(scores(model, 0.5), { instanceOf: ServerError, message: /within 40 ms/ });
  await timer.pass(0);
  await until(() => server.seen.length === 1);
  await timer.pass(39.9);
  t.is(server.givenUp, 0);
  await timer.pass(0.1);
  t.is((await waiting)?.reason, 'timeout');
  await until(() => server.givenUp === 1);
  const answered = scores(model, 0.5);
  await timer.pass(0);
  t.deepEqual(await answered, [0.5, 0.5]);
  t.is(timer.pending, 0);
});

test('an aborted call rejects with the reason, and its request is given up', async (t) => {
  const { server, url } = await serve(t);
  const model = await httpModel(url, { ...quick, model: 'half' });
  server.faults = ['slow'];
  const controller = new AbortController();
  const waiting = model.score([rowsOf(0.5)], new Float64Array(2), { signal: controller.signal });
  await until(() => server.seen.length === 1);
  controller.abort(new Error('enough'));
  await t.throwsAsync(async () => waiting, { message: 'enough' });
  await until(() => server.givenUp === 1);
  t.deepEqual(await scores(model, 0.5), [0.5, 0.5]);
});

test('more rows than may wait are refused', async (t) => {
  const { server, url } = await serve(t);
  const batching = { maxQueued: 2, concurrent: 1, maxWaitMs: 0 };
  const model = await httpModel(url, { ...quick, model: 'half', batching });
  server.faults = ['slow'];
  const controller = new AbortController();
  const first = model.score([rowsOf(0.5)], new Float64Array(2), { signal: controller.signal });
  await until(() => server.seen.length === 1);
  const second = scores(model, 0.5, 0.25);
  await t.throwsAsync(scores(model, 0.5), { instanceOf: OverloadError });
  controller.abort(new Error('enough'));
  await t.throwsAsync(async () => first, { message: 'enough' });
  t.deepEqual(await second, [0.5, 0.5, 0.25, 0.75]);
});

test('null is NaN of its own row', async (t) => {
  const { server, url } = await serve(t);
  const model = await httpModel(url, { ...quick, model: 'half' });
  server.faults = ['null'];
  t.deepEqual(await scores(model, 0.25, 0.5), [Number.NaN, 0.75, 0.5, 0.5]);
});

test('logits, and a version of one’s own', async (t) => {
  const { server, url } = await serve(t);
  const model = await httpModel(url, { ...quick, model: 'half', version: '2', scores: 'logits' });
  t.is(model.fingerprint, 'half@2/test_platform');
  const [a, b] = await scores(model, 0.5);
  t.deepEqual([a, b], [0.5, 0.5]);
  t.is(server.seen[0].url, '/v2/models/half/versions/2/infer');
});

test('what can’t be asked about is refused at once', async (t) => {
  const { url } = await serve(t);
  const unknown = await t.throwsAsync(httpModel(url, { ...quick, model: 'whole' }), {
    instanceOf: ServerError,
  });
  t.deepEqual([unknown?.reason, unknown?.status], ['refused', 404]);
  const nobody = httpModel('http://127.0.0.1:1', { ...quick, model: 'half', retries: 1 });
  t.is((await t.throwsAsync(nobody, { instanceOf: ServerError }))?.reason, 'unreachable');
  const aborted = httpModel(url, { ...quick, model: 'half', signal: AbortSignal.abort(new Error('enough')) });
  await t.throwsAsync(aborted, { message: 'enough' });
});

test('options are checked', async (t) => {
  const { url } = await serve(t);
  const cases: [string, object][] = [
    ['model', { model: '' }],
    ['retries', { retries: -1 }],
    ['binary', { binary: 'yes' }],
    ['classes', { classes: ['a', 'b', 'c'] }],
    ['output', { output: 'z' }],
    ['inputs.z', { inputs: { z: 'f' } }],
    ['batching.maxRows', { batching: { maxRows: 0 } }],
    ['url', { url: 'x' }],
  ];
  for (const [option, wrong] of cases) {
    const requested = httpModel(option === 'url' ? 'ftp://x' : url, {
      ...quick,
      model: 'half',
      ...(option === 'url' ? {} : wrong),
    });
    t.is((await t.throwsAsync(requested, { instanceOf: OptionError }))?.option, option);
  }
});

test('closed, its requests end', async (t) => {
  const { server, url } = await serve(t);
  const model = await httpModel(url, { ...quick, model: 'half' });
  server.faults = ['slow'];
  const waiting = t.throwsAsync(scores(model, 0.5), { instanceOf: ServerError, message: /closed/ });
  await until(() => server.seen.length === 1);
  await model.close();
  await waiting;
  await t.throwsAsync(scores(model, 0.5), { instanceOf: ServerError });
});
