import test from 'ava';
import fc from 'fast-check';
import { Secrets } from '../../../lib/util/secrets.js';

const key = 'sk-Opaque7/secret+value7=of7mine';
const plain = 'opaque7secret7value7of7mine';
const escaped = (text: string) =>
  [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
const percents = (text: string) => [...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
const entities = (text: string) => [...text].map((c) => `&#${c.charCodeAt(0)};`).join('');
const base64 = (text: string) => Buffer.from(text).toString('base64');

const forms: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (secret) => secret,
  'in another case': (secret) => secret.toUpperCase(),
  'with zero-width spaces': (secret) => [...secret].join('\u200b'),
  'with soft hyphens and joiners': (secret) => [...secret].join('\u00ad\u034f'),
  'in two lines': (secret) => `${secret.slice(0, 9)}\n${secret.slice(9)}`,
  'with a line break of JSON': (secret) => `${secret.slice(0, 9)}\\n${secret.slice(9)}`,
  'in pieces of a list': (secret) => `${secret.slice(0, 9)}", "${secret.slice(9)}`,
  'with accents': (secret) => [...secret].join('\u0301'),
  'in full width': (secret) => [...secret].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join(''),
  'for an address': encodeURIComponent,
  'in percents': percents,
  'in percents, with zero-width spaces': (secret) => [...percents(secret).matchAll(/.../g)].join('%E2%80%8B'),
  'with escapes of JSON': escaped,
  'with entities': entities,
  'in base64': base64,
  'in base64 after a scheme': (secret) => base64(`user:${secret}`),
  'in base64 between others': (secret) => base64(`{"k":"${secret}"}`),
  'in base64 for addresses': (secret) => Buffer.from(secret).toString('base64url'),
  'in hexadecimal digits': (secret) => Buffer.from(secret).toString('hex'),
};

for (const [what, form] of Object.entries(forms)) {
  test(`a secret is found ${what}, and what stands around it stays`, (t) => {
    for (const secret of [key, plain]) {
      const said = form(secret);
      const clean = new Secrets(secret).outOf(`before ${said} after`);
      t.regex(clean, /^before .{0,9}\[key\].{0,6} after$/s, secret);
      t.notRegex(clean, /aque7|mine/i);
    }
  });
}

test('texts without a secret stay as they are', (t) => {
  const secrets = new Secrets(key, plain, 'dummy-key', 'unused');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => secrets.outOf(text) === text),
    { seed: 1 },
  );
  for (const text of [
    '',
    'dummy-key',
    'unused',
    'ａ\u0301\u200b%41\\u0041',
    plain.slice(1),
    key.slice(0, -1),
  ])
    t.is(secrets.outOf(text), text);
});

test('a secret anywhere in any text leaves nothing of it', (t) => {
  const around = fc.string({ unit: fc.constantFrom('a', 'O', '7', ' ', '\u200b', '%', '\\', 'é', '&#') });
  fc.assert(
    fc.property(
      around,
      around,
      fc.constantFrom(key, plain),
      (before, after, secret) =>
        !new Secrets(secret).outOf(before + secret + after).includes(secret.slice(4, -4)),
    ),
    { seed: 2 },
  );
  t.is(new Secrets(plain).outOf(`${plain}${plain} ${plain}`), '[key][key] [key]');
});

test('of several secrets all are taken out, and those that overlap once', (t) => {
  const secrets = new Secrets('abcdefghijklmnopqrst', 'klmnopqrstuvwxyz0123');
  t.is(secrets.outOf('<abcdefghijklmnopqrstuvwxyz0123>'), '<[key]>');
});

test('short secrets are taken out of what is shown alone', (t) => {
  const secrets = new Secrets('hush-42', 'word');
  t.is(secrets.outOf('hush-42 word'), 'hush-42 word');
  t.is(secrets.outOfShown('hush-42 word'), '[key] word');
});

test('headers hold secrets after a scheme, behind a name, and in basic authorization', (t) => {
  const secrets = new Secrets().addHeaders({
    authorization: `Token ${plain}`,
    cookie: `session=${key}; a=b`,
    'proxy-authorization': `Basic ${base64('me:password-of-mine-1234')}`,
    absent: undefined,
  });
  for (const each of [plain, key, 'password-of-mine-1234', base64('me:password-of-mine-1234')])
    t.is(secrets.outOf(`(${each})`), '([key])', each);
});

test('a key that changes with each request is remembered for the requests under way', (t) => {
  const secrets = new Secrets();
  for (let i = 0; i < 1_000; i++) secrets.add(`${plain}-${i}`);
  for (const i of [999, 900, 800]) t.is(secrets.outOf(`${plain}-${i}`), '[key]');
});

test('a key that changes displaces none that was given otherwise', (t) => {
  const secrets = new Secrets(plain).addHeaders({ 'x-key': key });
  for (let i = 0; i < 1_000; i++) secrets.add(`another-key-of-mine-${i}`);
  t.is(secrets.outOf(`${plain} ${key}`), '[key] [key]');
});

test('secrets of other scripts are found as they are', (t) => {
  const secrets = new Secrets('секретный-ключ-провайдера');
  t.is(secrets.outOf('a секретный-ключ-провайдера b'), 'a [key] b');
});

test('escapes of languages are read', (t) => {
  const escaped = [...plain].map((letter) => `\\x${letter.charCodeAt(0).toString(16)}`).join('');
  t.is(new Secrets(plain).outOf(`(${escaped})`), '([key])');
});
