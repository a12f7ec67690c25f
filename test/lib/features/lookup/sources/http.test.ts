import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { LookupError, OptionError } from '../../../../../lib/errors.js';
import { httpSource } from '../../../../../lib/features/lookup/sources/http.js';
import { messageOf, request } from '../ask.js';

/** Milliseconds that a busy machine may take to answer itself. */
const PATIENCE = 120_000;

/** A server that answers each request's keys. */
async function serving(
  t: ExecutionContext,
  answer: (keys: string[], response: ServerResponse, request: IncomingMessage) => void,
) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    answer(JSON.parse(body).keys, response, request);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/values`;
}

test('no error shows a header, a password or a part of the address that is a key', async (t) => {
  const key = 'opaque7secret7value7of7mine';
  const says: (() => Response)[] = [
    () => new Response(`bad ${key}`, { status: 401 }),
    () => new Response(`${'x'.repeat(185)}${key}`, { status: 401 }),
    () => new Response([...key].join('\u200b'), { status: 401 }),
    () => {
      throw new TypeError(`can't send ${key}`, { cause: new Error(key) });
    },
  ];
  for (const [url, headers] of [
    ['http://127.0.0.1:1/values', { authorization: `Bearer ${key}` }],
    ['http://127.0.0.1:1/values', { 'x-token': key }],
    [`http://127.0.0.1:1/values?key=${key}`, {}],
    [`http://me:${key}@127.0.0.1:1/values`, {}],
  ] as const) {
    for (const say of says) {
      const source = httpSource(url, { headers, retries: 0, fetch: async () => say() });
      const [error] = await request(source, ['a']);
      t.true(error instanceof LookupError);
      t.notRegex(inspect(error, { depth: 9, showHidden: true }).replaceAll('\u200b', ''), /opaque7/);
    }
  }
});

test('values come in an array, in the order of the keys, or by key', async (t) => {
  const seen: unknown[] = [];
  const url = await serving(t, (keys, response, request) => {
    seen.push(keys, request.headers['x-token']);
    const list = keys.map((key) => (key === 'none' ? null : [key.length, 1]));
    response.end(JSON.stringify(keys.includes('inside') ? { values: list } : list));
  });
  const fetch = httpSource(url, { timeoutMs: PATIENCE, headers: { 'x-token': 'secret' } });
  t.deepEqual(await request(fetch, ['a', 'none', 17]), [[1, 1], null, [2, 1]]);
  t.deepEqual(await request(fetch, ['inside']), [[6, 1]]);
  t.deepEqual(seen, [['a', 'none', '17'], 'secret', ['inside'], 'secret']);
  const byKey = await serving(t, (_, response) =>
    response.end('{ "b": { "y": 2, "x": 1 }, "c": { "x": "1" }, "d": { "x": null, "y": 3 } }'),
  );
  const [a, b, c, d, inherited] = await request(
    httpSource(byKey, { timeoutMs: PATIENCE, fields: ['x', 'y'] }),
    ['a', 'b', 'c', 'd', 'constructor'],
  );
  t.deepEqual([a, b, d, inherited], [null, [1, 2], [Number.NaN, 3], null]);
  t.regex(messageOf(c), /^malformed: .*'x' is string/);
});

for (const [what, status, body, expected, roundTrips] of [
  ['a busy server', 503, 'later', /^unreachable: .*status 503: later/, 2],
  ['a refusal', 404, 'what?', /^refused: .*status 404: what\?/, 1],
  ['what is no JSON', 200, '<html>', /^malformed: .*neither/, 1],
  ['too few values', 200, '[[1]]', /^malformed: .*1 values for 2 keys/, 1],
  ['a value of another kind', 200, '[[1], 3]', /^malformed: .*expected an array/, 1],
] as const) {
  test(`${what} is told`, async (t) => {
    const url = await serving(t, (_, response) => response.writeHead(status).end(body));
    const fetch = httpSource(url, { timeoutMs: PATIENCE, retries: 1 });
    const outcomes = await request(fetch, ['a', 'b']);
    t.regex(messageOf(outcomes[1]), expected);
    t.is(fetch.source.counts.roundTrips, roundTrips);
  });
}

test('no key follows a redirect to another place', async (t) => {
  const seen: unknown[] = [];
  const other = await serving(t, (keys, response) => {
    seen.push(keys);
    response.end('[[1]]');
  });
  const url = await serving(t, (_, response) => response.writeHead(307, { location: other }).end());
  const fetch = httpSource(url, { timeoutMs: PATIENCE, headers: { 'x-token': 'secret' } });
  t.regex(messageOf((await request(fetch, ['a']))[0]), /^refused: .*status 307/);
  t.deepEqual(seen, []);
});

test('a connection that is cut amid the answer is unreachable; one that is silent, too late', async (t) => {
  const cut = await serving(t, (_, response) => {
    // Once what is written is on its way.
    response.writeHead(200, { 'content-length': 100 }).write('[[1]', () => response.destroy());
  });
  t.regex(
    messageOf((await request(httpSource(cut, { timeoutMs: PATIENCE, retries: 0 }), ['a']))[0]),
    /^unreachable/,
  );
  const silent = await serving(t, () => {});
  t.regex(messageOf((await request(httpSource(silent, { timeoutMs: 50 }), ['a']))[0]), /^timeout/);
});

test('options are checked', (t) => {
  for (const [make, option] of [
    [() => httpSource('ftp://127.0.0.1'), 'url'],
    [() => httpSource('http://127.0.0.1', JSON.parse('{ "fields": "x" }')), 'fields'],
    [() => httpSource('http://127.0.0.1', JSON.parse('{ "method": "GET" }')), 'method'],
  ] as const) {
    t.is(t.throws(make, { instanceOf: OptionError })?.option, option);
  }
});
