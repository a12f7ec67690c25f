import test from 'ava';
import fc from 'fast-check';
import { scanWords } from '../../../../lib/features/text/scan.js';
import { hashUnits, Vocabulary } from '../../../../lib/features/text/vocabulary.js';
import { LONG, WordIndex, writeKey } from '../../../../lib/features/text/wordKeys.js';
import { anyText } from '../../../support/plainTerms.js';

const unitsOf = (term: string) => Uint16Array.from({ length: term.length }, (_, i) => term.charCodeAt(i));

function keyOf(term: string): number[] {
  const key = new Int32Array(2);
  writeKey(unitsOf(term), 0, term.length, key, 0);
  return [...key];
}

function vocabularyOf(terms: readonly string[]): Vocabulary {
  const vocabulary = new Vocabulary();
  for (const term of terms) {
    const units = unitsOf(term);
    vocabulary.intern(units, 0, units.length, hashUnits(units, 0, units.length));
  }
  return vocabulary;
}

function find(index: WordIndex, text: string): number[] {
  const ids = new Int32Array(text.length);
  return [...ids.subarray(0, index.find(scanWords(text), ids))];
}

test('words of up to eight ASCII units are packed, others hashed', (t) => {
  t.deepEqual(keyOf('ab'), [0x6261, 0]);
  t.deepEqual(keyOf('abcdefgh'), [0x64636261, 0x68676665]);
  const long = (term: string) => [hashUnits(unitsOf(term), 0, term.length), LONG];
  t.deepEqual(keyOf('abcdefghi'), long('abcdefghi'));
  t.deepEqual(keyOf('abé'), long('abé'));
});

test('different short words have different keys', (t) => {
  const word = fc
    .array(fc.integer({ min: 1, max: 127 }), { maxLength: 8 })
    .map((u) => String.fromCharCode(...u));
  fc.assert(fc.property(word, word, (a, b) => t.is(`${keyOf(a)}` === `${keyOf(b)}`, a === b)));
});

test('an index finds what its vocabulary finds, whatever the words', (t) => {
  fc.assert(
    fc.property(fc.array(anyText), anyText, (known, text) => {
      const terms = [...known.flatMap((one) => wordsOf(one)), 'nul\0', 'nul'];
      const vocabulary = vocabularyOf(terms);
      const probe = `${text} ${known.join(' ')} nul`;
      const expected = wordsOf(probe).flatMap((word) => {
        const units = unitsOf(word);
        const id = vocabulary.find(units, 0, units.length, hashUnits(units, 0, units.length));
        return id < 0 ? [] : [id];
      });
      t.deepEqual(find(new WordIndex(vocabulary), probe), expected);
    }),
  );
});

test('many words, most of them unknown', (t) => {
  const known = Array.from({ length: 5_000 }, (_, i) => `w${(i * 7919) % 100_003}`);
  const index = new WordIndex(vocabularyOf(known));
  t.deepEqual(find(index, known.join(' ')), [...known.keys()]);
  t.deepEqual(find(index, known.map((word) => `${word}x`).join(' ')), []);
  t.deepEqual(find(new WordIndex(new Vocabulary()), 'no words at all'), []);
});

function wordsOf(text: string): string[] {
  const { units, starts, ends, tokens } = scanWords(text);
  return Array.from({ length: tokens }, (_, w) => String.fromCharCode(...units.subarray(starts[w], ends[w])));
}
