import test from 'ava';
import fc from 'fast-check';
import { wordFinder } from '../../../../../lib/features/define/text/finder.js';
import { keyedHash } from '../../../../../lib/features/define/text/keyedHash.js';
import { readingOf } from '../../../../../lib/features/define/text/reading.js';
import {
  extendHash,
  HASH_START,
  hashUnits,
  Vocabulary,
} from '../../../../../lib/features/define/text/vocabulary.js';

/** A corpus with words made to collide costs no more probes than another: probes are counted, not timed. */

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const unitsOf = (term: string) => Uint16Array.from(term, (letter) => letter.charCodeAt(0));

/** Pairs of blocks of letters that take one state of the hash to another: from p of them come 2^p words of one hash. */
function colliding(pairs: number): string[] {
  let state = HASH_START;
  let words = [''];
  for (let p = 0; p < pairs; p++) {
    const [one, other, next] = collision(state);
    words = words.flatMap((word) => [word + one, word + other]);
    state = next;
  }
  return words;
}

/** Seven letters for each number, far from those of the next: FNV hardly ever makes words collide that differ in few. */
function letters(i: number): string {
  let word = '';
  for (let n = Math.imul(i, 0x9e3779b1) >>> 0, l = 0; l < 7; l++, n = Math.floor(n / 26))
    word += LETTERS[n % 26];
  return word;
}

/** By a birthday search, as an attacker would. */
function collision(from: number): readonly [string, string, number] {
  const seen = new Map<number, number>();
  for (let i = 0; ; i++) {
    const word = letters(i);
    let state = from;
    for (let l = 0; l < word.length; l++) state = extendHash(state, word.charCodeAt(l));
    const known = seen.get(state);
    if (known !== undefined) return [letters(known), word, state];
    seen.set(state, i);
  }
}

const flood = colliding(9);

function probesOf(vocabulary: Vocabulary, terms: readonly string[]): number[] {
  return terms.map((term) => vocabulary.probes(unitsOf(term), 0, term.length));
}

function learnt(terms: readonly string[]): Vocabulary {
  const vocabulary = new Vocabulary();
  for (const term of terms)
    vocabulary.intern(unitsOf(term), 0, term.length, hashUnits(unitsOf(term), 0, term.length));
  return vocabulary;
}

test('hundreds of words of one hash are looked up like any others', (t) => {
  t.is(flood.length, 512);
  t.is(new Set(flood).size, 512);
  t.is(new Set(flood.map((word) => hashUnits(unitsOf(word), 0, word.length))).size, 1);
  const vocabulary = learnt(flood);
  const loaded = Vocabulary.load(vocabulary.save());
  for (const each of [vocabulary, loaded, vocabulary.keep(flood.map((_, id) => id))]) {
    const probes = probesOf(each, flood);
    t.true(Math.max(...probes) <= 128);
    t.true(probes.reduce((sum, count) => sum + count, 0) <= 8 * flood.length);
    flood.forEach((word, id) => {
      t.is(each.find(unitsOf(word), 0, word.length, hashUnits(unitsOf(word), 0, word.length)), id);
    });
  }
});

test('which key it is changes no id', (t) => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (low, high) => {
      const vocabulary = new Vocabulary(16, () => [low, high]);
      flood.slice(0, 200).forEach((word, id) => {
        const units = unitsOf(word);
        t.is(vocabulary.intern(units, 0, units.length, hashUnits(units, 0, units.length)), id);
      });
    }),
    { numRuns: 10 },
  );
});

test('ordinary words are looked up by the quick hash', (t) => {
  const words = Array.from({ length: 20_000 }, (_, i) => `word${(i * 7919).toString(36)}`);
  const vocabulary = new Vocabulary(1024, () => {
    throw new Error('nobody floods here');
  });
  for (const word of words)
    vocabulary.intern(unitsOf(word), 0, word.length, hashUnits(unitsOf(word), 0, word.length));
  t.is(vocabulary.size, words.length);
});

/** The kernel's slot of a word of up to eight letters, as words.wat has it. */
function slotOf(word: string, bits: number): bigint {
  const key = [...word].reduceRight((sum, letter) => (sum << 8n) | BigInt(letter.charCodeAt(0)), 0n);
  return BigInt.asUintN(64, key * 0xbf58476d1ce4e5b9n) >> BigInt(64 - bits);
}

test('a kernel’s table that was flooded isn’t used', (t) => {
  const found: string[] = [];
  for (let i = 0; found.length < 512; i++) {
    const word = letters(i);
    if (slotOf(word, 10) < 4n) found.push(word);
  }
  t.is(wordFinder(learnt(found), readingOf({})), undefined);
  const others = Array.from({ length: 512 }, (_, i) => `word${i.toString(36)}`);
  t.deepEqual(
    wordFinder(learnt(others), readingOf({}))?.find(['word1 word2 none'], 0)?.ids.slice(0, 2),
    Int32Array.of(1, 2),
  );
});

test('the keyed hash gives its authors’ values', (t) => {
  // Of HalfSipHash-1-3: hsiphash of the Linux kernel's lib/test_siphash.c on 32-bit machines, bytes 0, 1, 2 … with this key.
  const key = [0x03020100, 0x07060504] as const;
  const units = Uint16Array.of(0x0100, 0x0302, 0x0504, 0x0706);
  const vectors = [0x5814c896, 0xbc4b0e30, 0x7e059ea6, 0xa0080b65, 0x577999b1];
  vectors.forEach((vector, length) => {
    t.is(keyedHash(units, 0, length, key) >>> 0, vector);
  });
});
