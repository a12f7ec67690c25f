import test from 'ava';
import fc from 'fast-check';
import { finding, Grams, hashing, interning } from '../../../../lib/features/text/grams.js';
import { Vocabulary } from '../../../../lib/features/text/vocabulary.js';
import { anyText, plainTerms } from '../../../support/plainTerms.js';

const shapes = fc.record({
  analyzer: fc.constantFrom('word' as const, 'char' as const),
  ngrams: fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.nat(3))
    .map(([shortest, more]): [number, number] => [shortest, shortest + more]),
});

test('the n-grams of a text are those cut from its string, repeats included', (t) => {
  fc.assert(
    fc.property(fc.array(anyText), shapes, (texts, { analyzer, ngrams }) => {
      const vocabulary = new Vocabulary();
      const grams = new Grams(analyzer, ngrams[0], ngrams[1], interning(vocabulary));
      for (const text of texts) {
        grams.read(text);
        const terms = Array.from(grams.ids.subarray(0, grams.length), (id) => vocabulary.term(id));
        t.deepEqual(terms.sort(), plainTerms(text, { analyzer, ngrams }).sort());
      }
    }),
    { numRuns: 300 },
  );
});

test('terms that a vocabulary lacks are left out', (t) => {
  const vocabulary = new Vocabulary();
  const learning = new Grams('word', 1, 2, interning(vocabulary));
  learning.read('old man');
  const reading = new Grams('word', 1, 2, finding(vocabulary));
  reading.read('an old man, an old sea');
  const terms = Array.from(reading.ids.subarray(0, reading.length), (id) => vocabulary.term(id));
  t.deepEqual(terms, ['old', 'man', 'old', 'old man']);
  t.is(vocabulary.size, 3);
});

test('a hashed term has one column, below the number of columns, wherever it stands', (t) => {
  fc.assert(
    fc.property(anyText, shapes, fc.integer({ min: 1, max: 50 }), (text, { analyzer, ngrams }, columns) => {
      const vocabulary = new Vocabulary();
      const named = new Grams(analyzer, ngrams[0], ngrams[1], interning(vocabulary));
      const hashed = new Grams(analyzer, ngrams[0], ngrams[1], hashing(columns));
      named.read(text);
      hashed.read(text);
      t.is(hashed.length, named.length);
      const columnOf = new Map<number, number>();
      for (let i = 0; i < named.length; i++) {
        const column = hashed.ids[i];
        t.true(column >= 0 && column < columns);
        t.is(columnOf.get(named.ids[i]) ?? column, column);
        columnOf.set(named.ids[i], column);
      }
    }),
  );
});

test('hashing spreads terms evenly over the columns', (t) => {
  const columns = 64;
  const counts = new Array<number>(columns).fill(0);
  const grams = new Grams('word', 1, 1, hashing(columns));
  grams.read(Array.from({ length: 6_400 }, (_, i) => `w${i}`).join(' '));
  for (const column of grams.ids.subarray(0, grams.length)) counts[column]++;
  // 100 expected in each; a binomial count strays 5.5 standard deviations once in 10^7.
  t.true(Math.max(...counts) < 155 && Math.min(...counts) > 45, `${counts}`);
});
