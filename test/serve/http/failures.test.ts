import test from 'ava';
import { RequestError } from '../../../lib/inference/index.js';
import { asking } from './rows.js';
import { contentOf, serve } from './served.js';

test('failures have the protocol’s statuses and body', async (t) => {
  const { backend, ask, faults } = await serve(t);
  const statuses = {
    invalid: 400,
    denied: 403,
    'not-found': 404,
    'too-large': 413,
    unsupported: 501,
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
    ['/v2/health/live', 'GET', ['POST', 'PUT', 'OPTIONS', 'HEAD', 'DELETE']],
    ['/v2/models/adder', 'GET', ['POST', 'OPTIONS']],
    ['/v2/models/adder/infer', 'POST', ['GET', 'HEAD', 'OPTIONS', 'PATCH']],
    ['/v2/repository/index', 'POST', ['GET']],
    ['/v2/repository/models/adder/load', 'POST', ['GET']],
  ] as const) {
    for (const method of methods) {
      const answer = await get(path, { method });
      t.is(answer.status, 405, `${method} ${path}`);
      t.is(answer.headers.get('allow'), allowed);
    }
  }
  t.is(backend.calls.length + backend.loads.length, 0);
});

test('unknown paths get 404 in the protocol’s form', async (t) => {
  const { get } = await serve(t);
  for (const path of [
    '/',
    '/v2/',
    '/v1/models/adder:predict',
    '/v2/models',
    '/v2/models/adder/config',
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
