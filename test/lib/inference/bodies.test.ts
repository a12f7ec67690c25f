import test from 'ava';
import {
  checkLoadRequest,
  grpcStatus,
  httpStatus,
  type ModelStatistics,
  parameterOf,
  type RequestFault,
  readError,
  readIndex,
  readIndexRequest,
  readModelMetadata,
  readServerMetadata,
  readStatistics,
  timeoutOf,
  writeError,
  writeIndex,
  writeModelMetadata,
  writeServerMetadata,
  writeStatistics,
} from '../../../lib/inference/index.js';
import { octetsOfJson, refusal } from './messages.js';

test('a model’s metadata', (t) => {
  const metadata = {
    name: 'mail',
    versions: ['1', '2'],
    platform: 'spillway',
    inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1] }],
    outputs: [{ name: 'scores', datatype: 'FP64', shape: [-1, 2] }],
  } as const;
  const written = writeModelMetadata(metadata);
  t.deepEqual(JSON.parse(written), metadata);
  t.deepEqual(readModelMetadata(octetsOfJson(written)), metadata);
  const other = {
    name: 'm',
    versions: [1],
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-2, 3] }],
    outputs: [],
  };
  t.deepEqual(readModelMetadata(octetsOfJson(other)), {
    ...other,
    versions: ['1'],
    platform: '',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3] }],
  });
  const refused = (more: object) => refusal(() => readModelMetadata(octetsOfJson({ ...other, ...more })));
  t.regex(refused({ inputs: undefined }), /'inputs' is undefined; expected an array/);
  t.regex(refused({ versions: 3 }), /'versions' is 3/);
  t.regex(
    refused({ inputs: [{ name: 'x', datatype: 'BF16', shape: [] }] }),
    /the datatype of inputs\[0\] is "BF16"/,
  );
  t.regex(
    refused({ inputs: [{ name: 'x', datatype: 'FP32', shape: ['n'] }] }),
    /the shape of inputs\[0\] has "n"/,
  );
});

test('a server’s metadata', (t) => {
  const metadata = { name: 'spillway', version: '0.1.0', extensions: ['binary_tensor_data'] };
  t.deepEqual(readServerMetadata(octetsOfJson(writeServerMetadata(metadata))), metadata);
  t.deepEqual(readServerMetadata(octetsOfJson({})), { name: '', version: '', extensions: [] });
  t.regex(
    refusal(() => readServerMetadata(octetsOfJson({ extensions: 'all' }))),
    /'extensions' is "all"/,
  );
});

test('the repository’s index', (t) => {
  const models = [
    { name: 'mail', version: '1', state: 'READY', reason: '' },
    { name: 'old', version: '', state: 'UNAVAILABLE', reason: 'unloaded' },
  ] as const;
  t.deepEqual(JSON.parse(writeIndex(models)), models);
  t.deepEqual(readIndex(octetsOfJson(writeIndex(models))), models);
  t.deepEqual(readIndex(octetsOfJson([{ name: 'a' }])), [
    { name: 'a', version: '', state: 'UNAVAILABLE', reason: '' },
  ]);
  t.regex(
    refusal(() => readIndex(octetsOfJson([{ name: 'a', state: 'GONE' }]))),
    /the state of index\[0\] is "GONE"/,
  );
  t.regex(
    refusal(() => readIndex(octetsOfJson({}))),
    /the index is an object/,
  );
});

test('requests to the repository may have no body, and replace no files', (t) => {
  const none = new Uint8Array();
  t.deepEqual(readIndexRequest(none), { ready: false });
  t.deepEqual(readIndexRequest(octetsOfJson({ ready: true })), { ready: true });
  t.regex(
    refusal(() => readIndexRequest(octetsOfJson({ ready: 1 }))),
    /^invalid: 'ready' is 1/,
  );
  t.regex(
    refusal(() => readIndexRequest(octetsOfJson('{'))),
    /^invalid: the request is no JSON/,
  );
  checkLoadRequest(none);
  checkLoadRequest(octetsOfJson({ parameters: { unload_dependents: false } }));
  for (const key of ['config', 'file:1/model.cascade']) {
    const body = octetsOfJson({ parameters: { [key]: 'x' } });
    t.regex(
      refusal(() => checkLoadRequest(body)),
      /^unsupported: the parameter ".*" would replace files/,
    );
  }
});

test('statistics have Triton’s shape', (t) => {
  const model: ModelStatistics = {
    name: 'mail',
    version: '1',
    lastInference: 1_700_000_000_000,
    rows: 64,
    executions: 2,
    success: { count: 3, nanoseconds: 10 },
    fail: { count: 0, nanoseconds: 0 },
    queue: { count: 3, nanoseconds: 4 },
    compute: { count: 3, nanoseconds: 5 },
  };
  const written = JSON.parse(writeStatistics([{ ...model, queue: { count: 3, nanoseconds: 4.4 } }]));
  const none = { count: 0, ns: 0 };
  t.deepEqual(written, {
    model_stats: [
      {
        name: 'mail',
        version: '1',
        last_inference: 1_700_000_000_000,
        inference_count: 64,
        execution_count: 2,
        inference_stats: {
          success: { count: 3, ns: 10 },
          fail: none,
          queue: { count: 3, ns: 4 },
          compute_input: none,
          compute_infer: { count: 3, ns: 5 },
          compute_output: none,
          cache_hit: none,
          cache_miss: none,
        },
        batch_stats: [],
      },
    ],
  });
  t.deepEqual(readStatistics(octetsOfJson(written)), [model]);
  const bad = { model_stats: [{ name: 'm', inference_stats: { queue: { ns: '4' } } }] };
  t.regex(
    refusal(() => readStatistics(octetsOfJson(bad))),
    /model_stats\[0\]\.inference_stats\.queue\.ns is "4"; expected a number/,
  );
});

test('errors of the protocol, and of frameworks', (t) => {
  t.is(writeError(new Error('no "x"')), '{"error":"no \\"x\\""}');
  t.is(readError(octetsOfJson({ error: 'a' })), 'a');
  t.is(readError(octetsOfJson({ message: 'b' })), 'b');
  t.is(readError(octetsOfJson({ detail: 'c' })), 'c');
  t.is(readError(octetsOfJson({ error: { code: 1 } })), '{"error":{"code":1}}');
  t.is(readError(octetsOfJson('<html>')), '<html>');
  t.is(readError(new Uint8Array()), '');
  t.is(readError(octetsOfJson('x'.repeat(9_999))).length, 500);
});

test('every reason has a status of HTTP and of gRPC', (t) => {
  const expected: Record<RequestFault, [number, number]> = {
    invalid: [400, 3],
    unauthenticated: [401, 16],
    denied: [403, 7],
    'not-found': [404, 5],
    'too-large': [413, 8],
    unsupported: [501, 12],
    overloaded: [429, 8],
    unavailable: [503, 14],
    deadline: [503, 4],
    cancelled: [499, 1],
    internal: [500, 13],
  };
  for (const [reason, statuses] of Object.entries(expected) as [RequestFault, [number, number]][]) {
    t.deepEqual([httpStatus(reason, 429), grpcStatus(reason)], statuses, reason);
  }
  t.is(httpStatus('overloaded', 503), 503);
});

test('a request’s timeout is in microseconds', (t) => {
  t.is(timeoutOf({}), undefined);
  t.is(timeoutOf({ timeout: 0 }), undefined);
  t.is(timeoutOf({ timeout: 2_500 }), 2.5);
  for (const timeout of [-1, 0.5, '5', true])
    t.regex(
      refusal(() => timeoutOf({ timeout })),
      /^invalid: .*'timeout' is/,
    );
  t.is(parameterOf({}, 'constructor'), undefined);
});
