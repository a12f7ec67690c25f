import { setImmediate } from 'node:timers/promises';
import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import test from 'ava';
import { post, RawConnection } from './raw.js';
import { asking, askingBinary } from './rows.js';
import { contentOf, serve } from './served.js';

test('bodies are unpacked, and answers packed where the client accepts that', async (t) => {
  const { ask } = await serve(t, { packFrom: 1 });
  const { body, jsonLength } = askingBinary([[1, 2]]);
  const length = { 'inference-header-content-length': jsonLength };
  for (const [encoding, pack] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ] as const) {
    // The length is that of the unpacked JSON.
    const answer = await ask(pack(body), { ...length, 'content-encoding': encoding });
    t.is(answer.status, 200, encoding);
    t.deepEqual((await contentOf(answer)).outputs[0].data, [3]);
  }
  for (const encoding of ['br', 'zstd', 'gzip, gzip', 'Gzip;q=1']) {
    const unknown = await ask(body, { ...length, 'content-encoding': encoding });
    t.is(unknown.status, 415, encoding);
    t.is(unknown.headers.get('accept-encoding'), 'gzip, deflate');
    t.regex((await contentOf(unknown)).error, /expected gzip, deflate/);
  }
  for (const [encoding, unpack] of [
    ['gzip', gunzipSync],
    ['deflate', inflateSync],
  ] as const) {
    const raw = await RawConnection.open((await serve(t, { packFrom: 1 })).port);
    raw.write(
      post(
        '/v2/models/adder/infer',
        asking([[1, 2]]),
        `Accept-Encoding: ${encoding}\r\nConnection: close\r\n`,
      ),
    );
    const [head, ...rest] = (await raw.untilClosed()).split('\r\n\r\n');
    t.regex(head, new RegExp(`^HTTP/1.1 200 .*Content-Encoding: ${encoding}`, 's'));
    const text = unpack(Buffer.from(rest.join('\r\n\r\n'), 'latin1')).toString();
    t.deepEqual(JSON.parse(text).outputs[0].data, [3]);
  }
});

test('short answers and errors are never packed', async (t) => {
  const { get, ask } = await serve(t);
  const accept = { 'accept-encoding': 'gzip' };
  t.is((await ask(asking([[1, 2]]), accept)).headers.get('content-encoding'), null);
  const rows = Array.from({ length: 500 }, (): [number, number] => [1, 2]);
  t.is((await ask(asking(rows), accept)).headers.get('content-encoding'), 'gzip');
  const { headers } = await get(`/v2/models/${'long'.repeat(1000)}`, { headers: accept });
  t.is(headers.get('content-encoding'), null);
  t.is(headers.get('content-type'), 'application/json');
});

test('a bomb is stopped while it is unpacked', async (t) => {
  const { ask } = await serve(t, { message: { octets: 100_000 } });
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  t.true(bomb.length < 100_000);
  const answer = await ask(bomb, { 'content-encoding': 'gzip' });
  t.is(answer.status, 413);
  t.regex((await contentOf(answer)).error, /larger than 100000 octets/);
});

test('bodies that aren’t packed as they say, or are cut, are refused', async (t) => {
  const { ask } = await serve(t);
  const packed = gzipSync(asking([[1, 2]]));
  for (const body of [Buffer.from(asking([[1, 2]])), packed.subarray(0, 20), deflateSync('{}')]) {
    const answer = await ask(body, { 'content-encoding': 'gzip' });
    t.is(answer.status, 400);
    t.regex((await contentOf(answer)).error, /isn't gzip/);
  }
});

test('bodies over the limit are refused, before they come where their length is declared', async (t) => {
  const { port, ask, backend } = await serve(t, { limits: { bodyOctets: 1000 } });
  t.is((await ask('x'.repeat(2000))).status, 413);
  const declared = await RawConnection.open(port);
  declared.write('POST /v2/models/adder/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000\r\n\r\n');
  t.regex(await declared.until(/\}$/), /^HTTP\/1.1 413 .*\{"error":"/s);
  declared.close();
  const chunked = await RawConnection.open(port);
  chunked.write(
    'POST /v2/models/adder/infer HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  chunked.write(`${'3e8\r\n'}${'x'.repeat(1000)}\r\n1\r\nx\r\n`);
  t.regex(await chunked.until(/\}$/), /^HTTP\/1.1 413 /);
  // What else comes is dropped, and the connection serves the next request.
  chunked.write('0\r\n\r\nGET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
  t.regex(await chunked.until(/live":true/), /HTTP\/1.1 200 OK.*live":true/s);
  chunked.close();
  t.is(backend.calls.length, 0);
});

test('bodies that are held fill a common limit, and leave it when they are answered', async (t) => {
  const { backend, ask } = await serve(t, { limits: { heldOctets: 300 } });
  let release = () => {};
  backend.before = () => new Promise<void>((resolve) => (release = resolve));
  const first = ask(asking([[1, 2]], { id: 'x'.repeat(100) }));
  while (backend.calls.length === 0) await setImmediate();
  const second = await ask(asking([[1, 2]], { id: 'x'.repeat(100) }));
  t.is(second.status, 429);
  t.is(second.headers.get('retry-after'), '1');
  release();
  t.is((await first).status, 200);
  backend.before = () => {};
  for (let i = 0; i < 5; i++) t.is((await ask(asking([[1, 2]], { id: 'x'.repeat(100) }))).status, 200);
});

test('no more of a body is taken than the model can need', async (t) => {
  const { ask, backend } = await serve(t);
  backend.mostOctets = 1000;
  const rows = Array.from({ length: 500 }, (): [number, number] => [1, 2]);
  t.is((await ask(asking(rows))).status, 413);
  t.is((await ask(gzipSync(asking(rows)), { 'content-encoding': 'gzip' })).status, 413);
  t.is((await ask(asking([[1, 2]]))).status, 200);
  t.is(backend.calls.length, 1);
});
