import test from 'ava';
import { accessOf } from '../../../serve/access/index.js';
import { httpServer } from '../../../serve/http/index.js';
import { FakeBackend } from '../fakeBackend.js';
import { asking as askingGrpc, serve as serveGrpc } from '../grpc/served.js';
import { asking } from '../http/rows.js';

const access = await accessOf({
  keys: [
    { key: 'key-of-the-shop-1', tenant: 'shop' },
    { key: 'key-of-operators', tenant: 'operator', rights: ['admin', 'infer'] },
    { key: 'key-of-prometheus', tenant: 'prometheus', rights: ['metrics'] },
  ],
});

test('over HTTP each path needs its right, and probes none', async (t) => {
  const backend = new FakeBackend();
  const pages = {
    '/metrics': { right: 'metrics', answer: () => ({ contentType: 'text/plain', body: 'm' }) },
  } as const;
  // With keys other hosts are allowed; this one is reached by this machine alone all the same.
  const server = await httpServer(backend, { port: 0, access, pages });
  t.teardown(() => server.close());
  const call = (path: string, key?: string, method = 'GET', body?: string) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, {
      method,
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      ...(body === undefined ? {} : { body }),
    });
  const [shop, operator, prometheus] = ['key-of-the-shop-1', 'key-of-operators', 'key-of-prometheus'];
  t.is((await call('/v2/health/live')).status, 200);
  t.is((await call('/v2/health/ready')).status, 200);
  for (const path of ['/v2', '/v2/models/adder', '/v2/models/adder/ready', '/v2/models/stats', '/metrics']) {
    const none = await call(path);
    t.is(none.status, 401, path);
    t.is(none.headers.get('www-authenticate'), 'Bearer');
    t.is(none.headers.get('content-type'), 'application/json');
    t.is((await call(path, 'key-that-is-wrong')).status, 401, path);
    const isMetrics = path === '/metrics';
    t.is((await call(path, shop)).status, isMetrics ? 403 : 200, path);
    t.is((await call(path, prometheus)).status, isMetrics ? 200 : 403, path);
  }
  t.is((await call('/v2/repository/models/adder/load', shop, 'POST')).status, 403);
  t.is((await call('/v2/repository/models/adder/load', operator, 'POST')).status, 200);
  t.is((await call('/v2/models/adder/infer', undefined, 'POST', asking([[1, 2]]))).status, 401);
  t.is((await call('/v2/models/adder/infer', shop, 'POST', asking([[1, 2]]))).status, 200);
  t.deepEqual(
    backend.calls.map((one) => one.call.tenant),
    ['shop'],
  );
});

test('over gRPC a call is refused before its message is read', async (t) => {
  const { ask, send, backend } = await serveGrpc(t, { access });
  const message = askingGrpc({ contents: { fp32_contents: [1, 2] } });
  t.deepEqual(await ask('ServerLive'), { live: true });
  t.like(await t.throwsAsync(ask('ModelInfer', message)), { code: 16 });
  // What would be no message isn't read.
  t.like(await t.throwsAsync(send('ModelInfer', Uint8Array.of(255))), { code: 16 });
  const shop = { headers: { 'x-api-key': 'key-of-the-shop-1' } };
  t.is((await ask('ModelInfer', message, shop)).model_name, 'adder');
  t.like(await t.throwsAsync(ask('RepositoryModelLoad', { model_name: 'adder' }, shop)), { code: 7 });
  await ask(
    'RepositoryModelLoad',
    { model_name: 'adder' },
    { headers: { authorization: 'Bearer key-of-operators' } },
  );
  t.is(backend.calls[0].call.tenant, 'shop');
  t.deepEqual(backend.loads, ['load adder']);
});
