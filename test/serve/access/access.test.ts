import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { exportJWK, SignJWT } from 'jose';
import { MissingPackage, OptionError } from '../../../lib/errors.js';
import { RequestError, type RequestFault } from '../../../lib/protocol/messages/index.js';
import {
  type Access,
  type AccessOptions,
  accessOf,
  hostRule,
  isLoopback,
  originRule,
  refuseForeignHost,
  refuseForeignPage,
} from '../../../serve/access/index.js';

const KEY = 'a key of enough length';
const ADMIN = 'another key, for operators';

async function refused(
  t: ExecutionContext,
  act: () => unknown,
  reason: RequestFault = 'unauthenticated',
): Promise<void> {
  const error = await t.throwsAsync(async () => await act(), { instanceOf: RequestError });
  t.is(error?.reason, reason);
}

async function tenantOf(access: Access, authorization?: string, apiKey?: string): Promise<string> {
  return (await access.identify(authorization, apiKey)).tenant;
}

test('keys are known by themselves or their digest, in either header', async (t) => {
  const digest = createHash('sha256').update(ADMIN).digest('hex').toUpperCase();
  const access = await accessOf({
    keys: [
      { key: KEY, tenant: 'shop' },
      { digest, tenant: 'operator', rights: ['metrics', 'admin'] },
    ],
  });
  t.is(await tenantOf(access, undefined, KEY), 'shop');
  // A bearer goes before the other header.
  await refused(t, () => access.identify('Bearer x', KEY));
  const caller = await access.identify(undefined, ADMIN);
  t.deepEqual([...caller.rights], ['admin', 'metrics']);
  t.deepEqual([...(await access.identify(undefined, KEY)).rights], ['infer']);
  for (const [authorization, apiKey] of [
    [undefined, undefined],
    [undefined, ''],
    [undefined, `${KEY} `],
    [undefined, KEY.toUpperCase()],
    [undefined, digest],
    ['Bearer', undefined],
    ['Basic dXNlcjpwYXNz', undefined],
    ['Bearer one two', undefined],
    ['Bearer a.b.c', undefined],
  ] as const) {
    await refused(t, () => access.identify(authorization, apiKey));
  }
});

test('a bearer’s key needs no blanks, and the scheme no case', async (t) => {
  const access = await accessOf({ keys: [{ key: 'sixteen-letters-', tenant: 'shop' }] });
  t.is(await tenantOf(access, 'Bearer sixteen-letters-'), 'shop');
  t.is(await tenantOf(access, 'bearer  sixteen-letters-'), 'shop');
});

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = String(pair.publicKey.export({ type: 'spki', format: 'pem' }));
const jwt = { issuer: 'https://issuer.example', audience: 'spillway' };

function token(
  claims: Record<string, unknown>,
  { expires = '1h', alg = 'ES256', key = pair.privateKey } = {},
) {
  return new SignJWT(claims)
    .setProtectedHeader({ alg, kid: 'one' })
    .setIssuer(jwt.issuer)
    .setAudience(jwt.audience)
    .setExpirationTime(expires)
    .sign(key);
}

test('a token names its tenant, and rights where a claim is trusted with them', async (t) => {
  const access = await accessOf({ jwt: { ...jwt, key: pem, tenantClaim: 'org', rightsClaim: 'scope' } });
  const caller = await access.identify(
    `Bearer ${await token({ org: 'shop', scope: 'openid admin root' })}`,
    undefined,
  );
  t.is(caller.tenant, 'shop');
  t.deepEqual([...caller.rights], ['infer', 'admin']);
  const plain = await accessOf({ jwt: { ...jwt, key: pem } });
  const other = await plain.identify(`Bearer ${await token({ sub: 'shop', scope: 'admin' })}`, undefined);
  t.deepEqual([...other.rights], ['infer']);
});

test('tokens that are foreign, late, unsigned or incomplete are refused', async (t) => {
  const access = await accessOf({ jwt: { ...jwt, key: pem }, keys: [{ key: KEY, tenant: 'keyed' }] });
  const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(
    JSON.stringify({ sub: 'shop', iss: jwt.issuer, aud: jwt.audience, exp: 4e9 }),
  ).toString('base64url')}.`;
  const good = await token({ sub: 'shop' });
  for (const bad of [
    await token({ sub: 'shop' }, { key: foreign }),
    await token({ sub: 'shop' }, { expires: '-1h' }),
    await token({}),
    await token({ sub: '' }),
    await token({ sub: 7 }),
    await new SignJWT({ sub: 'shop' })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(jwt.issuer)
      .setAudience(jwt.audience)
      .sign(pair.privateKey),
    await new SignJWT({ sub: 'shop' })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer('other')
      .setAudience(jwt.audience)
      .setExpirationTime('1h')
      .sign(pair.privateKey),
    await new SignJWT({ sub: 'shop' })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(jwt.issuer)
      .setAudience('other')
      .setExpirationTime('1h')
      .sign(pair.privateKey),
    // The public key, taken for a secret.
    await new SignJWT({ sub: 'shop' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(jwt.issuer)
      .setAudience(jwt.audience)
      .setExpirationTime('1h')
      .sign(Buffer.from(pem)),
    unsigned,
    `${good.slice(0, -4)}AAAA`,
  ]) {
    await refused(t, () => access.identify(`Bearer ${bad}`, undefined));
  }
  t.is(await tenantOf(access, `Bearer ${good}`), 'shop');
  t.is(await tenantOf(access, undefined, KEY), 'keyed');
  // Tokens come as bearers alone.
  await refused(t, () => access.identify(undefined, good));
});

test('keys of tokens are fetched, and a server that has none is no fault of the caller', async (t) => {
  let isUp = true;
  const keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' }] };
  const issuer = createServer((_, response) => {
    response.writeHead(isUp ? 200 : 500, { 'content-type': 'application/json' }).end(JSON.stringify(keys));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  t.teardown(() => issuer.close());
  const jwks = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;
  const access = await accessOf({ jwt: { ...jwt, jwks } });
  const good = `Bearer ${await token({ sub: 'shop' })}`;
  t.is(await tenantOf(access, good), 'shop');
  isUp = false;
  // They are kept.
  t.is(await tenantOf(access, good), 'shop');
  const later = await accessOf({ jwt: { ...jwt, jwks } });
  await refused(t, () => later.identify(good, undefined), 'unavailable');
});

test('options are checked', async (t) => {
  const secret = new Uint8Array(32);
  for (const [options, name] of [
    [{}, 'keys'],
    [{ keys: [] }, 'keys'],
    [{ keys: [{ key: 'short', tenant: 'a' }] }, 'keys[0].key'],
    [{ keys: [{ digest: 'abc', tenant: 'a' }] }, 'keys[0].digest'],
    [{ keys: [{ tenant: 'a' }] }, 'keys[0]'],
    [{ keys: [{ key: KEY, tenant: '' }] }, 'keys[0].tenant'],
    [{ keys: [{ key: KEY, tenant: 'a', rights: ['all'] }] }, 'keys[0].rights'],
    [
      {
        keys: [
          { key: KEY, tenant: 'a' },
          { key: KEY, tenant: 'b' },
        ],
      },
      'keys[1]',
    ],
    [{ jwt: { ...jwt, key: pem, issuer: '' } }, 'jwt.issuer'],
    [{ jwt }, 'jwt'],
    [{ jwt: { ...jwt, key: pem, jwks: 'https://a' } }, 'jwt'],
    [{ jwt: { ...jwt, jwks: 'file:///keys' } }, 'jwt.jwks'],
    [{ jwt: { ...jwt, key: 'no key' } }, 'jwt.key'],
    [{ jwt: { ...jwt, key: secret.subarray(1) } }, 'jwt.key'],
    [{ jwt: { ...jwt, key: secret, algorithms: [] } }, 'jwt.algorithms'],
  ] as [AccessOptions, string][]) {
    const error = await t.throwsAsync(accessOf(options), { instanceOf: OptionError });
    t.is(error?.option, name);
    t.false(error?.message.includes(KEY));
  }
  const absent = async () => {
    throw Object.assign(new Error('gone'), { code: 'MODULE_NOT_FOUND' });
  };
  await t.throwsAsync(accessOf({ jwt: { ...jwt, key: pem } }, absent), { instanceOf: MissingPackage });
});

test('an error shows no key, wherever one stands by mistake', async (t) => {
  const wrong: readonly unknown[] = [
    KEY,
    { [KEY]: 'shop' },
    { keys: KEY },
    { keys: [KEY] },
    { keys: { [KEY]: 'shop' } },
    { keys: [{ [KEY]: 'shop' }] },
    { keys: [[KEY]] },
    { keys: [{ digest: KEY, tenant: 'a' }] },
    { keys: [{ key: [KEY], tenant: 'a' }] },
    { keys: [{ key: KEY, tenant: { [KEY]: 1 } }] },
    { keys: [{ key: KEY, tenant: 'a', rights: KEY }] },
    { keys: [{ key: KEY, tenant: 'a', rights: [KEY] }] },
    { jwt: KEY },
    { jwt: { [KEY]: 1 } },
    { jwt: { ...jwt, issuer: [KEY] } },
    { jwt: { ...jwt, jwks: KEY } },
    { jwt: { ...jwt, key: KEY } },
    { jwt: { ...jwt, key: new Uint8Array(32), algorithms: KEY } },
  ];
  for (const options of wrong) {
    const given: AccessOptions = JSON.parse(JSON.stringify(options));
    const error = await t.throwsAsync(accessOf(given), { instanceOf: OptionError });
    t.false(error?.message.includes(KEY.slice(0, 4)), error?.message);
  }
});

test('hosts that only this machine reaches', (t) => {
  for (const host of ['127.0.0.1', '127.8.9.10', '::1', 'localhost', 'LOCALHOST', 'a.localhost']) {
    t.true(isLoopback(host), host);
  }
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'mylocalhost',
    '',
  ]) {
    t.false(isLoopback(host), host);
  }
});

test('foreign hosts are refused, unless they are listed', (t) => {
  const own = hostRule();
  const listed = hostRule(['Models.example', '10.0.0.1', '2001:db8::1']);
  for (const host of [undefined, 'localhost:8000', '[::1]:8000', '127.0.0.1'])
    for (const rule of [own, listed]) t.notThrows(() => refuseForeignHost(host, rule), host);
  const others = ['models.example', 'models.EXAMPLE.:443', '10.0.0.1:80', '[2001:db8::1]:8080'];
  const foreign = [
    'evil.example',
    '127.0.0.1@evil.example',
    '127.0.0.1@models.example',
    'a.models.example',
    '',
  ];
  for (const host of [...others, ...foreign]) {
    const error = t.throws(() => refuseForeignHost(host, own), { instanceOf: RequestError });
    t.is(error?.reason, 'denied');
    t.notThrows(() => refuseForeignHost(host, hostRule(['*'])));
  }
  for (const host of others) t.notThrows(() => refuseForeignHost(host, listed), host);
  for (const host of foreign) t.throws(() => refuseForeignHost(host, listed), { message: /--allow-host/ });
});

test('pages of other origins are refused, unless they are listed', (t) => {
  const none = () => false;
  const listed = originRule(['https://shop.example', 'http://localhost:9000']);
  t.notThrows(() => refuseForeignPage('localhost:8000', undefined, none));
  t.notThrows(() => refuseForeignPage('[::1]:8000', 'http://[::1]:8000', none));
  // A proxy in front ends TLS.
  t.notThrows(() => refuseForeignPage('models.example', 'https://models.example', none));
  t.notThrows(() => refuseForeignPage('localhost:8000', 'http://localhost:9000', listed));
  t.notThrows(() => refuseForeignPage('localhost:8000', 'null', originRule(['*'])));
  for (const origin of [
    'http://localhost:9001',
    'null',
    'https://shop.example.evil.example',
    'ftp://localhost:8000',
  ])
    t.throws(() => refuseForeignPage('localhost:8000', origin, listed), { message: /--cors/ });
});

test('hosts and origins are written as they are compared', (t) => {
  for (const [i, name] of [
    'https://a.example',
    'a.example:443',
    'a.example/',
    '*.example',
    '',
    ' ',
    '[::1]',
    5,
  ].entries())
    t.throws(
      () => hostRule(['ok.example', name as string]),
      { message: /^option 'allowHosts\[1\]': expected a name/ },
      `${i}`,
    );
  for (const origin of [
    'https://a.example/',
    'https://a.example:443',
    'a.example',
    'null',
    'https://A.example',
    5,
  ])
    t.throws(
      () => originRule([origin as string]),
      { message: /^option 'cors\[0\]': expected the origin/ },
      `${origin}`,
    );
  t.throws(() => hostRule('a.example' as unknown as string[]), { message: /expected an array of texts/ });
  t.true(originRule(['capacitor://localhost'])('capacitor://localhost'));
});
