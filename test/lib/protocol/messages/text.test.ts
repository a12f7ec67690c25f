import test from 'ava';
import fc from 'fast-check';
import { octetsOfText, octetsOfTexts, utf8Text } from '../../../../lib/protocol/messages/text.js';

test('texts together are what each of them is', (t) => {
  const units = fc.constantFrom('a', '', 'ü', '€', '😀', '\ud83d', '\ude00', '\ufeff', '\0');
  fc.assert(
    fc.property(fc.array(fc.array(units).map((parts) => parts.join(''))), (texts) => {
      const each = texts.map((text) => octetsOfText(text));
      t.deepEqual(octetsOfTexts(texts), each.includes(undefined) ? undefined : each);
    }),
  );
});

test('text is there and back the same, or refused', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const octets = octetsOfText(text);
      t.is(octets && utf8Text(octets), text);
    }),
  );
  t.is(octetsOfText('a\ud800'), undefined);
  t.is(octetsOfTexts(['\ud83d', '\ude00']), undefined, 'no pair across texts');
  t.is(utf8Text(Uint8Array.of(0xc3)), undefined);
  t.is(utf8Text(Uint8Array.of(0xef, 0xbb, 0xbf)), '\ufeff', 'a byte order mark belongs to the text');
});
