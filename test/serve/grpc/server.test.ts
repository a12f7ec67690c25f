import { setImmediate } from 'node:timers/promises';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { ListenError, MissingPackage, OptionError } from '../../../lib/errors.js';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { grpcServer } from '../../../serve/grpc/index.js';
import { Intake } from '../../../serve/intake/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { FakeBackend } from '../fakeBackend.js';
import { asking, floats, serve } from './served.js';

async function refused(
  t: ExecutionContext,
  answer: Promise<unknown>,
  code: number,
  text: RegExp,
): Promise<void> {
  const error = await t.throwsAsync(answer, { message: text });
  t.is(error !== undefined && 'code' in error ? error.code : undefined, code);
}

test('health, metadata and readiness', async (t) => {
  const { ask, backend } = await serve(t);
  t.deepEqual(await ask('ServerLive'), { live: true });
  t.deepEqual(await ask('ServerReady'), { ready: true });
  t.like(await ask('ServerMetadata'), { name: 'spillway' });
  t.deepEqual(await ask('ModelReady', { name: 'adder', version: '1' }), { ready: true });
  t.deepEqual(await ask('ModelMetadata', { name: 'adder' }), {
    name: 'adder',
    versions: ['1', '3'],
    platform: 'spillway_cascade',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
    outputs: [
      { name: 'sum', datatype: 'FP64', shape: [-1] },
      { name: 'label', datatype: 'BYTES', shape: [-1] },
      { name: 'exit', datatype: 'INT32', shape: [-1] },
    ],
  });
  backend.isReady = false;
  t.false((await ask('ServerReady')).ready ?? false);
  await refused(t, ask('ModelMetadata', { name: 'none' }), status.NOT_FOUND, /no model 'none'/);
  // protobuf leaves out what is false.
  t.deepEqual(await ask('ModelReady', { name: 'adder', version: '2' }), { ready: false });
});

test('the configuration in Triton’s words, and labels of columns in it and in metadata', async (t) => {
  const { ask, backend } = await serve(t);
  backend.labels = ['ham', 'spam'];
  t.deepEqual(await ask('ModelConfig', { name: 'adder' }), {
    config: {
      name: 'adder',
      platform: 'spillway_cascade',
      max_batch_size: 1000,
      input: [{ name: 'x', data_type: 11, dims: [2] }],
      output: [
        { name: 'sum', data_type: 12 },
        { name: 'label', data_type: 13 },
        { name: 'exit', data_type: 8 },
      ],
      parameters: { 'sum.labels': { string_value: '["ham","spam"]' } },
      backend: 'spillway',
    },
  });
  const { outputs } = await ask('ModelMetadata', { name: 'adder' });
  const [{ parameters }] = outputs as { parameters: { labels: { string_param: string } } }[];
  t.is(parameters.labels.string_param, '["ham","spam"]');
  await refused(t, ask('ModelConfig', { name: 'none' }), status.NOT_FOUND, /no model 'none'/);
});

test('without keys a call names this machine, or a host that is listed', async (t) => {
  const { port } = await serve(t, { allowHosts: ['models.example'] });
  const code = (authority: string, method: string) =>
    new Promise<number>((resolve) => {
      const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
        'grpc.default_authority': authority,
      });
      const same = (octets: Buffer) => octets;
      client.makeUnaryRequest(method, same, same, Buffer.alloc(0), (error) => {
        client.close();
        resolve(error?.code ?? status.OK);
      });
    });
  const metadata = '/inference.GRPCInferenceService/ServerMetadata';
  for (const authority of ['localhost:1', 'models.example', 'models.example:443'])
    t.is(await code(authority, metadata), status.OK, authority);
  t.is(await code('evil.example', metadata), status.PERMISSION_DENIED);
  // As over HTTP: a probe names an address of its own.
  t.is(await code('evil.example', '/inference.GRPCInferenceService/ServerReady'), status.OK);
});

test('infers from raw contents, and answers raw', async (t) => {
  const { ask, backend } = await serve(t);
  const raw = { raw_input_contents: [floats(1, 2, 2, 2)] };
  const answer = await ask('ModelInfer', asking({ shape: [2, 2] }, { id: 'grün', ...raw }));
  t.like(answer, { model_name: 'adder', model_version: '3', id: 'grün' });
  t.deepEqual(answer.parameters, {
    verdict: { string_param: 'certified', parameter_choice: 'string_param' },
    // The text is for clients whose messages have no doubles.
    epsilon: { string_param: '0.02', double_param: 0.02, parameter_choice: 'double_param' },
  });
  t.deepEqual(answer.outputs, [
    { name: 'sum', datatype: 'FP64', shape: [2] },
    { name: 'label', datatype: 'BYTES', shape: [2] },
    { name: 'exit', datatype: 'INT32', shape: [2] },
  ]);
  t.deepEqual(answer.raw_output_contents, [
    Buffer.from(Float64Array.of(3, 4).buffer),
    Buffer.from('\x03\0\0\0odd\x04\0\0\0even'),
    Buffer.alloc(8),
  ]);
  t.is(backend.calls[0].call.tenant, 'anonymous');
});

test('infers from typed contents, packed or not; a version and outputs are named', async (t) => {
  const { ask, send } = await serve(t);
  const message = asking(
    { contents: { fp32_contents: [1, 2] } },
    { model_version: '1', outputs: [{ name: 'sum' }] },
  );
  const answer = await ask('ModelInfer', message);
  t.is(answer.model_version, '1');
  t.deepEqual(answer.raw_output_contents, [Buffer.from(Float64Array.of(3).buffer)]);

  const { LengthDelimited, Varint, Bit32 } = WireType;
  const out = new BinaryWriter().tag(1, LengthDelimited).string('adder');
  out.tag(5, LengthDelimited).fork();
  out.tag(1, LengthDelimited).string('x').tag(2, LengthDelimited).string('FP32');
  out.tag(3, Varint).int64(1).tag(3, Varint).int64(2);
  out.tag(5, LengthDelimited).fork().tag(6, Bit32).float(5).tag(6, Bit32).float(6).join().join();
  t.is((await send('ModelInfer', out.finish())).model_name, 'adder');
});

test('contents of every datatype reach the backend as they were sent', async (t) => {
  const { ask, backend } = await serve(t);
  backend.before = () => {};
  const cases = [
    ['BOOL', { bool_contents: [true, false] }, Uint8Array.of(1, 0)],
    ['INT8', { int_contents: [-128, 127] }, Int8Array.of(-128, 127)],
    ['INT16', { int_contents: [-1, 2] }, Int16Array.of(-1, 2)],
    ['INT32', { int_contents: [-(2 ** 31), 1] }, Int32Array.of(-(2 ** 31), 1)],
    ['INT64', { int64_contents: [-5, 2 ** 53 - 1] }, BigInt64Array.of(-5n, 2n ** 53n - 1n)],
    ['UINT8', { uint_contents: [0, 255] }, Uint8Array.of(0, 255)],
    ['UINT16', { uint_contents: [0, 65_535] }, Uint16Array.of(0, 65_535)],
    ['UINT32', { uint_contents: [0, 2 ** 32 - 1] }, Uint32Array.of(0, 2 ** 32 - 1)],
    ['UINT64', { uint64_contents: [0, 2 ** 53 - 1] }, BigUint64Array.of(0n, 2n ** 53n - 1n)],
    ['FP32', { fp32_contents: [0.5, -0] }, Float32Array.of(0.5, -0)],
    ['FP64', { fp64_contents: [0.1, Number.NaN] }, Float64Array.of(0.1, Number.NaN)],
    ['BYTES', { bytes_contents: [Buffer.from('ü'), Buffer.alloc(0)] }, [Buffer.from('ü'), Buffer.alloc(0)]],
  ] as const;
  for (const [datatype, contents, elements] of cases) {
    await t.throwsAsync(ask('ModelInfer', asking({ datatype, shape: [2], contents })));
    const [input] = backend.calls.at(-1)?.request.inputs ?? [];
    t.is(input.datatype, datatype);
    t.deepEqual(Array.from<unknown>(input.elements), Array.from<unknown>(elements), datatype);
    t.is(input.elements.constructor, elements.constructor);
  }
});

test('requests that don’t fit themselves are refused, naming the input', async (t) => {
  const { ask, backend } = await serve(t);
  const contents = { fp32_contents: [1, 2] };
  const { INVALID_ARGUMENT, UNIMPLEMENTED, RESOURCE_EXHAUSTED } = status;
  for (const [message, code, text] of [
    [
      asking({ contents }, { raw_input_contents: [floats(1, 2)] }),
      INVALID_ARGUMENT,
      /"x" has contents beside raw/,
    ],
    [asking({}, { raw_input_contents: [floats(1, 2), floats(1)] }), INVALID_ARGUMENT, /1 inputs and 2 raw/],
    [asking({}, { raw_input_contents: [floats(1)] }), INVALID_ARGUMENT, /"x".*octets/],
    [asking({}), INVALID_ARGUMENT, /"x"/],
    [asking({ contents: { fp32_contents: [1] } }), INVALID_ARGUMENT, /"x"/],
    [asking({ contents: { fp64_contents: [1, 2] } }), INVALID_ARGUMENT, /field 7; expected fp32_contents/],
    [asking({ datatype: 'INT8', contents: { int_contents: [1, 128] } }), INVALID_ARGUMENT, /"x".*128/],
    [asking({ datatype: 'FP16', contents }), UNIMPLEMENTED, /FP16.*raw_input_contents/],
    [asking({ datatype: 'FP8', contents }), INVALID_ARGUMENT, /FP8/],
    [asking({ shape: [-1, 2], contents }), INVALID_ARGUMENT, /shape/],
    [asking({ shape: [2 ** 40, 2 ** 40], contents }), RESOURCE_EXHAUSTED, /exceeds/],
    [asking({ shape: Array.from({ length: 100 }, () => 1), contents }), RESOURCE_EXHAUSTED, /sizes/],
    [
      asking({ contents, parameters: { shared_memory_region: { string_param: 'a' } } }),
      UNIMPLEMENTED,
      /shared memory/,
    ],
    [asking({ name: 'y', contents }), INVALID_ARGUMENT, /no input "y"/],
  ] as const) {
    await refused(t, ask('ModelInfer', message), code, text);
  }
  const before = backend.calls.length;
  const half = asking({ datatype: 'FP16' }, { raw_input_contents: [Buffer.from('003c0040', 'hex')] });
  await refused(t, ask('ModelInfer', half), INVALID_ARGUMENT, /FP16; the model takes FP32/);
  t.deepEqual(backend.calls[before].request.inputs[0].elements, Float32Array.of(1, 2));
});

test('octets that are no message are the client’s fault', async (t) => {
  const { send, ask } = await serve(t);
  await refused(
    t,
    send('ModelInfer', Uint8Array.of(0xff, 0xff, 0xff)),
    status.INVALID_ARGUMENT,
    /no ModelInferRequest/,
  );
  await refused(
    t,
    send('ModelInfer', Uint8Array.of(0x0a, 0x05, 0x61)),
    status.INVALID_ARGUMENT,
    /no ModelInferRequest/,
  );
  t.deepEqual(await ask('ServerLive'), { live: true });
});

test('any octets are answered with a status, and the server stays up', async (t) => {
  const { send, ask, faults } = await serve(t);
  const whole = new BinaryWriter().tag(1, WireType.LengthDelimited).string('adder').finish();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('ModelInfer', 'ModelMetadata', 'RepositoryIndex', 'RepositoryModelLoad'),
      fc.uint8Array({ maxLength: 60 }),
      fc.boolean(),
      async (method, octets, isAfter) => {
        const sent = isAfter ? Buffer.concat([whole, octets]) : octets;
        await send(method, sent).then(
          () => {},
          (error) => {
            if (
              ![
                status.INVALID_ARGUMENT,
                status.NOT_FOUND,
                status.RESOURCE_EXHAUSTED,
                status.UNIMPLEMENTED,
              ].includes(error.code)
            ) {
              throw error;
            }
          },
        );
      },
    ),
    { numRuns: 200 },
  );
  t.deepEqual(faults, []);
  t.deepEqual(await ask('ServerLive'), { live: true });
});

test('statistics and the repository, in both dialects', async (t) => {
  const { ask, send, backend } = await serve(t);
  const { model_stats } = await ask('ModelStatistics');
  t.like(model_stats, [
    {
      name: 'adder',
      version: '1',
      last_inference: 1_700_000_000_000,
      inference_count: 12,
      execution_count: 4,
      inference_stats: {
        success: { count: 3, ns: 9e6 },
        fail: { count: 1, ns: 1e6 },
        queue: { count: 3, ns: 2e6 },
        compute_infer: { count: 3, ns: 5e6 },
      },
    },
  ]);
  t.is(((await ask('RepositoryIndex')).models as unknown[]).length, 3);
  t.is(((await ask('RepositoryIndex', { ready: true })).models as unknown[]).length, 2);
  t.deepEqual(await ask('RepositoryModelLoad', { model_name: 'adder' }), {
    model_name: 'adder',
    is_loaded: true,
  });
  // KServe's dialect: the name is in field 1.
  await send(
    'RepositoryModelLoad',
    new BinaryWriter().tag(1, WireType.LengthDelimited).string('adder').finish(),
  );
  await ask('RepositoryModelUnload', {
    model_name: 'adder',
    parameters: { unload_dependents: { bool_param: false } },
  });
  t.deepEqual(backend.loads, ['load adder', 'load adder', 'unload adder']);
  await refused(
    t,
    ask('RepositoryModelLoad', { model_name: 'adder', parameters: { config: { string_param: '{}' } } }),
    status.UNIMPLEMENTED,
    /"config".*overrides nothing/,
  );
  await refused(
    t,
    ask('RepositoryIndex', { repository_name: 'other' }),
    status.UNIMPLEMENTED,
    /one repository/,
  );
  await refused(t, ask('TraceSetting'), status.UNIMPLEMENTED, /./);
});

test('messages above gRPC’s own 4 MB are taken, and above the limit refused', async (t) => {
  const rows = 400_000;
  const big = asking(
    { shape: [rows, 2] },
    { raw_input_contents: [Buffer.alloc(8 * rows)], outputs: [{ name: 'sum' }] },
  );
  const wide = await serve(t);
  const answer = await wide.ask('ModelInfer', big);
  t.deepEqual(answer.outputs, [{ name: 'sum', datatype: 'FP64', shape: [rows] }]);
  const narrow = await serve(t, { message: { octets: 4 * 2 ** 20 - 1000 } });
  const huge = asking({ shape: [2 * rows, 2] }, { raw_input_contents: [Buffer.alloc(16 * rows)] });
  await refused(t, narrow.ask('ModelInfer', huge), status.RESOURCE_EXHAUSTED, /more than 4193304 octets/);
});

test('the sooner of deadline and `timeout` counts', async (t) => {
  const timer = new FakeTimer();
  const { ask, backend } = await serve(t, { timer });
  await timer.pass(5000);
  const contents = { fp32_contents: [1, 2] };
  await ask('ModelInfer', asking({ contents }));
  t.is(backend.calls[0].call.deadline, undefined);
  await ask('ModelInfer', asking({ contents }, { parameters: { timeout: { int64_param: 2500 } } }), {
    within: 60_000,
  });
  t.is(backend.calls[1].call.deadline, 5002.5);
  await ask('ModelInfer', asking({ contents }), { within: 60_000 });
  const { arrived, deadline = Number.NaN } = backend.calls[2].call;
  t.is(arrived, 5000);
  t.true(deadline > 5000 && deadline <= 65_000, `${deadline}`);
});

test('a deadline that passes, or a client that cancels, aborts the call', async (t) => {
  const { ask, backend } = await serve(t);
  const message = asking({ contents: { fp32_contents: [1, 2] } });
  let enter = () => {};
  let leave: (reason: unknown) => void = () => {};
  backend.before = (_, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        leave(signal.reason);
        reject(signal.reason);
      });
      enter();
    });

  const left = new Promise((resolve) => (leave = resolve));
  const cancelled = ask('ModelInfer', message, { started: (call) => (enter = () => call.cancel()) });
  await refused(t, cancelled, status.CANCELLED, /./);
  t.like(await left, { reason: 'cancelled' });

  const late = new Promise((resolve) => (leave = resolve));
  // A deadline that passes before the server has the call says nothing.
  for (let within = 50, hasEntered = false; !hasEntered; within *= 2) {
    enter = () => (hasEntered = true);
    await refused(t, ask('ModelInfer', message, { within }), status.DEADLINE_EXCEEDED, /./);
  }
  t.like(await late, { reason: 'cancelled' });

  backend.before = () => {};
  await ask('ModelInfer', message);
  t.false(backend.calls.at(-1)?.call.signal.aborted);
});

test('failures have gRPC’s codes, and those of the server keep their text', async (t) => {
  const { ask, backend, faults } = await serve(t);
  const message = asking({ contents: { fp32_contents: [1, 2] } });
  for (const [reason, code] of [
    ['invalid', status.INVALID_ARGUMENT],
    ['denied', status.PERMISSION_DENIED],
    ['unsupported', status.UNIMPLEMENTED],
    ['overloaded', status.RESOURCE_EXHAUSTED],
    ['unavailable', status.UNAVAILABLE],
    ['deadline', status.DEADLINE_EXCEEDED],
  ] as const) {
    backend.before = () => {
      throw new RequestError(reason, `${reason} 100 % ü \ud800`, 1500.5);
    };
    const error = await t.throwsAsync(ask('ModelInfer', message), { message: /100 % ü \ufffd/ });
    t.like(error, { code });
    const trailers = error !== undefined && 'metadata' in error ? error.metadata : undefined;
    t.regex(JSON.stringify(trailers), /"grpc-retry-pushback-ms":\["1501"\]/);
  }
  backend.before = () => {
    throw new TypeError('cannot read /secret/weights');
  };
  await refused(t, ask('ModelInfer', message), status.INTERNAL, /^(?!.*secret)/);
  t.is(faults.length, 1);
});

test('needs @grpc/grpc-js, and checks its options', async (t) => {
  const backend = new FakeBackend();
  const absent = async () => {
    throw Object.assign(new Error('gone'), { code: 'MODULE_NOT_FOUND' });
  };
  await t.throwsAsync(grpcServer(backend, {}, absent), { instanceOf: MissingPackage });
  for (const [options, name] of [
    [{ host: '0.0.0.0' }, 'host'],
    [{ port: -1 }, 'port'],
    [{ limits: { streams: 0 } }, 'limits.streams'],
    [{ message: { octets: 0 } }, 'message.octets'],
  ] as const) {
    const error = await t.throwsAsync(grpcServer(backend, options), { instanceOf: OptionError });
    t.is(error?.option, name);
  }
  const { port } = await serve(t);
  await t.throwsAsync(grpcServer(backend, { port }), { instanceOf: ListenError, code: 'LISTEN' });
});

test('a request is refused before its tensors are read', async (t) => {
  const refused: string[] = [];
  const { backend, ask, send } = await serve(t, { onRefusal: (reason) => refused.push(reason) });
  backend.screened = () => {
    throw new RequestError('overloaded', 'busy', 40);
  };
  const error = await t.throwsAsync<ServiceError>(
    ask(
      'ModelInfer',
      asking({ contents: { fp32_contents: [1] } }, { parameters: { timeout: { int64_param: 2_000_000 } } }),
      {
        within: 60_000,
      },
    ),
  );
  t.is(error.code, status.RESOURCE_EXHAUSTED);
  t.deepEqual(error.metadata.get('grpc-retry-pushback-ms'), ['40']);
  const [{ model, tenant, arrived, deadline = 0, octets, mayNameDeadline }] = backend.announced;
  t.deepEqual(
    { model, tenant, mayNameDeadline },
    { model: 'adder', tenant: 'anonymous', mayNameDeadline: false },
  );
  t.true(octets > 20);
  // Its own timeout, which is sooner than the call's.
  t.is(Math.round(deadline - arrived), 2000);
  const none = await t.throwsAsync<ServiceError>(send('ModelInfer', Buffer.from([0xff])));
  t.is(none.code, status.INVALID_ARGUMENT);
  t.deepEqual(refused, ['overloaded', 'invalid'], 'each is counted once');
});

test('a tenant with too many calls is refused, and health is still answered', async (t) => {
  const refused: string[] = [];
  const onRefusal = (reason: string) => refused.push(reason);
  const { backend, ask } = await serve(t, { onRefusal, intake: new Intake({ requests: 3 }) });
  const releases: (() => void)[] = [];
  backend.before = () => new Promise((resolve) => releases.push(resolve));
  const sum = () => ask('ModelInfer', asking({ contents: { fp32_contents: [1, 2] } }));
  const answers = [sum(), sum()];
  while (backend.calls.length < 2) await setImmediate();
  const error = await t.throwsAsync<ServiceError>(sum());
  t.is(error.code, status.RESOURCE_EXHAUSTED);
  t.regex(error.details, /2 of them of this tenant/);
  t.deepEqual(refused, ['overloaded']);
  t.deepEqual(await ask('ServerLive'), { live: true });
  for (const release of releases) release();
  await Promise.all(answers);
  backend.before = () => {};
  // What was answered has left.
  for (let i = 0; i < 5; i++) await sum();
  t.pass();
});

test('messages that are held fill a common limit, and leave it when they are answered', async (t) => {
  const { backend, ask } = await serve(t, { intake: new Intake({ octets: 120 }) });
  let release = () => {};
  backend.before = () => new Promise<void>((resolve) => (release = resolve));
  const sum = () =>
    ask('ModelInfer', asking({ contents: { fp32_contents: [1, 2] } }, { id: 'x'.repeat(40) }));
  const first = sum();
  while (backend.calls.length === 0) await setImmediate();
  const error = await t.throwsAsync<ServiceError>(sum());
  t.is(error.code, status.RESOURCE_EXHAUSTED);
  t.regex(error.details, /fill the memory/);
  release();
  await first;
  backend.before = () => {};
  for (let i = 0; i < 3; i++) await sum();
});
