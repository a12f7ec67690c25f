import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { atLength } from '../../support/atLength.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { post, RawConnection } from './raw.js';
import { asking } from './rows.js';
import { contentOf, serve } from './served.js';

const ASKING = post('/v2/models/adder/infer', asking([[1, 2]]));
const LIVE = 'GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n';

test('headers and bodies that don’t come in time end their connections', async (t) => {
  const { port, backend } = await serve(t, { limits: { headersMs: 100, requestMs: 200 } });
  const silent = await RawConnection.open(port);
  const headers = (await RawConnection.open(port)).write('GET /v2 HTTP/1.1\r\nHost: loc');
  const body = (await RawConnection.open(port)).write(ASKING.slice(0, -5));
  t.regex(await headers.untilClosed(), /^HTTP\/1.1 408 .*application\/json.*\{"error":"/s);
  t.regex(await body.untilClosed(), /^HTTP\/1.1 408 .*\{"error":"/s);
  await silent.untilClosed();
  t.is(backend.calls.length, 0);
});

test('a client that is slow but in time is answered', async (t) => {
  const { port } = await serve(t);
  const raw = await RawConnection.open(port);
  for (let i = 0; i < ASKING.length; i += 20) {
    raw.write(ASKING.slice(i, i + 20));
    await setImmediate();
  }
  t.regex(await raw.until(/"sum".*\}/), /^HTTP\/1.1 200 /);
  raw.close();
});

test('a client that reads no answer loses its connection', async (t) => {
  const body = new Uint8Array(64 * 2 ** 20);
  const { port, close } = await serve(t, {
    // Draining never cuts it.
    timer: new FakeTimer(),
    limits: { writeMs: 100 },
    pages: {
      '/large': { right: undefined, answer: () => ({ contentType: 'application/octet-stream', body }) },
    },
  });
  const raw = await RawConnection.open(port);
  raw.write('GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await raw.until(/^HTTP\/1.1 200/);
  raw.socket.pause();
  await close();
  raw.socket.resume();
  await raw.closed;
  t.true(raw.socket.bytesRead < body.length);
});

test('a client that waits for an answer keeps its connection', async (t) => {
  const { port, backend } = await serve(t, { limits: { writeMs: 50 } });
  backend.before = () => new Promise((resolve) => setTimeout(resolve, 200));
  let text = '';
  // A machine that is busy may be late with the request itself.
  while (backend.calls.length === 0) {
    const raw = (await RawConnection.open(port)).write(ASKING);
    text = await raw.until(/"data".*\}$/);
    raw.close();
  }
  t.regex(text, /^HTTP\/1.1 200 /);
});

test('many requests over one connection are answered in their order', async (t) => {
  const { port, backend } = await serve(t);
  const raw = await RawConnection.open(port);
  let running = 0;
  backend.before = async ({ id }) => {
    // Later ones are quicker.
    for (let i = Number(id); i < 20; i++) await setImmediate();
    running++;
  };
  const ids = Array.from({ length: 20 }, (_, i) => i);
  raw.write(ids.map((id) => post('/v2/models/adder/infer', asking([[1, 2]], { id: `${id}` }))).join(''));
  const text = await raw.until(/"id":"19".*\}$/s);
  t.deepEqual(
    [...text.matchAll(/"id":"(\d+)"/g)].map(([, id]) => Number(id)),
    ids,
  );
  t.is(running, 20);
  raw.close();
});

test('connections above the limit are refused, and those that are open go on', async (t) => {
  const { port } = await serve(t, { limits: { connections: 3 } });
  const open = await Promise.all([1, 2, 3].map(() => RawConnection.open(port)));
  for (const raw of open) {
    raw.write(LIVE);
    t.regex(await raw.until(/live":true/), /^HTTP\/1.1 200/);
  }
  const fourth = await RawConnection.open(port);
  t.is(await fourth.untilClosed(), '');
  open[0].close();
  await open[0].closed;
  // The server may hear of it a little later.
  let text = '';
  while (text === '') {
    const next = (await RawConnection.open(port)).write(LIVE);
    text = await next.until(/live":true/);
    next.close();
  }
  t.regex(text, /^HTTP\/1.1 200/);
  for (const raw of open) raw.close();
});

test('many idle connections do no harm', async (t) => {
  const { port, ask } = await serve(t);
  const sockets = await Promise.all(
    Array.from(
      { length: atLength(500, 2_000) },
      () =>
        new Promise<Socket>((resolve) => {
          const socket = connect(port, '127.0.0.1', () => resolve(socket));
        }),
    ),
  );
  t.deepEqual((await contentOf(await ask(asking([[1, 2]])))).outputs[0].data, [3]);
  for (const socket of sockets) socket.destroy();
});

test('draining finishes what has begun, ends idle connections and takes no others', async (t) => {
  const { port, backend, ask, close } = await serve(t);
  const [fresh, idle, busy] = await Promise.all([1, 2, 3].map(() => RawConnection.open(port)));
  idle.write(LIVE);
  await idle.until(/live":true/);
  let release = () => {};
  const entered = new Promise<void>((resolve) => {
    backend.before = () => {
      resolve();
      return new Promise<void>((go) => (release = go));
    };
  });
  busy.write(ASKING);
  await entered;
  const closed = close();
  t.is(close(), closed);
  await fresh.untilClosed();
  await idle.untilClosed();
  await t.throwsAsync(ask(asking([[1, 2]])));
  // What comes over a connection that is open is answered, too.
  busy.write('GET /v2/health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n');
  release();
  const text = await busy.untilClosed();
  t.regex(text, /^HTTP\/1.1 200 OK.*Connection: close.*"data":\[3\]/s);
  await closed;
});

test('a server that leaves isn’t ready, answers on, and ends each connection after its answer', async (t) => {
  const { port, ask, get, leave, close } = await serve(t);
  const kept = await RawConnection.open(port);
  kept.write(LIVE);
  t.notRegex(await kept.until(/live":true/), /Connection: close/);
  leave();
  t.is((await get('/v2/health/ready')).status, 503);
  t.is((await get('/v2/health/live')).status, 200);
  kept.write(ASKING);
  t.regex(await kept.untilClosed(), /"live":true.*HTTP\/1.1 200 OK.*Connection: close.*"data":\[3\]/s);
  const answer = await ask(asking([[1, 2]]));
  t.deepEqual([answer.status, answer.headers.get('connection')], [200, 'close']);
  await close();
});

test('the first request of a new connection is answered while a server closes', async (t) => {
  const { port, close } = await serve(t, { timer: new FakeTimer() });
  const fresh = await RawConnection.open(port);
  // The server knows the connection once it answers over a later one.
  const later = (await RawConnection.open(port)).write(LIVE);
  await later.until(/live":true/);
  const closed = close();
  fresh.write(ASKING);
  t.regex(await fresh.untilClosed(), /^HTTP\/1.1 200 OK.*Connection: close.*"data":\[3\]/s);
  await closed;
});

test('a server that drains isn’t ready', async (t) => {
  const { port, get, close } = await serve(t);
  const probe = await RawConnection.open(port);
  await new Promise((resolve) => probe.socket.write('GET /v2/health/ready HTTP/1.1\r\n', resolve));
  // By then the server has read what came before.
  t.is((await get('/v2/health/live')).status, 200);
  const closed = close();
  probe.write('Host: localhost\r\n\r\n');
  t.regex(await probe.untilClosed(), /^HTTP\/1.1 503 .*Connection: close.*"ready":false/s);
  await closed;
});

test('what is unfinished when the time is over is cut', async (t) => {
  const timer = new FakeTimer();
  const { port, backend, close } = await serve(t, { timer, limits: { drainMs: 500 } });
  backend.before = (_, { signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const raw = (await RawConnection.open(port)).write(ASKING);
  while (backend.calls.length === 0) await setImmediate();
  const closed = close();
  await timer.pass(501);
  await closed;
  t.is(await raw.untilClosed(), '');
  t.true(backend.calls[0].call.signal.aborted);
});

test('HTTP that is malformed gets a 4xx in the protocol’s form, and its connection ends', async (t) => {
  const { port, get } = await serve(t);
  for (const [sent, status] of [
    ['nonsense\r\n\r\n', 400],
    ['GET /v2 HTTP/9.9\r\nHost: a\r\n\r\n', 400],
    ['GET /v2 HTTP/1.1\r\nHost a\r\n\r\n', 400],
    ['GET /v2 HTTP/1.1\r\n\r\n', 400],
    ['POST /v2/models/adder/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n', 400],
    ['POST /v2/models/adder/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1e3\r\n\r\n', 400],
    [
      'POST /v2/models/adder/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
    [
      'POST /v2/models/adder/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'POST /v2/models/adder/infer HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      400,
    ],
    [`GET /v2 HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
  ] as const) {
    const raw = (await RawConnection.open(port)).write(sent);
    const text = await raw.untilClosed();
    t.true(text.startsWith(`HTTP/1.1 ${status} `), `${sent.slice(0, 80)}: ${text}`);
  }
  t.is((await get('/v2/health/live')).status, 200);
});

test('wrong lengths: what follows a body is the next request, and what lacks is waited for', async (t) => {
  const { port, backend } = await serve(t);
  const impatient = await serve(t, { limits: { headersMs: 100, requestMs: 200 } });
  const body = asking([[1, 2]]);
  const head = (length: number) =>
    `POST /v2/models/adder/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`;
  const short = (await RawConnection.open(port)).write(head(body.length - 1) + body);
  t.regex(await short.untilClosed(), /^HTTP\/1.1 400 .*\{"error":"/s);
  const long = (await RawConnection.open(impatient.port)).write(head(body.length + 1) + body);
  t.regex(await long.untilClosed(), /^HTTP\/1.1 408 /);
  const cut = (await RawConnection.open(port)).write(head(body.length) + body.slice(0, -1));
  cut.socket.end();
  await cut.closed;
  t.is(backend.calls.length, 0);
});

test('what is malformed after a request leaves the answer to that alone', async (t) => {
  const { port, backend } = await serve(t);
  let release = () => {};
  const entered = new Promise<void>((resolve) => {
    backend.before = () => {
      resolve();
      return new Promise<void>((go) => (release = go));
    };
  });
  const raw = (await RawConnection.open(port)).write(`${ASKING}nonsense\r\n\r\n`);
  await entered;
  release();
  const text = await raw.untilClosed();
  t.regex(text, /^HTTP\/1.1 200 .*"data":\[3\]/s);
  t.is(text.match(/HTTP\/1.1/g)?.length, 1);
});

test('headers of binary tensors that are wrong are refused', async (t) => {
  const { ask } = await serve(t);
  const body = asking([[1, 2]]);
  for (const length of ['-1', '1e9', '999999', 'x', '3', '99999999999999999999']) {
    const answer = await ask(body, { 'inference-header-content-length': length });
    t.is(answer.status, 400, length);
    t.is(typeof (await contentOf(answer)).error, 'string');
  }
});

test('whatever comes over a socket, the server stays up', async (t) => {
  const { port, get, faults } = await serve(t);
  const pieces = fc.constantFrom(
    ASKING,
    LIVE,
    'POST /v2/models/adder/infer HTTP/1.1\r\n',
    'GET /v2/models/%FF HTTP/1.1\r\n',
    'Host: localhost\r\n',
    'Content-Length: 10\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Content-Encoding: gzip\r\n',
    'Expect: 100-continue\r\n',
    'Upgrade: h2c\r\nConnection: Upgrade\r\n',
    'Inference-Header-Content-Length: 5\r\n',
    '\r\n',
    '5\r\nhello\r\n',
    '0\r\n\r\n',
    '{"inputs":[',
    '\0',
  );
  const piece = fc.oneof(
    { weight: 4, arbitrary: pieces },
    { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), fc.boolean(), async (sent, ends) => {
      const raw = (await RawConnection.open(port)).write(sent.join(''));
      if (ends) {
        raw.socket.end();
        await raw.untilClosed();
      } else {
        await setImmediate();
        raw.close();
      }
    }),
    { numRuns: 150 },
  );
  t.deepEqual(faults, []);
  t.is((await get('/v2/health/live')).status, 200);
});
