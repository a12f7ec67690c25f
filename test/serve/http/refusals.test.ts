import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { accessOf } from '../../../serve/access/index.js';
import { Intake } from '../../../serve/intake/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { post, RawConnection } from './raw.js';
import { asking } from './rows.js';
import { serve } from './served.js';

const INFER = '/v2/models/adder/infer';
const busy = () => {
  throw new RequestError('overloaded', 'busy', 2500);
};
const headOf = (octets: number, more = '') =>
  `POST ${INFER} HTTP/1.1\r\nHost: localhost\r\n${more}Content-Length: ${octets}\r\n\r\n`;

test('what a request says of itself is known before its body', async (t) => {
  const { backend, port } = await serve(t, { timer: new FakeTimer() });
  const raw = (await RawConnection.open(port)).write(headOf(1000));
  while (backend.announced.length === 0) await setImmediate();
  const [{ readingMs = 0, ...announced }] = backend.announced;
  t.deepEqual(announced, {
    model: 'adder',
    version: undefined,
    tenant: 'anonymous',
    arrived: 0,
    octets: 1000,
    deadline: undefined,
    mayNameDeadline: true,
  });
  t.true(readingMs > 0 && readingMs < 1, String(readingMs));
  raw.close();
});

test('a request is refused by its headers, and its small body is dropped from a connection that goes on', async (t) => {
  const refused: string[] = [];
  const { backend, port } = await serve(t, { onRefusal: (reason) => refused.push(reason) });
  backend.screened = busy;
  const body = asking([[1, 2]]);
  const raw = (await RawConnection.open(port)).write(headOf(body.length));
  t.regex(await raw.until(/"error".*\}$/), /^HTTP\/1.1 429 .*Retry-After: 3\r\n.*\{"error":"busy"\}$/s);
  backend.screened = () => {};
  raw.write(body + post(INFER, body));
  t.regex(await raw.until(/"sum".*\}$/s), /HTTP\/1.1 200 .*"data":\[3\]/s);
  t.is(backend.calls.length, 1);
  t.deepEqual(refused, ['overloaded'], 'each is counted once');
  raw.close();
});

test('a client reads why its large body isn’t wanted, although it goes on sending', async (t) => {
  const { backend, port } = await serve(t);
  backend.screened = busy;
  // It notices the answer only when all is sent, as blocking clients do.
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const closed = new Promise<unknown>((resolve) => socket.on('close', resolve).on('error', resolve));
  socket.write(headOf(8 * 2 ** 20));
  const chunk = Buffer.alloc(2 ** 20);
  for (let i = 0; i < 8; i++) await new Promise((resolve) => socket.write(chunk, resolve));
  let text = '';
  socket.on('data', (octets) => (text += octets)).end();
  t.is(await closed, false);
  t.regex(text, /^HTTP\/1.1 429 .*Retry-After: 3\r\nConnection: close\r\n.*\{"error":"busy"\}$/s);
  t.is(backend.calls.length, 0);
});

test('a client that asks first sends no body that isn’t wanted', async (t) => {
  const { backend, port } = await serve(t);
  const body = asking([[1, 2]]);
  const expecting = headOf(body.length, 'Expect: 100-continue\r\n');
  const welcome = (await RawConnection.open(port)).write(expecting);
  t.is(await welcome.until(/\r\n\r\n/), 'HTTP/1.1 100 Continue\r\n\r\n');
  welcome.write(body);
  t.regex(await welcome.until(/"sum".*\}$/s), /HTTP\/1.1 200 (?!.*Connection: close).*"data":\[3\]/s);
  welcome.close();
  backend.screened = busy;
  const refused = (await RawConnection.open(port)).write(expecting);
  t.regex(await refused.untilClosed(), /^HTTP\/1.1 429 .*Connection: close.*\{"error":"busy"\}$/s);
});

test('a request is refused for its own deadline before it is parsed', async (t) => {
  const { backend, port } = await serve(t, { timer: new FakeTimer() });
  backend.screened = ({ deadline }) => {
    if (deadline !== undefined) busy();
  };
  const raw = (await RawConnection.open(port)).write(
    post(INFER, '{"parameters":{"timeout":2000},"inputs":no JSON at all'),
  );
  t.regex(await raw.until(/\}$/), /^HTTP\/1.1 429 /);
  const [, { deadline, octets, mayNameDeadline }] = backend.announced;
  t.deepEqual({ deadline, octets, mayNameDeadline }, { deadline: 2, octets: 54, mayNameDeadline: false });
  // Without a deadline it is parsed.
  const other = (await RawConnection.open(port)).write(post(INFER, '{"inputs":no JSON}'));
  t.regex(await other.until(/\}$/), /^HTTP\/1.1 400 /);
  raw.close();
  other.close();
});

test('a tenant with too many requests is refused, and others aren’t', async (t) => {
  const keys = ['noisy', 'quiet'].map((tenant) => ({ tenant, key: `the-key-of-${tenant}-one` }));
  const access = await accessOf({ keys });
  const refused: string[] = [];
  const onRefusal = (reason: string) => refused.push(reason);
  const { backend, port } = await serve(t, { access, onRefusal, intake: new Intake({ requests: 6 }) });
  const releases: (() => void)[] = [];
  backend.before = () => new Promise((resolve) => releases.push(resolve));
  const ask = async (tenant: string) =>
    (await RawConnection.open(port)).write(
      post(INFER, asking([[1, 2]]), `X-Api-Key: the-key-of-${tenant}-one\r\n`),
    );
  const noisy = await Promise.all(Array.from({ length: 4 }, () => ask('noisy')));
  while (backend.calls.length < 4) await setImmediate();
  const fifth = await ask('noisy');
  t.regex(await fifth.until(/\}$/), /^HTTP\/1.1 429 .*4 of them of this tenant/s);
  const quiet = await ask('quiet');
  while (backend.calls.length < 5) await setImmediate();
  for (const release of releases) release();
  t.regex(await quiet.until(/\}$/), /^HTTP\/1.1 200 /);
  for (const raw of noisy) t.regex(await raw.until(/\}$/), /^HTTP\/1.1 200 /);
  backend.before = () => {};
  fifth.write(post(INFER, asking([[1, 2]]), 'X-Api-Key: the-key-of-noisy-one\r\n'));
  t.regex(await fifth.until(/"sum".*\}$/s), /HTTP\/1.1 200 /);
  t.deepEqual(refused, ['overloaded']);
  for (const raw of [fifth, quiet, ...noisy]) raw.close();
});

test('a quiet tenant’s request is read among the first, though another sent many before it', async (t) => {
  const keys = ['noisy', 'quiet'].map((tenant) => ({ tenant, key: `the-key-of-${tenant}-one` }));
  const { backend, port } = await serve(t, { access: await accessOf({ keys }) });
  const rows = Array.from({ length: 5000 }, (_, i): [number, number] => [i, 1]);
  const key = (tenant: string) => `X-Api-Key: the-key-of-${tenant}-one\r\n`;
  // Connections are accepted one a turn of the event loop: these are by now.
  const accepted = async () => {
    const raw = await RawConnection.open(port);
    await raw.write('GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n').until(/live":true/);
    return raw;
  };
  const noisy = await Promise.all(Array.from({ length: 60 }, accepted));
  const quiet = await accepted();
  // The server gets to read when this turn of the event loop is over.
  const loud = post(INFER, asking(rows), key('noisy'));
  for (const raw of noisy) raw.write(loud);
  quiet.write(post(INFER, asking([[1, 2]]), key('quiet')));
  await Promise.all([...noisy, quiet].map((raw) => raw.until(/"sum".*\}$/)));
  const order = backend.calls.map(({ call }) => call.tenant);
  t.is(order.length, 61);
  t.true(order.indexOf('quiet') < 30, order.join());
  for (const raw of [...noisy, quiet]) raw.close();
});

/** Connections that the server has accepted. */
function accepted(port: number, count: number): Promise<RawConnection[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const raw = await RawConnection.open(port);
      await raw.write('GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n').until(/live":true/);
      return raw;
    }),
  );
}

test('a request is refused unread by what waits to be read, and its connection goes on', async (t) => {
  const { backend, port } = await serve(t);
  backend.screened = ({ readingMs = 0, mayNameDeadline }) => {
    if (mayNameDeadline && readingMs > 20) busy();
  };
  const rows = Array.from({ length: 20_000 }, (_, i): [number, number] => [i, 1]);
  const all = await accepted(port, 40);
  const large = post(INFER, asking(rows, { outputs: [{ name: 'exit' }] }));
  for (const raw of all) raw.write(large);
  const answers = await Promise.all(all.map((raw) => raw.until(/(?:"exit".*|"error".*)\}$/s)));
  const refused = answers.filter((answer) => answer.includes('HTTP/1.1 429'));
  t.true(refused.length > 5 && refused.length < 40, `${refused.length} of 40`);
  t.is(backend.calls.length, 40 - refused.length, 'none was read');
  const [other] = all.filter((_, i) => answers[i].includes('HTTP/1.1 429'));
  other.write(post(INFER, asking([[1, 2]])));
  t.regex(await other.until(/"sum".*\}$/s), /HTTP\/1.1 200 .*"data":\[3\]/s);
  for (const raw of all) raw.close();
});

test('others are answered while a large body is parsed', async (t) => {
  const keys = ['noisy', 'quiet'].map((tenant) => ({ tenant, key: `the-key-of-${tenant}-one` }));
  const { backend, port } = await serve(t, { access: await accessOf({ keys }) });
  const key = (tenant: string) => `X-Api-Key: the-key-of-${tenant}-one\r\n`;
  const [noisy, quiet] = await accepted(port, 2);
  const rows = Array.from({ length: 150_000 }, (_, i): [number, number] => [i, 0.5]);
  const large = asking(rows, { outputs: [{ name: 'exit' }] });
  const timed = large.replace('{', '{"parameters":{"timeout":60000000},');
  noisy.write(post(INFER, timed, key('noisy')));
  // By its headers, and when all of it is there.
  while (backend.announced.length < 2) await setImmediate();
  quiet.write(post(INFER, asking([[1, 2]]), key('quiet')));
  await quiet.until(/"sum".*\}$/s);
  await noisy.until(/"exit".*\}$/s);
  t.deepEqual(
    backend.calls.map(({ call }) => call.tenant),
    ['quiet', 'noisy'],
  );
  for (const raw of [noisy, quiet]) raw.close();
});
