import test from 'ava';
import { OptionError } from '../../../../lib/errors.js';
import { counts } from '../../../../lib/features/define/index.js';
import { table } from '../../../support/blocks.js';
import { computeOn, fitAndCompute, fitOn } from '../../../support/features.js';
import { columnTerms } from '../../../support/plainTerms.js';

const text = (row: string) => row;

test('values are how often each term occurs', async (t) => {
  const rows = ['no no yes', '', 'yes maybe no'];
  const fitted = await fitOn(counts(text), rows);
  t.deepEqual(columnTerms(fitted), ['no', 'yes', 'maybe']);
  t.deepEqual(table(await computeOn(fitted, [...rows, 'no idea'])), [
    [2, 1, 0],
    [0, 0, 0],
    [1, 1, 1],
    [1, 0, 0],
  ]);
});

test('terms are chosen as for tfidf', async (t) => {
  const rows = ['banana', 'bandana'];
  const fitted = await fitOn(counts(text, { analyzer: 'char', ngrams: [2, 2], minDf: 2 }), rows);
  t.deepEqual(columnTerms(fitted), ['an', 'na', 'ba']);
  t.deepEqual(table(await computeOn(fitted, rows)), [
    [2, 2, 1],
    [2, 1, 1],
  ]);
});

test('hashed counts keep the number of words', async (t) => {
  const [row] = table(await fitAndCompute(counts(text, { hashing: 3 }), ['one two three two']));
  t.is(row.length, 3);
  t.is(
    row.reduce((sum, count) => sum + count, 0),
    4,
  );
});

test("tfidf's weighting is refused, not ignored", (t) => {
  for (const option of ['sublinear', 'idf', 'norm']) {
    const make = () => counts(text, { [option]: true });
    t.is(t.throws(make, { instanceOf: OptionError, message: /unknown; known are analyzer/ }).option, option);
  }
});

test('kinds differ, so that one is not loaded into the other', (t) => {
  t.is(counts(text).kind, 'counts');
});
