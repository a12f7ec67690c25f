import test from 'ava';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { post, RawConnection } from './raw.js';
import { asking, askingBinary } from './rows.js';
import { contentOf, serve } from './served.js';

test('infers from JSON; a request needs no Content-Type, and its id is in the body alone', async (t) => {
  const { ask, backend } = await serve(t);
  const body = asking(
    [
      [1, 2],
      [2, 2],
      [0.25, 0.5],
    ],
    { id: 'grün' },
  );
  const answer = await ask(body);
  t.is(answer.status, 200);
  t.is(answer.headers.get('content-type'), 'application/json');
  t.notRegex(JSON.stringify([...answer.headers]), /gr/);
  t.deepEqual(await contentOf(answer), {
    model_name: 'adder',
    model_version: '3',
    id: 'grün',
    parameters: { verdict: 'certified', epsilon: 0.02 },
    outputs: [
      { name: 'sum', shape: [3], datatype: 'FP64', data: [3, 4, 0.75] },
      { name: 'label', shape: [3], datatype: 'BYTES', data: ['odd', 'even', 'ü'] },
      { name: 'exit', shape: [3], datatype: 'INT32', data: [0, 0, 0] },
    ],
  });
  t.is(backend.calls[0].call.tenant, 'anonymous');
  t.is(backend.calls[0].call.deadline, undefined);
});

test('a version is named in the path, and outputs in the body', async (t) => {
  const { get } = await serve(t);
  const body = asking([[1, 2]], { outputs: [{ name: 'label' }] });
  const answer = await contentOf(await get('/v2/models/adder/versions/1/infer', { method: 'POST', body }));
  t.is(answer.model_version, '1');
  t.deepEqual(
    answer.outputs.map((output: { name: string }) => output.name),
    ['label'],
  );
});

test('binary tensors in and out, where none are named too', async (t) => {
  const { ask } = await serve(t);
  const { body, jsonLength } = askingBinary(
    [
      [1, 2],
      [2, 2],
    ],
    { parameters: { binary_data_output: true } },
  );
  const answer = await ask(body, { 'inference-header-content-length': jsonLength });
  t.is(answer.status, 200);
  t.is(answer.headers.get('content-type'), 'application/octet-stream');
  const length = Number(answer.headers.get('inference-header-content-length'));
  const octets = Buffer.from(await answer.arrayBuffer());
  const { outputs } = JSON.parse(octets.subarray(0, length).toString());
  t.deepEqual(
    outputs.map((output: { parameters: { binary_data_size: number } }) => output.parameters.binary_data_size),
    [16, 15, 8],
  );
  const rest = octets.subarray(length);
  t.is(rest.length, 16 + 15 + 8);
  t.deepEqual([rest.readDoubleLE(0), rest.readDoubleLE(8)], [3, 4]);
  t.is(rest.subarray(16, 31).toString('latin1'), '\x03\0\0\0odd\x04\0\0\0even');
});

test('`timeout` is in microseconds, from when the request arrived', async (t) => {
  const timer = new FakeTimer();
  const { ask, backend } = await serve(t, { timer });
  await timer.pass(1000);
  await ask(asking([[1, 2]], { parameters: { timeout: 2500 } }));
  t.is(backend.calls[0].call.arrived, 1000);
  t.is(backend.calls[0].call.deadline, 1002.5);
  t.is((await ask(asking([[1, 2]], { parameters: { timeout: 'soon' } }))).status, 400);
});

test('a client that leaves aborts its call', async (t) => {
  const { port, backend, ask } = await serve(t);
  const aborted = new Promise<unknown>((resolve) => {
    backend.before = (_, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          resolve(signal.reason);
          reject(signal.reason);
        });
        raw.close();
      });
  });
  const raw = await RawConnection.open(port);
  raw.write(post('/v2/models/adder/infer', asking([[1, 2]])));
  const reason = await aborted;
  t.true(reason instanceof RequestError && reason.reason === 'cancelled');
  // A signal that is read only then is aborted too.
  t.true(backend.calls[0].call.signal.aborted);
  backend.before = () => {};
  t.is((await ask(asking([[1, 2]]))).status, 200);
  t.false(backend.calls[1].call.signal.aborted);
});
