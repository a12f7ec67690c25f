import test from 'ava';
import fc from 'fast-check';
import { cut, isWellFormed, wellFormed } from '../../../../lib/features/text/index.js';

/** Any UTF-16 units: pairs, halves, and letters. */
const units = fc
  .array(fc.oneof(fc.integer({ min: 0xd7fe, max: 0xe002 }), fc.constantFrom(0x61, 0xd83d, 0xde00)))
  .map((codes) => String.fromCharCode(...codes));

test('a lone surrogate becomes U+FFFD, and a pair stays', (t) => {
  t.is(wellFormed('a\ud83db'), 'a\ufffdb');
  t.is(wellFormed('\ude00\ud83d'), '\ufffd\ufffd', 'halves in the wrong order');
  t.is(wellFormed('\ud83d\ud83d\ude00'), '\ufffd\ud83d\ude00');
  t.is(wellFormed('a😀b'), 'a😀b');
  t.is(wellFormed(''), '');
});

test('well-formed texts are those that UTF-8 holds', (t) => {
  fc.assert(
    fc.property(units, (text) => {
      const held = new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text));
      t.is(wellFormed(text), held);
      t.is(isWellFormed(text), held === text);
    }),
  );
});

test('a cut text is a beginning, and no pair is cut in half', (t) => {
  t.is(cut('abc', 3), 'abc');
  t.is(cut('abc', 2), 'ab');
  t.is(cut('a😀b', 2), 'a');
  t.is(cut('a😀b', 3), 'a😀');
  t.is(cut('😀', 1), '');
  t.is(cut('\ud83da', 1), '\ud83d', 'a half without its other half is one character');
  fc.assert(
    fc.property(units, fc.nat(12), (text, most) => {
      const left = cut(wellFormed(text), most);
      t.true(wellFormed(text).startsWith(left) && left.length <= most && isWellFormed(left));
      t.true(left.length >= Math.min(text.length, most) - 1);
    }),
  );
});
