import { connect } from 'node:net';
import test from 'ava';
import { OptionError } from '../../../lib/errors.js';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { accessOf } from '../../../serve/access/index.js';
import { httpServer } from '../../../serve/http/index.js';
import { FakeBackend } from '../fakeBackend.js';
import { asking } from './rows.js';
import { contentOf, serve } from './served.js';

const SHOP = 'https://shop.example';
const KEY = 'a-key-of-the-shop';
const access = await accessOf({ keys: [{ key: KEY, tenant: 'shop' }] });

const allowed = ({ headers }: Response) => headers.get('access-control-allow-origin');

test('a page that is listed may send what its browser asks for, without a key', async (t) => {
  const { get, backend } = await serve(t, { access, cors: [SHOP] });
  const preflight = (path: string, origin: string, method = 'POST') =>
    get(path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,inference-header-content-length,x-own',
      },
    });
  const yes = await preflight('/v2/models/adder/infer', SHOP);
  t.is(yes.status, 200);
  t.is(allowed(yes), SHOP);
  t.is(yes.headers.get('access-control-allow-methods'), 'POST');
  t.is(
    yes.headers.get('access-control-allow-headers'),
    'authorization,inference-header-content-length,x-own',
  );
  t.is(yes.headers.get('access-control-max-age'), '7200');
  t.is(yes.headers.get('vary'), 'Origin');
  t.is(
    (await preflight('/v2/models/adder', SHOP, 'GET')).headers.get('access-control-allow-methods'),
    'GET, HEAD',
  );
  for (const origin of ['https://evil.example', 'null', `${SHOP}.evil.example`, 'http://shop.example']) {
    const no = await preflight('/v2/models/adder/infer', origin);
    t.is(allowed(no), null, origin);
    t.is(no.headers.get('access-control-allow-headers'), null);
    t.is(no.headers.get('vary'), 'Origin');
  }
  t.is(backend.announced.length, 0);
});

test('answers and errors say which page may read them', async (t) => {
  const { get, ask, backend } = await serve(t, { access, cors: [SHOP] });
  const headers = { origin: SHOP, authorization: `Bearer ${KEY}` };
  const body = asking([[1, 2]]);
  backend.screened = () => {};
  const answers = [
    await ask(body, headers),
    await get('/v2/health/live', { headers: { origin: SHOP } }),
    await ask(body, { origin: SHOP }),
    await ask('no JSON', headers),
    await get('/v2/nothing', { headers }),
    await get('/v2/models/adder/infer', { headers }),
  ];
  backend.screened = () => {
    throw new RequestError('overloaded', 'busy', 2000);
  };
  answers.push(await ask(body, headers));
  t.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 401, 400, 404, 405, 429],
  );
  for (const answer of answers) {
    t.is(allowed(answer), SHOP, `${answer.status}`);
    t.is(answer.headers.get('access-control-expose-headers'), 'Inference-Header-Content-Length, Retry-After');
    t.is(answer.headers.get('vary'), 'Origin');
    t.not(allowed(answer), '*');
  }
  t.is(answers[6].headers.get('retry-after'), '2');
});

test('a refusal of a large body says so, too, although it comes before the body', async (t) => {
  const { port, backend } = await serve(t, { access, cors: [SHOP] });
  backend.screened = () => {
    throw new RequestError('overloaded', 'busy', 2000);
  };
  const socket = connect({ port, host: '127.0.0.1' });
  let text = '';
  socket.on('data', (octets) => (text += octets));
  const head = `POST /v2/models/adder/infer HTTP/1.1\r\nHost: localhost\r\nOrigin: ${SHOP}\r\n`;
  socket.write(`${head}Authorization: Bearer ${KEY}\r\nContent-Length: ${2 ** 25}\r\n\r\n`);
  await new Promise((resolve) => socket.once('end', resolve));
  socket.destroy();
  t.regex(text, /^HTTP\/1.1 429 /);
  t.regex(text, /\r\naccess-control-allow-origin: https:\/\/shop\.example\r\n/i);
  t.regex(text, /\r\nRetry-After: 2\r\n/);
});

test('`*` is said only where it is written', async (t) => {
  const { get } = await serve(t, { access, cors: ['*'] });
  const answer = await get('/v2', { headers: { origin: SHOP, authorization: `Bearer ${KEY}` } });
  t.is(answer.status, 200);
  t.is(allowed(answer), '*');
  t.is(answer.headers.get('vary'), null);
});

test('without keys a listed page is answered, and no other; by default none is', async (t) => {
  const listed = await serve(t, { cors: [SHOP] });
  const body = asking([[1, 2]]);
  const yes = await listed.ask(body, { origin: SHOP });
  t.deepEqual([yes.status, allowed(yes)], [200, SHOP]);
  const no = await listed.ask(body, { origin: 'https://evil.example' });
  t.deepEqual([no.status, allowed(no)], [403, null]);
  t.regex((await contentOf(no)).error, /--cors/);
  const byDefault = await (await serve(t)).ask(body, { origin: SHOP });
  t.deepEqual([byDefault.status, allowed(byDefault)], [403, null]);
  t.is(byDefault.headers.get('vary'), null);
  t.is(listed.backend.calls.length, 1);
});

test('a server is called by a listed host, and a page of that name by TLS is its own', async (t) => {
  const { port } = await serve(t, { allowHosts: ['models.example'] });
  const status = async (headers: string) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.end(`GET /v2 HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n`);
    let text = '';
    for await (const octets of socket) text += octets;
    return text.slice(9, 12);
  };
  t.is(await status('Host: models.example'), '200');
  t.is(await status('Host: MODELS.example:443\r\nOrigin: https://MODELS.example:443'), '200');
  t.is(await status('Host: models.example\r\nOrigin: https://evil.example'), '403');
  t.is(await status('Host: evil.example'), '403');
  // What a client says of another hop counts for nothing.
  t.is(await status('Host: evil.example\r\nX-Forwarded-Host: models.example'), '403');
});

test('lists that are none are refused by name', async (t) => {
  for (const [options, name] of [
    [{ cors: ['shop.example'] }, 'cors[0]'],
    [{ allowHosts: ['https://models.example'] }, 'allowHosts[0]'],
  ] as const) {
    const error = await t.throwsAsync(httpServer(new FakeBackend(), options), { instanceOf: OptionError });
    t.is(error?.option, name);
  }
});
