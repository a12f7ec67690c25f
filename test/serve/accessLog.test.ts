import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { RequestError } from '../../lib/protocol/messages/index.js';
import { accessOf } from '../../serve/access/index.js';
import { type AccessEntry, AccessLog } from '../../serve/accessLog.js';
import { FakeTimer } from '../support/fakeTimer.js';
import { FakeBackend } from './fakeBackend.js';
import { asking as askingGrpc, floats, serve as serveGrpc } from './grpc/served.js';
import { asking } from './http/rows.js';
import { serve as serveHttp } from './http/served.js';

/** A log, and what waits until it has so many entries. */
function logging(timer = new FakeTimer()) {
  const entries: AccessEntry[] = [];
  const until = async (count: number) => {
    while (entries.length < count) await setTimeout(1);
    return entries;
  };
  return {
    entries,
    until,
    timer,
    log: { accessLog: new AccessLog((entry) => entries.push(entry), timer), timer },
  };
}

const access = await accessOf({ keys: [{ key: 'key-of-the-shop-1', tenant: 'shop' }] });
const key = { authorization: 'Bearer key-of-the-shop-1' };
const path = '/v2/models/adder/infer';

test('a request over HTTP is an entry once it is over, with what is known of it', async (t) => {
  const { log, until, timer } = logging();
  const backend = new FakeBackend();
  backend.before = () => timer.pass(5);
  const { ask, get } = await serveHttp(t, { ...log, access }, backend);
  const answer = await ask(asking([[1, 2]], { id: 'grün' }), { ...key, 'x-request-id': 'of-a-proxy' });
  await answer.arrayBuffer();
  await until(1);
  await ask(asking([[1, 2]]), { ...key, 'x-request-id': 'of-a-proxy' });
  await until(2);
  await ask('{', key);
  await until(3);
  await ask('{}');
  await until(4);
  await get('/v2/models/none?x=1', { headers: key });
  await until(5);
  await get('/nothing/"%0a');
  await until(6);
  await get('/v2/models/none', { method: 'HEAD', headers: key });
  const own = {
    protocol: 'http',
    method: 'POST',
    path,
    model: 'adder',
    tenant: 'shop',
    id: undefined,
  } as const;
  const entries = (await until(7)).map(({ octets, ...entry }) => ({ ...entry, hasOctets: octets > 0 }));
  t.is((await until(7))[0].octets, Number(answer.headers.get('content-length')));
  t.deepEqual(entries, [
    { ...own, status: 200, ms: 5, id: 'grün', hasOctets: true },
    { ...own, status: 200, ms: 5, id: 'of-a-proxy', hasOctets: true },
    { ...own, status: 400, ms: 0, hasOctets: true },
    { ...own, status: 401, ms: 0, model: undefined, tenant: undefined, hasOctets: true },
    { ...own, method: 'GET', path: '/v2/models/none', model: 'none', status: 404, ms: 0, hasOctets: true },
    {
      ...own,
      method: 'GET',
      path: '/nothing/%22%0a',
      model: undefined,
      tenant: undefined,
      status: 404,
      ms: 0,
      hasOctets: true,
    },
    { ...own, method: 'HEAD', path: '/v2/models/none', model: 'none', status: 404, ms: 0, hasOctets: false },
  ]);
});

test('a client that leaves before it is answered is an entry with status 499', async (t) => {
  const { log, until } = logging();
  const backend = new FakeBackend();
  const leave = new AbortController();
  backend.before = (_, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      leave.abort();
    });
  const { get } = await serveHttp(t, log, backend);
  await t.throwsAsync(get(path, { method: 'POST', body: asking([[1, 2]]), signal: leave.signal }), {
    any: true,
  });
  const [{ status, octets, model }] = await until(1);
  t.deepEqual([status, octets, model], [499, 0, 'adder']);
});

test('a body that isn’t read to its end leaves an entry as well', async (t) => {
  const { log, until } = logging();
  const backend = new FakeBackend();
  backend.screened = () => {
    throw new RequestError('overloaded', 'the queue is full', 1);
  };
  const { ask } = await serveHttp(t, log, backend);
  t.is((await ask(new Uint8Array(8 * 2 ** 20))).status, 429);
  const [{ status, octets }] = await until(1);
  t.deepEqual([status, octets > 0], [429, true]);
});

test('a call over gRPC is an entry with its code, one that is refused by its headers, too', async (t) => {
  const { log, until } = logging();
  const { ask } = await serveGrpc(t, { ...log, access });
  const message = askingGrpc({}, { id: 'grün', raw_input_contents: [floats(1, 2)] });
  await ask('ModelInfer', message, { headers: key });
  await until(1);
  await t.throwsAsync(
    ask('ModelInfer', askingGrpc({}), { headers: { ...key, 'x-request-id': 'of-a-proxy' } }),
  );
  await until(2);
  await t.throwsAsync(ask('ModelInfer', message));
  const service = '/inference.GRPCInferenceService/ModelInfer';
  const own = { protocol: 'grpc', method: 'POST', path: service, model: 'adder', tenant: 'shop' } as const;
  const entries = (await until(3)).map(({ octets, ms, ...entry }) => ({ ...entry, isAnswered: octets > 0 }));
  t.deepEqual(entries, [
    { ...own, status: 0, id: 'grün', isAnswered: true },
    { ...own, status: 3, id: 'of-a-proxy', isAnswered: false },
    { ...own, status: 16, id: undefined, model: undefined, tenant: undefined, isAnswered: false },
  ]);
});

test('a call that is cancelled is an entry, once', async (t) => {
  const { log, until, entries } = logging();
  const backend = new FakeBackend();
  let cancel = () => {};
  backend.before = (_, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      cancel();
    });
  const { ask } = await serveGrpc(t, log, backend);
  const message = askingGrpc({}, { raw_input_contents: [floats(1, 2)] });
  const started = (call: { cancel(): void }) => {
    cancel = () => call.cancel();
  };
  await t.throwsAsync(ask('ModelInfer', message, { started }));
  const [{ status, model }] = await until(1);
  t.deepEqual([status, model], [1, 'adder']);
  await ask('ServerLive');
  await until(2);
  t.is(entries.length, 2);
});

test('what clients send is cut to a length', async (t) => {
  const { log, until } = logging();
  const { ask, get } = await serveHttp(t, log);
  await ask(asking([[1, 2]], { id: 'a'.repeat(5_000) }));
  await until(1);
  await get(`/${'b'.repeat(5_000)}`);
  const [first, second] = await until(2);
  t.deepEqual([first.id?.length, second.path.length], [200, 1_000]);
});
