import test from 'ava';
import { murmurHash } from '../../../../../lib/features/define/text/murmur.js';

function hashOf(text: string): number {
  const units = Uint16Array.from({ length: text.length + 2 }, (_, i) => text.charCodeAt(i - 1));
  return murmurHash(units, 1, text.length + 1);
}

test('MurmurHash3 gives its published values of texts in UTF-8', (t) => {
  const values: [text: string, hash: number][] = [
    ['', 0],
    ['hello', 0x248bfa47],
    ['hello, world', 0x149bbb7f],
    ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
    // What scikit-learn's murmurhash3_32 gives: characters of two, three and four octets.
    ['é', 0x10110787],
    ['中文', 0xdb267197],
    ['a😀b', 0xba4460fc],
  ];
  for (const [text, hash] of values) t.is(hashOf(text), hash | 0, text);
});
