import test from 'ava';
import { alone, bytesOf, isKey, keyText } from '../../../../lib/features/cache/keys.js';

test('every key has a text of its own', (t) => {
  const keys = ['1', 1, 1n, '"1"', '\ud800', '\ud801', '\ufffd', 'number:1', ''];
  t.is(new Set(keys.map((key) => Buffer.from(keyText(key)).toString('hex'))).size, keys.length);
});

test('texts, finite numbers and whole ones are keys, unless they are too long to be meant', (t) => {
  for (const key of ['', 'x'.repeat(1_024), 0, -1.5, 1n, -(1n << 4_000n)]) {
    t.true(isKey(key));
    t.is(alone(key), key);
    t.true(bytesOf(key) >= 0 && bytesOf(key) <= 2_048);
  }
  for (const key of [
    'x'.repeat(1_025),
    1n << 4_096n,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    null,
    undefined,
    {},
    true,
  ])
    t.false(isKey(key));
});
