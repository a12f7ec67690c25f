import test from 'ava';
import fc from 'fast-check';
import { type Scan, scanBuffer, scanChars, scanWords } from '../../../../lib/features/text/scan.js';
import { hashUnits } from '../../../../lib/features/text/vocabulary.js';
import { anyText, plainWords } from '../../../support/plainTerms.js';

function words(text: string, scan: Scan): string[] {
  scanWords(text, scan);
  return Array.from({ length: scan.tokens }, (_, token) =>
    String.fromCharCode(...scan.units.subarray(scan.starts[token], scan.ends[token])),
  );
}

function chars(text: string, scan: Scan): string {
  scanChars(text, scan);
  return String.fromCharCode(...scan.units.subarray(0, scan.length));
}

const cases: [text: string, words: string[], chars: string][] = [
  ['', [], ''],
  [' \t\n ', [], ' '],
  ['Hello, World!', ['hello', 'world'], 'hello, world!'],
  ['a bc d', ['bc'], 'a bc d'],
  ["don't snake_case x2", ['don', 'snake_case', 'x2'], "don't snake_case x2"],
  ['\r\n two\t\tblanks', ['two', 'blanks'], ' two blanks'],
  ['Ein Ärger\u00a0\u2003heißt ŠKODA', ['ein', 'ärger', 'heißt', 'škoda'], 'ein ärger heißt škoda'],
  // Lower-casing İ gives two units; Σ is written differently at the end of a word.
  ['İİ ΟΔΟΣ', ['i̇i̇', 'οδος'], 'i̇i̇ οδος'],
  // A mark belongs to its word; a pair of surrogates is two units, and so long enough.
  ['cafe\u0301 x\u0301', ['cafe\u0301', 'x\u0301'], 'cafe\u0301 x\u0301'],
  ['hi 😀 \ud83d', ['hi', '😀'], 'hi 😀 \ud83d'],
  ['nul\0nul', ['nul', 'nul'], 'nul\0nul'],
];

test('words and characters of texts', (t) => {
  const scan = scanBuffer();
  for (const [text, expectedWords, expectedChars] of cases) {
    t.deepEqual(words(text, scan), expectedWords, JSON.stringify(text));
    t.is(chars(text, scan), expectedChars, JSON.stringify(text));
  }
});

test('any text gives the words and characters that regular expressions give', (t) => {
  // One buffer for all: nothing of one text may show in the next.
  const scan = scanBuffer();
  fc.assert(
    fc.property(anyText, (text) => {
      t.deepEqual(words(text, scan), plainWords(text));
      t.is(chars(text, scan), text.toLowerCase().replace(/\s+/g, ' '));
    }),
    { numRuns: 400 },
  );
});

test('ASCII text is read alike with and without a wide character in it', (t) => {
  const scan = scanBuffer();
  const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join('');
  const alone = chars(ascii, scan);
  t.is(chars(`${ascii}é`, scan), `${alone}é`);
  const tokens = words(ascii, scan);
  t.deepEqual(words(`${ascii} éé`, scan), [...tokens, 'éé']);
});

test('buffers grow for long texts and many words', (t) => {
  const scan = scanBuffer();
  const many = Array.from({ length: 5_000 }, (_, i) => `w${i}`);
  t.deepEqual(words(many.join(' '), scan), many);
  t.deepEqual(
    words(many.join('é '), scan),
    many.map((word, i) => (i < 4_999 ? `${word}é` : word)),
  );
  const long = 'x'.repeat(70_000);
  scanChars(`${long}  ${long}é`, scan);
  t.is(scan.length, 140_002);
  t.deepEqual([...scan.units.subarray(69_999, 70_002)], [120, 32, 120]);
});

test("a word's hash is the hash of its units", (t) => {
  const scan = scanBuffer();
  fc.assert(
    fc.property(anyText, (text) => {
      scanWords(text, scan);
      for (let token = 0; token < scan.tokens; token++) {
        t.is(scan.hashes[token], hashUnits(scan.units, scan.starts[token], scan.ends[token]));
      }
    }),
  );
});
