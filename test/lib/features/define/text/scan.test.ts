import test from 'ava';
import fc from 'fast-check';
import { readingOf } from '../../../../../lib/features/define/text/reading.js';
import { scanChars, scanWords } from '../../../../../lib/features/define/text/scan.js';
import { atLength } from '../../../../support/atLength.js';
import { anyText, plainWords } from '../../../../support/plainTerms.js';

const reading = readingOf({});

function words(text: string): string[] {
  const { units, starts, ends, tokens } = scanWords(text, reading);
  return Array.from({ length: tokens }, (_, token) =>
    String.fromCharCode(...units.subarray(starts[token], ends[token])),
  );
}

function chars(text: string): string {
  const { units, length } = scanChars(text, reading);
  return String.fromCharCode(...units.subarray(0, length));
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
  for (const [text, expectedWords, expectedChars] of cases) {
    t.deepEqual(words(text), expectedWords, JSON.stringify(text));
    t.is(chars(text), expectedChars, JSON.stringify(text));
  }
});

test('any text gives the words and characters that regular expressions give', (t) => {
  fc.assert(
    fc.property(anyText, (text) => {
      t.deepEqual(words(text), plainWords(text));
      t.is(chars(text), text.toLowerCase().replace(/\s+/g, ' '));
    }),
    { numRuns: atLength(100, 400) },
  );
});

test('ASCII text is read alike with and without a wide character in it', (t) => {
  const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join('');
  const alone = chars(ascii);
  t.is(chars(`${ascii}é`), `${alone}é`);
  const tokens = words(ascii);
  t.deepEqual(words(`${ascii} éé`), [...tokens, 'éé']);
});

test('the kernel reads ASCII as the plain loop does, wherever words lie among its steps', (t) => {
  const unit = fc.oneof(
    fc.constantFrom('a', 'B', '7', '_'),
    fc.constantFrom(' ', '-', '@', '[', '`', '{', '/', ':'),
  );
  const ascii = fc.array(unit, { maxLength: 100 }).map((units) => units.join(''));
  fc.assert(
    fc.property(ascii, (text) => {
      const read = (from: string) => {
        const { units, starts, ends, tokens } = scanWords(from, reading);
        return Array.from({ length: tokens }, (_, w) => ({
          at: starts[w],
          word: String.fromCharCode(...units.subarray(starts[w], ends[w])),
        }));
      };
      // A wide unit that is no part of a word sends the text the other way.
      t.deepEqual(read(text), read(`${text}\u2003`));
    }),
    { numRuns: atLength(200, 500) },
  );
});

test('long texts are read like short ones, and short ones after them too', (t) => {
  const many = Array.from({ length: 20_000 }, (_, i) => `w${i}`);
  t.deepEqual(words(many.join(' ')), many);
  t.deepEqual(
    words(many.join('é ')),
    many.map((word, i) => (i < 19_999 ? `${word}é` : word)),
  );
  for (const length of [21_845, 21_846, 70_000, 300_000]) {
    // Of all letters, İ is the one that lower-casing makes longer.
    for (const [letter, lowered] of [
      ['x', [120]],
      ['İ', [105, 0x307]],
    ] as const) {
      const scan = scanChars(`${letter.repeat(length)}\n\n${letter}`, reading);
      const end = length * lowered.length;
      t.is(scan.length, end + 1 + lowered.length);
      t.deepEqual([...scan.units.subarray(end - lowered.length, scan.length)], [...lowered, 32, ...lowered]);
    }
    t.deepEqual(words('after it'), ['after', 'it']);
  }
});
