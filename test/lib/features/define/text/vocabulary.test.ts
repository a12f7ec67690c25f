import test from 'ava';
import fc from 'fast-check';
import {
  extendHash,
  HASH_START,
  hashUnits,
  spreadHash,
  Vocabulary,
} from '../../../../../lib/features/define/text/vocabulary.js';
import { anyText } from '../../../../support/plainTerms.js';

const unitsOf = (term: string) => Uint16Array.from({ length: term.length }, (_, i) => term.charCodeAt(i));
const trueHash = (term: string) => hashUnits(unitsOf(term), 0, term.length);

type HashOf = (term: string) => number;

function intern(vocabulary: Vocabulary, term: string, hashOf: HashOf = trueHash): number {
  return vocabulary.intern(unitsOf(term), 0, term.length, hashOf(term));
}

function find(vocabulary: Vocabulary, term: string, hashOf: HashOf = trueHash): number {
  return vocabulary.find(unitsOf(term), 0, term.length, hashOf(term));
}

test("FNV-1a gives its authors' values, and is extended unit by unit", (t) => {
  // Test vectors of the reference implementation (Noll's test_fnv): 32 bits, FNV-1a.
  t.is(trueHash('') >>> 0, 0x811c9dc5);
  t.is(trueHash('a') >>> 0, 0xe40c292c);
  t.is(trueHash('foobar') >>> 0, 0xbf9cf968);
  t.is(extendHash(extendHash(HASH_START, 97), 98), trueHash('ab'));
});

test('terms get the ids 0, 1, 2 … in the order of their first sight', (t) => {
  const vocabulary = new Vocabulary();
  t.deepEqual(
    ['to', 'be', 'or', 'not', 'to', 'be', ''].map((term) => intern(vocabulary, term)),
    [0, 1, 2, 3, 0, 1, 4],
  );
  t.is(vocabulary.size, 5);
  t.is(find(vocabulary, 'not'), 3);
  t.is(find(vocabulary, ''), 4);
  t.is(find(vocabulary, 'that'), -1);
  t.is(vocabulary.term(3), 'not');
});

test('a term is a span of a longer text', (t) => {
  const vocabulary = new Vocabulary();
  const text = unitsOf('the theory');
  t.is(vocabulary.intern(text, 0, 3, hashUnits(text, 0, 3)), 0);
  t.is(vocabulary.intern(text, 4, 7, hashUnits(text, 4, 7)), 0);
  t.is(vocabulary.intern(text, 4, 10, hashUnits(text, 4, 10)), 1);
  t.is(String.fromCharCode(...vocabulary.arena()), 'thetheory');
});

/** From hashes that spread well to ones that tell nothing, or only the length. */
const hashes = fc.constantFrom<HashOf>(
  trueHash,
  () => 0,
  () => -1,
  (term) => term.length,
  (term) => trueHash(term) & 3,
);

test('it is exact whatever collides: a Map from strings gives the same ids', (t) => {
  fc.assert(
    fc.property(fc.array(anyText), fc.array(anyText), hashes, fc.nat(3), (terms, others, hashOf, guess) => {
      const vocabulary = new Vocabulary(guess);
      const expected = new Map<string, number>();
      for (const term of terms) {
        const id = expected.get(term) ?? expected.size;
        expected.set(term, id);
        t.is(intern(vocabulary, term, hashOf), id);
      }
      t.is(vocabulary.size, expected.size);
      for (const term of [...terms, ...others])
        t.is(find(vocabulary, term, hashOf), expected.get(term) ?? -1);
    }),
  );
});

test('hundreds of terms of one hash stay apart, before and after growing', (t) => {
  const vocabulary = new Vocabulary(1);
  const terms = Array.from({ length: 500 }, (_, i) => `term${i}`);
  terms.forEach((term, id) => {
    t.is(
      intern(vocabulary, term, () => 77),
      id,
    );
  });
  terms.forEach((term, id) => {
    t.is(
      find(vocabulary, term, () => 77),
      id,
    );
  });
  t.is(
    find(vocabulary, 'term500', () => 77),
    -1,
  );
});

test('real words whose hashes collide keep ids of their own, also when kept and loaded', (t) => {
  const pairs = [
    ['costarring', 'liquid'],
    ['declinate', 'macallums'],
    ['altarage', 'zinke'],
  ];
  for (const [a, b] of pairs) t.is(trueHash(a), trueHash(b));
  const vocabulary = new Vocabulary();
  for (const [a] of pairs) intern(vocabulary, a);
  for (const [, b] of pairs) t.is(find(vocabulary, b), -1);
  for (const [, b] of pairs) intern(vocabulary, b);
  const terms = pairs.flat();
  const reordered = vocabulary.keep([5, 4, 3, 2, 1, 0]);
  const loaded = Vocabulary.load(vocabulary.save());
  for (const term of terms) {
    const id = find(vocabulary, term);
    t.is(vocabulary.term(id), term);
    t.is(find(reordered, term), 5 - id);
    t.is(find(loaded, term), id);
  }
});

test('kept terms are numbered in the order asked for, and no others are there', (t) => {
  fc.assert(
    fc.property(fc.uniqueArray(anyText, { minLength: 1 }), fc.array(fc.nat()), (terms, picks) => {
      const vocabulary = new Vocabulary();
      for (const term of terms) intern(vocabulary, term);
      const ids = [...new Set(picks.map((pick) => pick % terms.length))];
      const kept = vocabulary.keep(ids);
      t.is(kept.size, ids.length);
      for (const [id, term] of terms.entries()) t.is(find(kept, term), ids.indexOf(id));
    }),
  );
});

test('what was saved loads into the same vocabulary, bit for bit', (t) => {
  fc.assert(
    fc.property(fc.array(anyText), (terms) => {
      const vocabulary = new Vocabulary();
      for (const term of terms) intern(vocabulary, term);
      const saved = vocabulary.save();
      const loaded = Vocabulary.load(saved);
      t.deepEqual(loaded.save(), saved);
      for (const term of terms) t.is(find(loaded, term), find(vocabulary, term));
      // A vocabulary may grow after it was saved: what was saved must not.
      intern(vocabulary, `${terms.join()}!`);
      t.deepEqual(loaded.save(), saved);
    }),
  );
});

test('terms are ordered as JavaScript orders strings', (t) => {
  fc.assert(
    fc.property(anyText, anyText, (a, b) => {
      const vocabulary = new Vocabulary();
      const order = Math.sign(vocabulary.compare(intern(vocabulary, a), intern(vocabulary, b)));
      t.is(order, a < b ? -1 : Number(a > b));
    }),
  );
});

test('spread is one to one: different hashes stay different', (t) => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (a, b) => {
      t.is(spreadHash(a) === spreadHash(b), a === b);
    }),
  );
});

function vocabularyOf(terms: readonly string[]): Vocabulary {
  const vocabulary = new Vocabulary(terms.length);
  for (const term of terms) intern(vocabulary, term);
  return vocabulary;
}

test('a vocabulary over the table of an equal one finds the same', (t) => {
  const words = ['one', 'two', 'three', 'été', ''];
  const made = vocabularyOf(words);
  const { table } = made;
  if (table === undefined) throw new TypeError('no table');
  const loaded = Vocabulary.load(made.save(), table);
  t.is(loaded.size, words.length);
  t.is(loaded.table, table, 'it is not copied');
  for (const [id, word] of words.entries()) t.is(find(loaded, word), id);
  t.is(find(loaded, 'four'), -1);
});

test('a table of other terms is noticed', (t) => {
  const made = vocabularyOf(['one', 'two', 'three']);
  const table = made.table ?? new Int32Array();
  const saved = made.save();
  const sizeWith = (other: Int32Array) => Vocabulary.load(saved, other).size;
  t.not(sizeWith(vocabularyOf(['one', 'two']).table ?? table), 3, 'too few');
  t.not(sizeWith(new Int32Array(table.length * 2)), 3, 'another length');
  const slot = table.findIndex((entry) => entry !== 0);
  const twice = table.slice();
  twice[twice.indexOf(0)] = twice[slot];
  t.not(sizeWith(twice), 3, 'a term twice');
  const outside = table.slice();
  outside[slot] |= table.length - 1;
  t.not(sizeWith(outside), 3, 'a term that is not there');
});
