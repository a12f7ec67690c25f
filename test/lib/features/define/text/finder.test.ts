import test from 'ava';
import fc from 'fast-check';
import { wordFinder } from '../../../../../lib/features/define/text/finder.js';
import { readingOf } from '../../../../../lib/features/define/text/reading.js';
import { hashUnits, Vocabulary } from '../../../../../lib/features/define/text/vocabulary.js';
import { atLength } from '../../../../support/atLength.js';
import { anyText, plainWords } from '../../../../support/plainTerms.js';

const unitsOf = (term: string) => Uint16Array.from({ length: term.length }, (_, i) => term.charCodeAt(i));

function vocabularyOf(terms: readonly string[]): Vocabulary {
  const vocabulary = new Vocabulary(4);
  for (const term of terms) {
    const units = unitsOf(term);
    vocabulary.intern(units, 0, units.length, hashUnits(units, 0, units.length));
  }
  return vocabulary;
}

/** What a vocabulary itself says of a text's words. */
function plainIds(vocabulary: Vocabulary, text: string): number[] {
  return plainWords(text).flatMap((word) => {
    const units = unitsOf(word);
    const id = vocabulary.find(units, 0, units.length, hashUnits(units, 0, units.length));
    return id < 0 ? [] : [id];
  });
}

/** The ids of each text, undefined of those that can't be read; and in how many turns they were read. */
function readAll(vocabulary: Vocabulary, texts: readonly string[]) {
  const find = wordFinder(vocabulary, readingOf({}))?.find;
  if (!find) throw new Error('no WebAssembly');
  const ids: (number[] | undefined)[] = [];
  let turns = 0;
  while (ids.length < texts.length) {
    const found = find(texts, ids.length);
    turns++;
    if (!found) ids.push(undefined);
    else
      for (let t = 0; t < found.texts; t++)
        ids.push([...found.ids.subarray(t === 0 ? 0 : found.ends[t - 1], found.ends[t])]);
  }
  return { ids, turns };
}

/** Half a pair of surrogates is a letter, which UTF-8 can't tell from others. */
const isRead = (text: string) => !/\p{Surrogate}/u.test(text);
const words = fc.constantFrom(
  'ab',
  'aB',
  'a_b',
  'abcdefgh',
  'abcdefghi',
  'abcdefghX',
  'a',
  '',
  'x'.repeat(40),
);
const ascii = fc.array(fc.oneof(words, fc.string({ unit: 'binary-ascii' }))).map((some) => some.join(' '));

test('finds of each text what its vocabulary finds, but for those with half a pair of surrogates', (t) => {
  fc.assert(
    fc.property(fc.array(fc.oneof(ascii, anyText)), fc.array(anyText), (texts, others) => {
      const known = [...others, ...texts.filter((_, i) => i % 2 === 0)];
      const vocabulary = vocabularyOf([...known.flatMap(plainWords), 'nul\0', 'two words', 'nul']);
      const probes = [...texts, `nul ${known.join(' ')}`];
      const expected = probes.map((text) => (isRead(text) ? plainIds(vocabulary, text) : undefined));
      t.deepEqual(readAll(vocabulary, probes).ids, expected);
    }),
    { numRuns: atLength(100, 300) },
  );
});

test('letters of one to four bytes, in words of about eight and sixteen, between signs of all kinds', (t) => {
  const letter = fc.constantFrom(...'abcXéÉßжЖΣσ漢字𝒳_7\u0301\u{1d54f}');
  const sign = fc.constantFrom(
    ' ',
    '–',
    '“',
    '、',
    '\u00a0',
    '\u3000',
    '·',
    '€',
    '\n',
    '-',
    '№',
    '\ufeff',
    '\ufe0f ',
  );
  const word = fc.array(letter, { minLength: 1, maxLength: 18 }).map((letters) => letters.join(''));
  const text = fc.array(fc.tuple(word, sign), { maxLength: 30 }).map((pairs) => pairs.flat().join(''));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (texts) => {
      const vocabulary = vocabularyOf(texts.flatMap(plainWords).filter((_, i) => i % 3 > 0));
      t.deepEqual(
        readAll(vocabulary, texts).ids,
        texts.map((one) => plainIds(vocabulary, one)),
      );
    }),
    { numRuns: atLength(100, 300) },
  );
});

test('half a pair of surrogates is left to others, what it becomes in UTF-8 is not', (t) => {
  const vocabulary = vocabularyOf(['a\ud800', 'a\udc00', 'ab', 'été']);
  const texts = ['ab\ufffdété', 'a\ud800 ab', 'ÉTÉ, ab', '\ufffd ab', 'ab a\udc00'];
  t.deepEqual(readAll(vocabulary, texts).ids, [[2, 3], undefined, [3, 2], [2], undefined]);
});

test('long words that begin and end alike are told apart', (t) => {
  const long = (middle: string) => `abcdefgh${middle}stuvwxyz`;
  const terms = ['', 'i', 'j', 'ij', 'ji', 'i'.repeat(9), `${'i'.repeat(8)}j`, 'i'.repeat(500)].map(long);
  const vocabulary = vocabularyOf(terms);
  const probe = [...terms, ...['k', 'ii', 'i'.repeat(10), 'i'.repeat(499)].map(long)].join(' ');
  t.deepEqual(readAll(vocabulary, [probe]).ids, [[...terms.keys()]]);
});

test('many words, most of them unknown', (t) => {
  const known = Array.from({ length: 5_000 }, (_, i) => `w${(i * 7919) % 100_003}`);
  const vocabulary = vocabularyOf(known);
  const lines = Array.from({ length: 50 }, (_, i) => known.slice(100 * i, 100 * (i + 1)));
  const found = readAll(
    vocabulary,
    lines.map((line) => line.join(' ')),
  );
  t.deepEqual(found.ids.flat(), [...known.keys()]);
  t.true(found.turns < 5, `${found.turns} turns`);
  const unknown = readAll(
    vocabulary,
    lines.map((line) => line.map((word) => `${word}x`).join(' ')),
  );
  t.deepEqual(unknown.ids.flat(), []);
  t.deepEqual(readAll(new Vocabulary(), ['no words at all']).ids, [[]]);
});

test('texts too long for its memory are left to others, and those beside them are read', (t) => {
  const word = 'x'.repeat(70_000);
  const vocabulary = vocabularyOf(['few', 'words', word]);
  const long = 'few words '.repeat(7_000);
  t.deepEqual(readAll(vocabulary, ['few', long, 'words', word, '', 'few']).ids, [
    [0],
    undefined,
    [1],
    undefined,
    [],
    [0],
  ]);
});

test('texts as long as are read together, or at all, and by one longer or shorter', (t) => {
  const vocabulary = vocabularyOf(['words', 'word']);
  for (const most of [1 << 14, 1 << 16]) {
    const texts = [-1, 0, 1].map((more) => 'words '.repeat(11_000).slice(0, most + more));
    const expected = texts.map((text) => (text.length > 1 << 16 ? undefined : plainIds(vocabulary, text)));
    t.deepEqual(readAll(vocabulary, ['word', ...texts, 'word']).ids, [[1], ...expected, [1]]);
  }
});

test('terms longer than any text that is read are no trouble, nor are single letters terms', (t) => {
  const vocabulary = vocabularyOf(['ab', 'x'.repeat(200_000), 'c', 'cd']);
  t.deepEqual(readAll(vocabulary, ['ab c cd']).ids, [[0, 3]]);
});

test('texts beside one that is not ASCII are looked at once each, not once for each other', (t) => {
  const texts = Array.from({ length: 2_000 }, (_, i) => (i === 100 ? 'café' : 'few words'));
  let looks = 0;
  const watched = new Proxy(texts, {
    get(all, key) {
      looks++;
      return Reflect.get(all, key, all);
    },
  });
  const { ids } = readAll(vocabularyOf(['few', 'words']), watched);
  t.is(ids.filter((some) => some?.length === 2).length, 1_999);
  t.deepEqual(ids[100], []);
  t.true(looks < 20 * texts.length, `${looks} looks`);
});

test('long words that begin and end alike, thousands of them, are found', (t) => {
  const terms = Array.from({ length: 5_000 }, (_, i) => `transaction_${100_000 + i}_processed`);
  const texts = Array.from({ length: 50 }, (_, i) => terms.slice(100 * i, 100 * (i + 1)).join(' '));
  t.deepEqual(readAll(vocabularyOf(terms), texts).ids.flat(), [...terms.keys()]);
  t.deepEqual(readAll(vocabularyOf(terms), ['transaction_99999_processed']).ids, [[]]);
});

test('more texts than are read at once, many of them empty', (t) => {
  const texts = Array.from({ length: 2_000 }, (_, i) => (i % 3 === 0 ? 'few words' : ''));
  const { ids, turns } = readAll(vocabularyOf(['few', 'words']), texts);
  t.deepEqual(
    ids,
    texts.map((text) => (text ? [0, 1] : [])),
  );
  t.true(turns < 10, `${turns} turns`);
});
