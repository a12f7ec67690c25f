import test from 'ava';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { RawConnection } from './raw.js';
import { asking, askingBinary } from './rows.js';
import { contentOf, serve } from './served.js';

test('failures have the protocol’s statuses and body', async (t) => {
  const { backend, ask, faults } = await serve(t);
  const statuses = {
    invalid: 400,
    denied: 403,
    'not-found': 404,
    'too-large': 413,
    unsupported: 501,
    'unknown-encoding': 415,
    overloaded: 429,
    unavailable: 503,
    deadline: 503,
    internal: 500,
  } as const;
  for (const [reason, status] of Object.entries(statuses)) {
    backend.before = () => {
      throw new RequestError(reason as keyof typeof statuses, `failed ü: ${reason}`);
    };
    const answer = await ask(asking([[1, 2]]));
    t.is(answer.status, status, reason);
    t.is(answer.headers.get('content-type'), 'application/json');
    t.deepEqual(await contentOf(answer), { error: `failed ü: ${reason}` });
  }
  t.is(faults.length, 1);
  backend.before = () => {
    throw new RequestError('overloaded', 'busy', 1200);
  };
  t.is((await ask(asking([[1, 2]]))).headers.get('retry-after'), '2');
});

test('an overload may be 503, which Triton’s clients know', async (t) => {
  const { backend, ask } = await serve(t, { overloadStatus: 503 });
  backend.before = () => {
    throw new RequestError('overloaded', 'busy');
  };
  const answer = await ask(asking([[1, 2]]));
  t.is(answer.status, 503);
  t.is(answer.headers.get('retry-after'), null);
});

test('what isn’t a request’s fault is reported, and its text stays here', async (t) => {
  const { backend, ask, faults } = await serve(t);
  const fault = new TypeError('cannot read /secret/weights');
  backend.before = () => {
    throw fault;
  };
  const answer = await ask(asking([[1, 2]]));
  t.is(answer.status, 500);
  t.notRegex(await answer.text(), /secret/);
  t.deepEqual(faults, [fault]);
});

test('other methods get 405 and the one that is allowed', async (t) => {
  const { get, backend } = await serve(t);
  for (const [path, allowed, methods] of [
    ['/v2/health/live', 'GET, HEAD, OPTIONS', ['POST', 'PUT', 'DELETE']],
    ['/v2/models/adder', 'GET, HEAD, OPTIONS', ['POST']],
    ['/v2/models/adder/infer', 'POST, OPTIONS', ['GET', 'HEAD', 'PATCH']],
    ['/v2/repository/index', 'POST, OPTIONS', ['GET']],
    ['/v2/repository/models/adder/load', 'POST, OPTIONS', ['GET']],
  ] as const) {
    for (const method of methods) {
      const answer = await get(path, { method });
      t.is(answer.status, 405, `${method} ${path}`);
      t.is(answer.headers.get('allow'), allowed);
    }
  }
  t.is(backend.calls.length + backend.loads.length, 0);
});

test('HEAD is answered as GET is, without a body, and OPTIONS by what a path takes', async (t) => {
  const { get, port } = await serve(t);
  for (const path of ['/v2/health/live', '/v2', '/v2/models/adder', '/v2/models/none', '/v2/nothing']) {
    const [whole, head] = await Promise.all([get(path), get(path, { method: 'HEAD' })]);
    t.is(head.status, whole.status, path);
    for (const name of ['content-type', 'content-length'])
      t.is(head.headers.get(name), whole.headers.get(name), path);
    t.is(await head.text(), '');
  }
  // Nothing of a body follows: the next answer begins where it would.
  const raw = await RawConnection.open(port);
  raw.write('HEAD /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n');
  raw.write('GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  const [, second] = (await raw.untilClosed()).split(/(?<=\r\n\r\n)/);
  t.regex(second, /^HTTP\/1.1 200 OK/);
  for (const [path, allowed] of [
    ['/v2/health/live', 'GET, HEAD, OPTIONS'],
    ['/v2/models/adder/infer', 'POST, OPTIONS'],
  ] as const) {
    const options = await get(path, { method: 'OPTIONS' });
    t.is(options.status, 200);
    t.is(options.headers.get('allow'), allowed);
    t.is(options.headers.get('access-control-allow-origin'), null);
  }
});

test('unknown paths get 404 in the protocol’s form', async (t) => {
  const { get } = await serve(t);
  for (const path of [
    '/',
    '/v2/',
    '/v1/models/adder:predict',
    '/v2/models',
    '/v2/models/adder/infer/more',
    '/v2/models/adder/versions/1/infer/more',
    '/v2/models/adder/generate',
    '/v2/repository/models/adder',
    '/v2/repository/models/adder/load/more',
    '/v2/systemsharedmemory/status',
  ]) {
    const answer = await get(path);
    t.is(answer.status, 404, path);
    t.is(typeof (await contentOf(answer)).error, 'string', path);
  }
});

test('tensors that don’t fit themselves or the model are refused, naming the input', async (t) => {
  const { ask, backend } = await serve(t);
  const x = { name: 'x', shape: [1, 2], datatype: 'FP32', data: [1, 2] };
  for (const [input, status, text] of [
    [{ ...x, data: [1] }, 400, /"x".*2 elements/],
    [{ ...x, data: [[1, 2], [3]] }, 400, /"x"/],
    [{ ...x, data: [1, null] }, 400, /"x".*null/],
    [{ ...x, data: [1, 'NaN'] }, 400, /"x".*NaN/],
    [{ ...x, data: [1, 1e39] }, 400, /"x".*1e\+39/],
    [{ ...x, datatype: 'FP8' }, 400, /"x".*FP8/],
    [{ ...x, datatype: 'INT32' }, 400, /"x".*INT32; the model takes FP32/],
    [{ ...x, datatype: 'INT8', data: [1, 300] }, 400, /"x".*300/],
    [{ ...x, shape: [2] }, 400, /"x".*shape/],
    [{ ...x, shape: [-1, 2] }, 400, /"x".*shape/],
    [{ ...x, shape: [4_294_967_296, 4_294_967_296] }, 413, /"x".*exceeds/],
    [{ ...x, name: '__proto__' }, 400, /no input "__proto__"/],
    [{ ...x, data: undefined }, 400, /"x" has no data/],
    [{ ...x, parameters: { shared_memory_region: 'a' }, data: undefined }, 501, /shared memory/],
  ] as const) {
    const answer = await ask(JSON.stringify({ inputs: [input] }));
    t.is(answer.status, status, JSON.stringify(input));
    t.regex((await contentOf(answer)).error, text);
  }
  const deep = await ask(`{"inputs":${'['.repeat(10_000)}${']'.repeat(10_000)}}`);
  t.is(deep.status, 413);
  for (const body of ['', '{', 'null', '[]', '{"inputs":[]}', '{"inputs":{}}', '"\ud800"', '\0']) {
    const answer = await ask(body);
    t.is(answer.status, 400, body);
    t.is(typeof (await contentOf(answer)).error, 'string');
  }
  t.true(backend.calls.every(({ request }) => request.inputs.length <= 1));
});

test('zeros keep their sign, and NaN is never null', async (t) => {
  const { ask, backend } = await serve(t);
  const body = '{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[-0,-0]}]}';
  t.regex(await (await ask(body)).text(), /"data":\[-0(\.0)?\]/);
  const { elements } = backend.calls[0].request.inputs[0];
  t.true(Object.is(elements[0], -0));
  const { body: octets, jsonLength } = askingBinary([[Number.NaN, 1]]);
  const answer = await ask(octets, { 'inference-header-content-length': jsonLength });
  t.is(answer.status, 400);
  t.regex((await contentOf(answer)).error, /"sum".*NaN/);
});
