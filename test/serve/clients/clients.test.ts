import type { ExecutionContext } from 'ava';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { grpcServer } from '../../../serve/grpc/index.js';
import { httpServer } from '../../../serve/http/index.js';
import { FakeBackend } from '../fakeBackend.js';
import { run, withPython } from './python.js';

/** Servers of a backend that acts by the requests' ids. */
async function serve(t: ExecutionContext) {
  const backend = new FakeBackend();
  backend.labels = ['a sum'];
  const aborted: (string | undefined)[] = [];
  backend.before = ({ id }, { signal }) => {
    if (id === 'busy') throw new RequestError('overloaded', 'the queue is full', 1500);
    if (id === 'fault') throw new TypeError('secret');
    if (id !== 'slow') return;
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        aborted.push(id);
        reject(signal.reason);
      });
    });
  };
  const onFault = () => {};
  const http = await httpServer(backend, { port: 0, packFrom: 1, onFault });
  const grpc = await grpcServer(backend, { port: 0, onFault });
  t.teardown(() => Promise.all([http.close(), grpc.close()]));
  return { backend, aborted, http: `localhost:${http.port}`, grpc: `localhost:${grpc.port}` };
}

const answers = {
  sum: [3, 4, 0.75],
  label: ['odd', 'even', 'ü'],
  exit: [0, 0, 0],
  dtypes: ['float64', 'int32'],
};
const parameters = { verdict: 'certified', epsilon: 0.02 };
/** What a column of `sum` is, as JSON. */
const labels = '["a sum"]';
/** What tritonclient can ask for and isn't given, by the names in the refusals. */
const unserved = [/'priority'/, /'sequence_\w+'/, /'sequence_\w+'/, /"sum".*'classification'.*'label'/];
const tensors = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
  outputs: [
    { name: 'sum', datatype: 'FP64', shape: [-1], parameters: { labels } },
    { name: 'label', datatype: 'BYTES', shape: [-1] },
    { name: 'exit', datatype: 'INT32', shape: [-1] },
  ],
};
const index = [
  { name: 'adder', version: '1', state: 'READY', reason: '' },
  { name: 'adder', version: '3', state: 'READY', reason: '' },
  { name: 'broken', version: '1', state: 'UNAVAILABLE', reason: 'no model.cascade' },
];

withPython('tritonclient.http')('tritonclient over HTTP (left out without it)', async (t) => {
  const { backend, aborted, http } = await serve(t);
  const read = await run('triton_http.py', http);
  t.deepEqual([read.live, read.ready, read.modelReady], [true, true, [true, true, false]]);
  t.is(read.server.name, 'spillway');
  t.deepEqual(read.model, { name: 'adder', versions: ['1'], platform: 'spillway_cascade', ...tensors });
  t.deepEqual(read.config, {
    name: 'adder',
    platform: 'spillway_cascade',
    backend: 'spillway',
    max_batch_size: 1000,
    input: [{ name: 'x', data_type: 'TYPE_FP32', dims: [2] }],
    output: [
      { name: 'sum', data_type: 'TYPE_FP64', dims: [] },
      { name: 'label', data_type: 'TYPE_STRING', dims: [] },
      { name: 'exit', data_type: 'TYPE_INT32', dims: [] },
    ],
    parameters: { 'sum.labels': { string_value: labels } },
  });
  unserved.forEach((text, i) => {
    t.is(read.unserved[i][0], '501');
    t.regex(read.unserved[i][1], text);
  });
  t.deepEqual(read.index, index);
  t.deepEqual(
    read.statistics.model_stats.map((model: { version: string }) => model.version),
    ['1', '3'],
  );
  t.deepEqual(read.statisticsOfOne.model_stats[0].inference_stats.success, { count: 3, ns: 9e6 });
  const expected = (id: string) => ({ ...answers, id, parameters });
  t.deepEqual(read.binary, expected('grün'));
  t.deepEqual(read.json, expected('2'));
  t.deepEqual(read.mixed, expected('3'));
  t.deepEqual(read.packed, Array(4).fill(expected('4')));
  t.deepEqual(read.async, expected('5'));
  t.deepEqual(read.empty, []);
  t.deepEqual(read.timeout, expected('6'));
  const { arrived, deadline = 0 } = backend.calls.find(({ request }) => request.id === '6')?.call ?? {
    arrived: 0,
  };
  t.is(Math.round(deadline - arrived), 5000);
  t.deepEqual(
    read.failures.map(([status]: [string]) => status),
    ['404', '400', '429', '404', '501', '500'],
  );
  t.is(read.failures[0][1], "no model 'none'");
  t.is(read.failures[2][1], 'the queue is full');
  t.notRegex(read.failures[5][1], /secret/);
  // It left, and its call ended here too.
  t.not(read.abandoned, null);
  t.deepEqual(aborted, ['slow']);
  t.deepEqual(backend.loads, ['load adder', 'unload adder']);
  t.false(read.unloaded);
});

withPython('tritonclient.grpc')('tritonclient over gRPC (left out without it)', async (t) => {
  const { backend, aborted, grpc } = await serve(t);
  const read = await run('triton_grpc.py', grpc);
  t.deepEqual([read.live, read.ready, read.modelReady], [true, true, [true, true, false]]);
  t.is(read.server.name, 'spillway');
  t.deepEqual(read.model.outputs[0], { name: 'sum', datatype: 'FP64', shape: ['-1'] });
  t.like(read.config.config, {
    name: 'adder',
    platform: 'spillway_cascade',
    backend: 'spillway',
    max_batch_size: 1000,
    input: [{ name: 'x', data_type: 'TYPE_FP32', dims: ['2'] }],
    parameters: { 'sum.labels': { string_value: labels } },
  });
  t.deepEqual(
    read.config.config.output.map((output: { data_type: string }) => output.data_type),
    ['TYPE_FP64', 'TYPE_STRING', 'TYPE_INT32'],
  );
  unserved.forEach((text, i) => {
    t.is(read.unserved[i][0], 'StatusCode.UNIMPLEMENTED');
    t.regex(read.unserved[i][1], text);
  });
  t.deepEqual(read.index.models[2], index[2]);
  t.deepEqual(read.statistics.model_stats[1].inference_stats.compute_infer, { count: '3', ns: '5000000' });
  t.deepEqual(read.raw, { ...answers, id: 'grün' });
  t.deepEqual(read.version, { ...answers, id: '2' });
  t.is(read.one, null);
  t.is(read.wide, 700_000);
  t.deepEqual(
    read.failures.map(([status]: [string]) => status),
    ['NOT_FOUND', 'RESOURCE_EXHAUSTED', 'UNIMPLEMENTED', 'DEADLINE_EXCEEDED'].map(
      (name) => `StatusCode.${name}`,
    ),
  );
  t.is(read.cancelled, 'StatusCode.CANCELLED');
  t.deepEqual(aborted, ['slow', 'slow']);
  t.deepEqual(backend.loads, ['load adder', 'unload adder']);
});

withPython('kserve')('KServe’s client over HTTP and gRPC (left out without it)', async (t) => {
  const { http, grpc } = await serve(t);
  const { rest, grpc: remote } = await run('kserve_both.py', `http://${http}`, grpc);
  const { dtypes: _, ...outputs } = answers;
  const expected = { model: 'adder', id: 'grün', parameters, outputs };
  t.deepEqual([rest.live, rest.ready, rest.modelReady], [true, true, [true, false]]);
  t.deepEqual(rest.json, expected);
  t.deepEqual(rest.binary, expected);
  t.regex(rest.failures[0], /^no model 'none', '404 Not Found'/);
  t.regex(rest.failures[1], /"x" is missing.*'400 Bad Request'/);
  t.deepEqual([remote.live, remote.ready, remote.modelReady], [true, true, true]);
  // Its messages have no doubles.
  const asText = { ...expected, parameters: { ...parameters, epsilon: '0.02' } };
  t.deepEqual(remote.typed, asText);
  t.deepEqual(remote.raw, asText);
  t.deepEqual(remote.failure, ['NOT_FOUND', "no model 'none'"]);
});
