import test from 'ava';
import { targetOf } from '../../../serve/http/target.js';
import { RawConnection } from './raw.js';
import { serve } from './served.js';

test('a target is a path, or a whole URL that names its host', (t) => {
  t.deepEqual(targetOf('/v2?a=http://b/'), { path: '/v2?a=http://b/', host: undefined });
  t.deepEqual(targetOf('http://localhost:8080/v2?x=1#y'), { path: '/v2?x=1', host: 'localhost:8080' });
  t.deepEqual(targetOf('HTTP://a'), { path: '/', host: 'a' });
  t.deepEqual(targetOf('https://[::1]:1?x'), { path: '/?x', host: '[::1]:1' });
  t.deepEqual(targetOf('*'), { path: '*', host: undefined });
});

async function ask(t: Parameters<typeof serve>[0], url: (port: number) => string, host = 'localhost') {
  const { port } = await serve(t);
  const raw = await RawConnection.open(port);
  raw.write(`GET ${url(port)} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  return raw.untilClosed();
}

test('a request with a whole URL is answered as one with its path', async (t) => {
  t.regex(await ask(t, (port) => `http://127.0.0.1:${port}/v2`), /^HTTP\/1\.1 200 [\s\S]*"name":"spillway"/);
  t.regex(await ask(t, (port) => `http://127.0.0.1:${port}/v2/nothing?x=1`), /^HTTP\/1\.1 404 /);
});

test('the host of a whole URL takes the place of the header', async (t) => {
  t.regex(await ask(t, () => 'http://evil.example/v2'), /^HTTP\/1\.1 403 /);
  t.regex(await ask(t, (port) => `http://localhost:${port}/v2`, 'evil.example'), /^HTTP\/1\.1 200 /);
});
