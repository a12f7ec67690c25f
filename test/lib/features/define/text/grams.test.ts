import test from 'ava';
import fc from 'fast-check';
import { finding, Grams, hashing, interning } from '../../../../../lib/features/define/text/grams.js';
import { Vocabulary } from '../../../../../lib/features/define/text/vocabulary.js';
import { anyText, plainTerms } from '../../../../support/plainTerms.js';

const shapes = fc.record({
  analyzer: fc.constantFrom('word' as const, 'char' as const),
  ngrams: fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.nat(3))
    .map(([shortest, more]): [number, number] => [shortest, shortest + more]),
});

function idsOf(grams: Grams, text: string): Int32Array {
  const { ids, ends } = grams.read([text], 0);
  return ids.slice(0, ends[0]);
}

test('the n-grams of a text are those cut from its string, repeats included', (t) => {
  fc.assert(
    fc.property(fc.array(anyText), shapes, (texts, { analyzer, ngrams }) => {
      const vocabulary = new Vocabulary();
      const grams = new Grams({ analyzer, ngrams }, interning(vocabulary));
      for (const text of texts) {
        const terms = Array.from(idsOf(grams, text), (id) => vocabulary.term(id));
        t.deepEqual(terms.sort(), plainTerms(text, { analyzer, ngrams }).sort());
      }
    }),
    { numRuns: 300 },
  );
});

test('terms that a vocabulary lacks are left out', (t) => {
  const vocabulary = new Vocabulary();
  const learning = new Grams({ ngrams: [1, 2] }, interning(vocabulary));
  learning.read(['old man'], 0);
  const reading = new Grams({ ngrams: [1, 2] }, finding(vocabulary));
  const terms = Array.from(idsOf(reading, 'an old man, an old sea'), (id) => vocabulary.term(id));
  t.deepEqual(terms, ['old', 'man', 'old', 'old man']);
  t.is(vocabulary.size, 3);
});

test('a hashed term has one column, below the number of columns, wherever it stands', (t) => {
  fc.assert(
    fc.property(anyText, shapes, fc.integer({ min: 1, max: 50 }), (text, { analyzer, ngrams }, columns) => {
      const vocabulary = new Vocabulary();
      const named = new Grams({ analyzer, ngrams }, interning(vocabulary));
      const hashed = new Grams({ analyzer, ngrams }, hashing(columns));
      const ids = idsOf(named, text);
      const hashes = idsOf(hashed, text);
      t.is(hashes.length, ids.length);
      const columnOf = new Map<number, number>();
      for (const [i, column] of hashes.entries()) {
        t.true(column >= 0 && column < columns);
        t.is(columnOf.get(ids[i]) ?? column, column);
        columnOf.set(ids[i], column);
      }
    }),
  );
});

test('hashing spreads terms evenly over the columns', (t) => {
  const columns = 64;
  const counts = new Array<number>(columns).fill(0);
  const grams = new Grams({}, hashing(columns));
  const text = Array.from({ length: 6_400 }, (_, i) => `w${i}`).join(' ');
  for (const column of idsOf(grams, text)) counts[column]++;
  // 100 expected in each; a binomial count strays 5.5 standard deviations once in 10^7.
  t.true(Math.max(...counts) < 155 && Math.min(...counts) > 45, `${counts}`);
});

test('a large vocabulary’s tables wait for as many characters of texts, and find the same', (t) => {
  const large = (terms: number) => {
    const vocabulary = new Vocabulary();
    const learning = new Grams({}, interning(vocabulary));
    learning.read([Array.from({ length: terms }, (_, i) => `t${i}`).join(' ')], 0);
    t.is(vocabulary.size, terms);
    return vocabulary;
  };
  const text = 't0 t131071 none t7 '.repeat(3_000);
  const smaller = finding(large(2 ** 17 - 1));
  const [own] = [smaller.octets];
  idsOf(new Grams({}, smaller), text);
  t.true(smaller.octets > own, 'a smaller one makes them at once');

  const vocabulary = large(2 ** 17);
  const identify = finding(vocabulary);
  const grams = new Grams({}, identify);
  const before = idsOf(grams, text);
  t.deepEqual([...before.subarray(0, 4)], [0, 131_071, 7, 0]);
  let waited = text.length;
  for (; waited < vocabulary.arena().length; waited += text.length) {
    t.is(identify.octets, vocabulary.octets);
    idsOf(grams, text);
  }
  t.deepEqual(idsOf(grams, text), before);
  t.true(identify.octets > vocabulary.octets);
});

test('sizes beyond a text’s length take no memory, and no time', (t) => {
  for (const analyzer of ['word', 'char', 'char_wb'] as const) {
    const [within, beyond] = [7, 2 ** 40].map((longest) =>
      idsOf(new Grams({ analyzer, ngrams: [1, longest] }, interning(new Vocabulary())), 'ab c de'),
    );
    t.deepEqual(beyond, within);
  }
});
