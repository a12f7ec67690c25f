import test from 'ava';
import { tfidf } from '../../../../../index.js';
import { readingOf } from '../../../../../lib/features/define/text/reading.js';
import { scanChars, scanWords } from '../../../../../lib/features/define/text/scan.js';
import { isWord, lowerCase, otherUnicode } from '../../../../../lib/features/define/text/unicode.js';
import { characters } from '../../../../support/onEngine.js';

test('every character is read as by Unicode 17, on whatever engine', (t) => {
  // What Node 20.20 (Unicode 17) gave by itself.
  t.is(characters(), 'd44331b3e4f87bdfbde1f35f3e45362fe32fbec554fd27b4a895048523e483c6');
});

test('letters and marks that Unicode 17 added are part of words, and its capitals have a lower case', (t) => {
  for (const unit of [0x88f, 0xc5c, 0xcdc, 0x1acf, 0x1add, 0x1aeb, 0xa7ce, 0xa7cf, 0xa7d2, 0xa7d4, 0xa7f1])
    t.true(isWord(unit), unit.toString(16));
  for (const unit of [0x1ade, 0x1adf, 0x1aec, 0x20, 0x2d]) t.false(isWord(unit), unit.toString(16));
  t.is(lowerCase('A\ua7ce\ua7d2\ua7d4\u{16ea0}\u{16eb8}B'), 'a\ua7cf\ua7d3\ua7d5\u{16ebb}\u{16ed3}b');
  t.is(lowerCase('ΟΔΟΣ İ'), 'οδος i̇');
});

test('both analyzers read them so', (t) => {
  const { units, length } = scanChars('\ua7ce\u{16ea0}', readingOf({}));
  t.is(String.fromCharCode(...units.subarray(0, length)), '\ua7cf\u{16ebb}');
  const { starts, ends, tokens } = scanWords('\ua7ce\u088f, \ua7d2', readingOf({}));
  t.deepEqual([tokens, starts[0], ends[0]], [1, 0, 2]);
});

test('a feature states nothing of Unicode where its version is known', (t) => {
  t.is(otherUnicode(), '');
  t.false('unicode' in Object(tfidf((row: string) => row).options));
});
