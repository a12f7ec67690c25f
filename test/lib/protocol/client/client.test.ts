import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import {
  type InferenceClientOptions,
  inferenceClient,
  OptionError,
  RequestError,
  ServerError,
  textsOf,
} from '../../../../entries/client.js';
import { FakeTimer } from '../../../support/fakeTimer.js';
import { type Fault, MailServer } from './server.js';

const text = (...data: string[]) => [{ name: 'text', data }];

async function connect(t: ExecutionContext, options: InferenceClientOptions = {}) {
  const server = new MailServer();
  const url = await server.start();
  // By real time a busy machine may take long.
  const patience = options.timer === undefined ? { timeoutMs: 600_000 } : {};
  const client = inferenceClient(`${url}/`, { random: () => 0, ...patience, ...options });
  t.teardown(async () => {
    await client.close();
    await server.stop();
  });
  return { server, url, client };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setImmediate();
}

for (const binary of [true, false]) {
  test(`rows go and answers come back ${binary ? 'in octets' : 'in JSON'}`, async (t) => {
    const { server, client } = await connect(t, { binary });
    const answer = await client.infer({ model: 'mail', inputs: text('hi', 'a lot'), id: 'ü' });
    t.deepEqual([answer.model, answer.version, answer.id], ['mail', '1', 'ü']);
    t.deepEqual(textsOf(answer.outputs[0]), ['short', 'long']);
    t.deepEqual(answer.outputs[1].elements, Float64Array.of(1, 0, 0, 1));
    t.deepEqual(await client.predict({ model: 'mail', version: '1', inputs: text('hi', 'a lot') }), {
      model: 'mail',
      version: '1',
      labels: ['short', 'long'],
      scores: Float64Array.of(1, 0, 0, 1),
      width: 2,
      exits: Int32Array.of(0, 1),
      indices: new Int32Array(),
      verdict: 'certified',
      epsilon: 0.01,
      mode: 0,
      degradedRows: 0,
    });
    t.deepEqual(
      server.seen.map(({ url, headers }) => [url, headers['content-type']]),
      [
        ['/v2/models/mail/infer', binary ? 'application/octet-stream' : 'application/json'],
        ['/v2/models/mail/versions/1/infer', binary ? 'application/octet-stream' : 'application/json'],
      ],
    );
  });
}

test('a request holds its inputs, outputs and parameters', async (t) => {
  const { server, client } = await connect(t);
  await client.infer({
    model: 'mail',
    inputs: [
      { name: 'text', data: ['a'] },
      { name: 'raw', data: [Uint8Array.of(255)] },
      { name: 'numbers', data: Float32Array.of(1, 2), shape: [1, 2] },
      { name: 'flags', data: [true] },
      { name: 'wide', data: [2n ** 60n] },
      { name: 'plain', data: [0.5] },
      { name: 'small', data: [7], datatype: 'INT8' },
      { name: 'none', data: [], datatype: 'FP32', shape: [0, 2] },
    ],
    outputs: ['label', { name: 'scores', parameters: { own: 1 } }],
    parameters: { tag: 'x' },
  });
  const { inputs = [], outputs, parameters } = server.seen[1].request ?? {};
  t.deepEqual(
    inputs.map(({ name, datatype, shape, elements }) => [name, datatype, shape, elements]),
    [
      ['text', 'BYTES', [1], [Uint8Array.of(97)]],
      ['raw', 'BYTES', [1], [Uint8Array.of(255)]],
      ['numbers', 'FP32', [1, 2], Float32Array.of(1, 2)],
      ['flags', 'BOOL', [1], Uint8Array.of(1)],
      ['wide', 'INT64', [1], BigInt64Array.of(2n ** 60n)],
      ['plain', 'FP64', [1], Float64Array.of(0.5)],
      ['small', 'INT8', [1], Int8Array.of(7)],
      ['none', 'FP32', [0, 2], new Float32Array()],
    ],
  );
  t.deepEqual(outputs, [
    { name: 'label', parameters: { binary_data: true } },
    { name: 'scores', parameters: { own: 1, binary_data: true } },
  ]);
  t.deepEqual(parameters, { tag: 'x' });
});

test('what the server announces decides between octets and JSON, and is asked once', async (t) => {
  const { server, client } = await connect(t);
  server.extensions.length = 0;
  // A server that can't be reached has announced nothing.
  server.faults = ['cut', 'cut', 'cut'];
  await t.throwsAsync(client.infer({ model: 'mail', inputs: text('a') }), { instanceOf: ServerError });
  t.is(server.seen.length, 3);
  server.seen.length = 0;
  await Promise.all([1, 2, 3].map(() => client.infer({ model: 'mail', inputs: text('a') })));
  t.is(server.seen.filter(({ url }) => url === '/v2').length, 1);
  t.true(
    server.seen
      .filter(({ url }) => url !== '/v2')
      .every(({ headers }) => headers['content-type'] === 'application/json'),
  );
});

test('a server without metadata of its own gets JSON', async (t) => {
  const { server, client } = await connect(t);
  server.faults = [{ status: 404 }];
  await client.infer({ model: 'mail', inputs: text('a') });
  t.is(server.seen[1].headers['content-type'], 'application/json');
});

test('health, metadata, statistics, index, load and unload', async (t) => {
  const { server, client } = await connect(t);
  t.true(await client.live());
  t.true(await client.ready());
  t.true(await client.ready({ model: 'mail' }));
  t.false(await client.ready({ model: 'other' }));
  t.is((await client.server()).name, 'test');
  t.is((await client.metadata({ model: 'mail' })).platform, 'test');
  t.is((await client.metadata({ model: 'mail', version: '1' })).name, 'mail');
  t.is((await client.metadata({ model: 'a/../b' })).name, 'a/../b', 'a name is one part of a path');
  t.deepEqual(
    (await client.statistics({ model: 'mail' })).map(({ name, rows }) => [name, rows]),
    [['mail', 3]],
  );
  t.is((await client.statistics()).length, 2);
  t.deepEqual(await client.index(), [{ name: 'mail', version: '1', state: 'READY', reason: '' }]);
  await client.load({ model: 'mail' });
  await client.unload({ model: 'mail' });
  server.faults = [{ status: 503 }, { status: 400 }];
  t.false(await client.ready());
  t.false(await client.live());
});

test('a key and headers go with every request', async (t) => {
  const { server, client } = await connect(t, { key: 'se.cret', headers: { 'x-own': 'y' } });
  await client.infer({ model: 'mail', inputs: text('a') });
  for (const { headers } of server.seen) {
    t.deepEqual([headers.authorization, headers['x-own']], ['Bearer se.cret', 'y']);
  }
});

test('no error shows a key or a header that the server repeats', async (t) => {
  const key = 'opaque7secret7value7of7mine';
  const says: (() => Response)[] = [
    () => Response.json({ error: `bad ${key.toUpperCase()}` }, { status: 401 }),
    () => Response.json({ error: [...key].join('\u200b') }, { status: 400 }),
    () => {
      throw new TypeError('failed', { cause: new Error(`can't send ${key}`) });
    },
  ];
  for (const own of [{ key }, { headers: { 'x-token': key } }]) {
    for (const say of says) {
      const client = inferenceClient('http://127.0.0.1:1', { ...own, retries: 0, fetch: async () => say() });
      const error = await t.throwsAsync(client.server(), { instanceOf: ServerError });
      t.notRegex(inspect(error, { depth: 9, showHidden: true }).replaceAll('\u200b', ''), /opaque7/i);
    }
  }
});

test('a busy server and a cut connection are tried again', async (t) => {
  const { server, client } = await connect(t, { binary: false });
  const faults: Fault[] = ['cut', ...[429, 502, 503, 504].map((status) => ({ status }))];
  for (const fault of faults) {
    server.seen.length = 0;
    server.faults = [fault, fault];
    t.is((await client.infer({ model: 'mail', inputs: text('a') })).model, 'mail');
    t.is(server.seen.length, 3);
  }
});

test('retries end, and the last error is thrown', async (t) => {
  const { server, client } = await connect(t, { binary: false, retries: 1 });
  const busy = { status: 429, body: '{"error":"the queue is full"}' };
  server.faults = [busy, busy, busy];
  const call = client.infer({ model: 'mail', inputs: text('a') });
  const error = await t.throwsAsync(call, { instanceOf: ServerError });
  t.deepEqual([error?.reason, error?.status, error?.model], ['busy', 429, 'mail']);
  t.regex(error?.message ?? '', /^model 'mail': http:.*\/infer answered with status 429: the queue is full$/);
  t.is(server.seen.length, 2);
});

test('other statuses are errors at once, and so is a second load', async (t) => {
  const { server, client } = await connect(t, { binary: false });
  for (const status of [400, 401, 404, 500, 501]) {
    server.faults = [{ status, body: '{"error":"no"}' }];
    const error = await t.throwsAsync(client.infer({ model: 'mail', inputs: text('a') }), {
      instanceOf: ServerError,
    });
    t.deepEqual([error?.reason, error?.status], ['refused', status]);
  }
  server.seen.length = 0;
  server.faults = [{ status: 503 }];
  t.is((await t.throwsAsync(client.load({ model: 'mail' }), { instanceOf: ServerError }))?.reason, 'busy');
  t.is(server.seen.length, 1);
  server.faults = [{ status: 503 }, { status: 503 }, { status: 503, body: 'maintenance' }];
  const error = await t.throwsAsync(client.index(), { instanceOf: ServerError });
  t.deepEqual([error?.model, error?.status], ['', 503]);
  t.regex(error?.message ?? '', /^http:.*\/v2\/repository\/index answered with status 503: maintenance$/);
});

test('neither a question nor a key follows a redirect', async (t) => {
  const elsewhere = await connect(t, { binary: false });
  const { server, client } = await connect(t, { binary: false, headers: { 'x-key': 'secret' } });
  server.faults = [{ status: 308, headers: { location: `${elsewhere.url}/v2/models/mail/infer` } }];
  const error = await t.throwsAsync(client.infer({ model: 'mail', inputs: text('a') }), {
    instanceOf: ServerError,
  });
  t.deepEqual([error?.reason, error?.status], ['refused', 308]);
  t.regex(error?.message ?? '', /leads elsewhere: give the address/);
  t.deepEqual(elsewhere.server.seen, []);
});

test('Retry-After is waited for, where there is time', async (t) => {
  const timer = new FakeTimer();
  const { server, client } = await connect(t, { binary: false, timer });
  const later = (seconds: string) => ({ status: 503, headers: { 'retry-after': seconds } });
  server.faults = [later('7')];
  const answered = client.infer({ model: 'mail', inputs: text('a') });
  await until(() => server.seen.length === 1 && timer.pending === 2);
  await timer.pass(6_999);
  t.is(server.seen.length, 1);
  await timer.pass(1);
  t.is((await answered).model, 'mail');
  server.faults = [later('60')];
  const tooLong = await t.throwsAsync(client.infer({ model: 'mail', inputs: text('a') }), {
    instanceOf: ServerError,
  });
  t.is(tooLong?.reason, 'busy', 'the next attempt would come too late: nothing is waited for');
});

test('the server gets what is left of a deadline, in microseconds', async (t) => {
  const timer = new FakeTimer();
  const { server, client } = await connect(t, { binary: false, timer });
  server.faults = [{ status: 503, headers: { 'retry-after': '0.03' } }];
  const parameters = { own: 1, timeout: 9 };
  const answered = client.infer({ model: 'mail', inputs: text('a'), deadlineMs: 50.5, parameters });
  await until(() => server.seen.length === 1 && timer.pending === 2);
  await timer.pass(30);
  await answered;
  t.deepEqual(
    server.seen.map(({ request }) => request?.parameters),
    [
      { own: 1, timeout: 50_500 },
      { own: 1, timeout: 20_500 },
    ],
  );
  server.faults = ['silent'];
  const late = t.throwsAsync(client.infer({ model: 'mail', inputs: text('a'), deadlineMs: 40 }), {
    instanceOf: ServerError,
    message: /within 40 ms/,
  });
  await until(() => server.seen.length === 3);
  await timer.pass(40);
  t.is((await late)?.reason, 'timeout');
  await until(() => server.givenUp === 1);
  await client.infer({ model: 'mail', inputs: text('a') });
  t.deepEqual(server.seen[3].request?.parameters, {}, 'without a deadline the server isn’t told of any');
});

test('a call has at most the time that it is given, or the client', async (t) => {
  const timer = new FakeTimer();
  const { server, client } = await connect(t, { binary: false, timer, timeoutMs: 100 });
  const cases: [object, number][] = [
    [{}, 100],
    [{ timeoutMs: 30 }, 30],
    [{ timeoutMs: 30, deadlineMs: 60 }, 30],
    [{ deadlineMs: 500 }, 100],
  ];
  for (const [limits, expected] of cases) {
    server.faults = ['silent'];
    const before = server.seen.length;
    const call = client.infer({ model: 'mail', inputs: text('a'), ...limits });
    const late = t.throwsAsync(call, { message: new RegExp(`within ${expected} ms`) });
    await until(() => server.seen.length > before);
    await timer.pass(expected);
    await late;
  }
});

test('an aborted call rejects with the reason, and its request is given up', async (t) => {
  const { server, client } = await connect(t, { binary: false });
  server.faults = ['silent'];
  const controller = new AbortController();
  const waiting = client.infer({ model: 'mail', inputs: text('a'), signal: controller.signal });
  await until(() => server.seen.length === 1);
  controller.abort(new Error('enough'));
  await t.throwsAsync(waiting, { message: 'enough' });
  await until(() => server.givenUp === 1);
  const signal = AbortSignal.abort(new Error('before'));
  await t.throwsAsync(client.live({ signal }), { message: 'before' });
  t.is(server.seen.length, 1);
});

test('a caller who leaves takes nothing from those who wait for the same announcement', async (t) => {
  const { server, client } = await connect(t);
  server.faults = [{ status: 503, headers: { 'retry-after': '0.01' } }];
  const controller = new AbortController();
  const leaves = client.infer({ model: 'mail', inputs: text('a'), signal: controller.signal });
  const stays = client.infer({ model: 'mail', inputs: text('a') });
  await until(() => server.seen.length === 1);
  controller.abort(new Error('enough'));
  await t.throwsAsync(leaves, { message: 'enough' });
  t.is((await stays).model, 'mail');
});

test('a retry is told, and may end the call', async (t) => {
  const { server, client } = await connect(t, { binary: false });
  let retries = 0;
  const onRetry = () => {
    retries++;
    if (retries === 2) throw new Error('too dear');
  };
  server.faults = [{ status: 503 }, { status: 503 }, { status: 503 }];
  await t.throwsAsync(client.infer({ model: 'mail', inputs: text('a'), onRetry }), { message: 'too dear' });
  t.is(server.seen.length, 2);
});

test('many calls at once share a signal, and nobody is warned of a leak', async (t) => {
  const { client } = await connect(t);
  const warnings: Error[] = [];
  const heard = (warning: Error) => warnings.push(warning);
  process.on('warning', heard);
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 12 }, () => client.live({ signal })));
  await setImmediate();
  process.off('warning', heard);
  t.deepEqual(warnings, []);
});

test('closed, pending calls end and no others begin', async (t) => {
  const { server, client } = await connect(t, { binary: false });
  server.faults = ['silent'];
  const waiting = client.infer({ model: 'mail', inputs: text('a') });
  await until(() => server.seen.length === 1);
  await client.close();
  await t.throwsAsync(waiting, { instanceOf: ServerError, message: /closed/ });
  await t.throwsAsync(client.live(), { instanceOf: ServerError, message: /closed/ });
  t.is(server.seen.length, 1);
});

test('answers that can’t be used name their place', async (t) => {
  const { server, client } = await connect(t, { binary: false });
  const cases: [string, RegExp][] = [
    ['<html>', /answered with what can't be read: the response is no JSON/],
    [
      '{"outputs":[{"name":"y","datatype":"FP32","shape":[2],"data":[1]}]}',
      /output "y": its shape 2 takes 2 elements/,
    ],
    ['{}', /'outputs' is undefined/],
  ];
  for (const [body, message] of cases) {
    server.faults = [{ status: 200, body }];
    const error = await t.throwsAsync(client.infer({ model: 'mail', inputs: text('a') }), {
      instanceOf: ServerError,
      message,
    });
    t.is(error?.reason, 'malformed');
  }
  server.faults = [{ status: 200, body: '[]' }];
  await t.throwsAsync(client.metadata({ model: 'mail' }), { message: /the metadata is an array/ });
});

test('labels of every kind, modes and rankers', async (t) => {
  const { server, client } = await connect(t, { binary: true });
  const predicted = async (outputs: [string, string, unknown][], parameters = {}) => {
    server.answer = ({ model, id }) => ({
      ...{ model, id, version: '1', parameters },
      outputs: outputs.map(([name, datatype, elements]) => ({
        name,
        datatype,
        shape: [2],
        elements,
      })) as never,
    });
    return client.predict({ model: 'mail', inputs: text('a', 'b') });
  };
  t.deepEqual((await predicted([['label', 'INT64', BigInt64Array.of(-1n, 7n)]])).labels, [-1, 7]);
  t.deepEqual((await predicted([['label', 'FP64', Float64Array.of(0.5, Number.NaN)]])).labels, [
    0.5,
    Number.NaN,
  ]);
  t.deepEqual((await predicted([['label', 'BOOL', Uint8Array.of(1, 0)]])).labels, [true, false]);
  const ranked = await predicted(
    [
      ['indices', 'INT32', Int32Array.of(4, 2)],
      ['scores', 'FP64', Float64Array.of(0.9, 0.8)],
    ],
    { verdict: 'degraded', mode: 1, degraded_rows: 2 },
  );
  t.deepEqual(ranked, {
    ...{ model: 'mail', version: '1', labels: [], exits: new Int32Array() },
    ...{ indices: Int32Array.of(4, 2), scores: Float64Array.of(0.9, 0.8), width: 1 },
    ...{ verdict: 'degraded', epsilon: undefined, mode: 1, degradedRows: 2 },
  });
  const wrong = (name: string) => ({
    instanceOf: ServerError,
    message: new RegExp(`can't be read: .*'${name}'`),
  });
  await t.throwsAsync(predicted([['exit', 'INT64', BigInt64Array.of(1n, 1n)]]), wrong('exit'));
  await t.throwsAsync(predicted([['scores', 'INT8', Int8Array.of(1, 1)]]), wrong('scores'));
  await t.throwsAsync(predicted([], { epsilon: 'small' }), wrong('epsilon'));
});

test('inputs that can’t be sent are refused before anything is sent', async (t) => {
  const { server, client } = await connect(t, { binary: false });
  const cases: [object[], RegExp][] = [
    [[{ name: 'x', data: [] }], /input 'x' has no data: say its datatype/],
    [
      [{ name: 'x', data: [1, 2], shape: [3] }],
      /input "x": its shape 3 takes 3 elements, and its data have 2/,
    ],
    [[{ name: 'x', data: [300], datatype: 'INT8' }], /element \[0\] is 300/],
    [[{ name: 'x', data: [1, 'a'] }], /element \[1\] is "a"/],
    [
      [{ name: 'x', data: Float32Array.of(Number.NaN) }],
      /input "x": element \[0\] is NaN, which JSON doesn't have/,
    ],
    [
      [
        { name: 'x', data: ['a'] },
        { name: 'x', data: ['b'] },
      ],
      /input "x" is given more than once/,
    ],
  ];
  for (const [inputs, message] of cases) {
    const call = client.infer({ model: 'mail', inputs: inputs as never });
    const error = await t.throwsAsync(call, { instanceOf: RequestError, message });
    t.is(error?.reason, 'invalid');
  }
  t.is(server.seen.length, 0);
});

test('options are checked', async (t) => {
  const options: [string, object][] = [
    ['key', { key: 'a\nb' }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['retries', { retries: -1 }],
    ['binary', { binary: 'yes' }],
    ['fetch', { fetch: 1 }],
    ['random', { random: 1 }],
    ['retry', { retry: 1 }],
  ];
  for (const [option, wrong] of options) {
    t.is(t.throws(() => inferenceClient('http://a', wrong), { instanceOf: OptionError })?.option, option);
  }
  t.is(t.throws(() => inferenceClient('a:1'), { instanceOf: OptionError })?.option, 'url');
  const { client } = await connect(t);
  const calls: [string, object][] = [
    ['model', { inputs: [] }],
    ['model', { model: '', inputs: [] }],
    ['version', { model: 'm', version: 3, inputs: [] }],
    ['deadlineMs', { model: 'm', deadlineMs: -1, inputs: [] }],
    ['signal', { model: 'm', signal: 1, inputs: [] }],
    ['deadline', { model: 'm', deadline: 1, inputs: [] }],
    ['inputs', { model: 'm' }],
    ['inputs[0].name', { model: 'm', inputs: [{ data: [1] }] }],
    ['inputs[0].data', { model: 'm', inputs: [{ name: 'x', data: 'text' }] }],
    ['inputs[0].dtype', { model: 'm', inputs: [{ name: 'x', data: [1], dtype: 'FP32' }] }],
  ];
  for (const [option, wrong] of calls) {
    const error = await t.throwsAsync(client.infer(wrong as never), { instanceOf: OptionError }, option);
    t.is(error?.option, option);
  }
});

test('a name by itself is refused, with the object that is meant', async (t) => {
  const client = inferenceClient('http://127.0.0.1:9', { fetch: () => t.fail() as never });
  for (const call of [
    // @ts-expect-error a call is an object
    () => client.load('mail'),
    // @ts-expect-error a call is an object
    () => client.metadata('mail'),
    // @ts-expect-error a call is an object
    () => client.ready('mail'),
  ])
    await t.throwsAsync(call, {
      instanceOf: OptionError,
      message: `option 'call': expected an object such as { model: "mail" }, got "mail"`,
    });
});
