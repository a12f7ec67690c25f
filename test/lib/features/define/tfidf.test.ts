import test, { type ExecutionContext } from 'ava';
import type { Block } from '../../../../lib/data/blocks/index.js';
import { OptionError } from '../../../../lib/errors.js';
import { counts, type TfidfOptions, tfidf } from '../../../../lib/features/define/index.js';
import { entriesOf, table } from '../../../support/blocks.js';
import { computeOn, fitAndCompute, fitOn, textTfidf } from '../../../support/features.js';
import { near } from '../../../support/near.js';
import { columnTerms } from '../../../support/plainTerms.js';
import { cases, texts as sklearnTexts } from './sklearn.js';

/** Values are stored in 32 bits. */
const SINGLE = 2e-7;

function nearRows(t: ExecutionContext, block: Block, expected: readonly (readonly number[])[]): void {
  t.is(block.rows, expected.length);
  table(block).forEach((row, r) => {
    t.is(row.length, expected[r].length);
    row.forEach((value, c) => {
      near(t, value, expected[r][c], SINGLE);
    });
  });
}

const texts = ['red red blue', 'blue green', 'blue'];

async function learnt(rows: readonly string[], options?: TfidfOptions): Promise<string[]> {
  return columnTerms(await fitOn(textTfidf(options), rows));
}

test('values worked out by hand: smooth idf, length 1, most frequent terms first', async (t) => {
  const fitted = await fitOn(textTfidf(), texts);
  t.deepEqual(columnTerms(fitted), ['blue', 'red', 'green']);
  // idf: ln(4/4) + 1 = 1 for blue, ln(4/2) + 1 = 1.6931472 for red and green. Row 0 is (1, 2 x 1.6931472, 0) / 3.5308624.
  nearRows(t, await computeOn(fitted, texts), [
    [0.2832169249871526, 0.95905587605771, 0],
    [0.5085423203783267, 0, 0.8610369959439764],
    [1, 0, 0],
  ]);
  // Red alone is known here, and length 1 whatever its weight.
  nearRows(t, await computeOn(fitted, ['red red pink', 'pink', '']), [
    [0, 1, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]);
});

test('sublinear counts are 1 + ln(count)', async (t) => {
  // Red: (1 + ln 2) x (1 + ln 2) = 2.8667474; the row's length is 3.0361556.
  nearRows(t, await fitAndCompute(textTfidf({ sublinear: true }), texts), [
    [0.32936388935151817, 0.9442030652308014, 0],
    [0.5085423203783267, 0, 0.8610369959439764],
    [1, 0, 0],
  ]);
  const plain = await fitAndCompute(textTfidf({ sublinear: true, idf: false, norm: 'none' }), [
    Array(300).fill('many').join(' '),
  ]);
  // Past the table of logarithms too: 1 + ln 300.
  nearRows(t, plain, [[6.703782474656201]]);
});

test('without idf and norm, values are counts; without norm alone, counts x idf', async (t) => {
  nearRows(t, await fitAndCompute(textTfidf({ idf: false, norm: 'none' }), texts), [
    [1, 2, 0],
    [1, 0, 1],
    [1, 0, 0],
  ]);
  nearRows(t, await fitAndCompute(textTfidf({ norm: 'none' }), texts), [
    [1, 3.386294361119891, 0],
    [1, 0, 1.6931471805599454],
    [1, 0, 0],
  ]);
});

test('terms in too few or too many rows are left out, and leave the weights of the others alone', async (t) => {
  t.deepEqual(await learnt(texts, { minDf: 2 }), ['blue']);
  t.deepEqual(await learnt(texts, { minDf: 4 }), []);
  t.deepEqual(await learnt(texts, { maxDf: 0.99 }), ['red', 'green']);
  // A third of three rows is one row: a share that is met exactly is not exceeded.
  t.deepEqual(await learnt(texts, { maxDf: 1 / 3 }), ['red', 'green']);
  t.deepEqual(await learnt(texts, { maxDf: 0.3 }), []);
  nearRows(t, await fitAndCompute(textTfidf({ maxDf: 0.5, norm: 'none' }), texts), [
    [3.386294361119891, 0],
    [0, 1.6931471805599454],
    [0, 0],
  ]);
});

test('the most frequent terms are kept, and of equally frequent ones the first in order', async (t) => {
  const rows = ['dd bb cc', 'aa aa', 'ee dd'];
  t.deepEqual(await learnt(rows), ['aa', 'dd', 'bb', 'cc', 'ee']);
  t.deepEqual(await learnt(rows, { maxFeatures: 3 }), ['aa', 'dd', 'bb']);
  t.deepEqual(await learnt([...rows].reverse(), { maxFeatures: 4 }), ['aa', 'dd', 'bb', 'cc']);
  t.deepEqual(await learnt(rows, { maxFeatures: 1, minDf: 2 }), ['dd']);
  t.deepEqual(await learnt(rows, { maxFeatures: 99 }), ['aa', 'dd', 'bb', 'cc', 'ee']);
});

test('word n-grams have one blank between words, whatever was there', async (t) => {
  const rows = ['New,  York -- NEW'];
  t.deepEqual(await learnt(rows, { ngrams: [1, 2] }), ['new', 'new york', 'york', 'york new']);
  t.deepEqual(await learnt(rows, { ngrams: [2, 3] }), ['new york', 'new york new', 'york new']);
  t.deepEqual(await learnt(rows, { ngrams: [4, 9] }), []);
});

test('character n-grams see a run of white space as one blank', async (t) => {
  t.deepEqual(await learnt(['a \n\t B'], { analyzer: 'char', ngrams: [2, 3] }), [' b', 'a ', 'a b']);
  t.deepEqual(await learnt(['aaa'], { analyzer: 'char', ngrams: [1, 2] }), ['a', 'aa']);
  t.deepEqual(await learnt(['ab'], { analyzer: 'char', ngrams: [3, 3] }), []);
});

test('hashing: columns are buckets, and a bucket that no training row met weighs most', async (t) => {
  // In one bucket all terms meet: it is in every row, so its idf is 1 and its value the number of words.
  nearRows(t, await fitAndCompute(textTfidf({ hashing: 1, norm: 'none' }), texts), [[3], [2], [1]]);

  const wide = await fitOn(textTfidf({ hashing: 2 ** 20, norm: 'none' }), texts);
  t.is(wide.columns, 2 ** 20);
  const seen = await computeOn(wide, texts);
  const values = [0, 1, 2].map((row) =>
    entriesOf(seen, row)
      .map(([, value]) => value)
      .sort(),
  );
  t.deepEqual(values, [[1, Math.fround(3.386294361119891)], [1, Math.fround(1.6931471805599454)], [1]]);
  const [[, unseen]] = entriesOf(await computeOn(wide, ['pink']), 0);
  near(t, unseen, Math.log(4) + 1, SINGLE);
});

for (const { name, options, rows } of cases) {
  test(`scikit-learn's values: ${name}`, async (t) => {
    const fitted = await fitOn(textTfidf(options), sklearnTexts);
    const terms = columnTerms(fitted);
    const block = await computeOn(fitted, sklearnTexts);
    t.deepEqual([...terms].sort(), [...new Set(rows.flatMap((row) => Object.keys(row)))].sort());
    rows.forEach((row, r) => {
      const entries = entriesOf(block, r);
      t.deepEqual(entries.map(([column]) => terms[column]).sort(), Object.keys(row).sort());
      for (const [column, value] of entries) near(t, value, row[terms[column]], SINGLE);
    });
  });
}

test("the options of its own are checked, like those of terms' choice", (t) => {
  const bad: [options: object, option: string, message: RegExp][] = [
    [{ norm: 'l3' }, 'norm', /expected 'l1', 'l2', 'none', got "l3"/],
    [{ sublinear: 'yes' }, 'sublinear', /expected true or false, got "yes"/],
    [{ idf: 1 }, 'idf', /expected true or false, got 1/],
    [{ max_features: 3 }, 'max_features', /unknown; known are .*maxFeatures.*sublinear, idf, norm/],
    [{ maxFeatures: 0 }, 'maxFeatures', /whole number of at least 1, got 0/],
  ];
  for (const [options, option, message] of bad) {
    const error = t.throws(() => tfidf((text: string) => text, options), {
      instanceOf: OptionError,
      message,
    });
    t.is(error.option, option);
  }
});

test('where terms differ from scikit-learn’s, as the docs say', async (t) => {
  // Beside each, what scikit-learn's rules give: runs of two blanks or more become one, words are \b\w\w+\b of Python's re.
  const chars = { analyzer: 'char', ngrams: [2, 2] } as const;
  t.deepEqual(await learnt(['a\nb'], chars), [' b', 'a ']); // 'a\n', '\nb'
  t.deepEqual(await learnt(['a \n b'], chars), [' b', 'a ']); // the same
  t.deepEqual(await learnt(['cafe\u0301s']), ['cafe\u0301s']); // 'cafe': a mark ends the word
  t.deepEqual(await learnt(['caf\u00e9s']), ['caf\u00e9s']); // the same: in normal form C there is no mark
  t.deepEqual(await learnt(['😀 ok']), ['ok', '😀']); // 'ok'
  t.deepEqual(await learnt(['𝒳 ok']), ['ok', '𝒳']); // 'ok': one letter is no word
  t.deepEqual(await learnt(['😀'], { analyzer: 'char' }), ['\ud83d', '\ude00']); // '😀'
});

test("terms: 'python' gives scikit-learn's", async (t) => {
  const words = { terms: 'python' } as const;
  const chars = { ...words, analyzer: 'char', ngrams: [2, 2] } as const;
  t.deepEqual(await learnt(['a\nb'], chars), ['\nb', 'a\n']);
  t.deepEqual(await learnt(['a \n b'], chars), [' b', 'a ']);
  t.deepEqual(await learnt(['cafe\u0301s'], words), ['cafe']);
  t.deepEqual(await learnt(['😀 ok', '𝒳 ok', '𝒳𝒴 x'], words), ['ok', '𝒳𝒴']);
  t.deepEqual(await learnt(['a😀b'], chars), ['a😀', '😀b']);
  // Python's white space, and its characters of words alone: half a pair is none.
  t.deepEqual(await learnt(['a\x1c\x85b\ufeff c'], chars), [' b', ' c', 'a ', 'b\ufeff', '\ufeff ']);
  t.deepEqual(await learnt(['ab\ud83dcd'], words), ['ab', 'cd']);
  t.deepEqual(await learnt(['\ud83d!'], chars), ['\ufffd!']);
});

test('characters within what white space separates, a blank on both sides; short ones once', async (t) => {
  const within = (ngrams: readonly [number, number]) => ({ analyzer: 'char_wb', ngrams }) as const;
  t.deepEqual(await learnt(['ab  c\n'], within([2, 3])), [' a', ' ab', ' c', ' c ', 'ab', 'ab ', 'b ', 'c ']);
  // ' c ' has no four characters, and ' ab ' no five: each counts once, however many lengths it lacks.
  t.deepEqual(await learnt(['c ab'], within([4, 5])), [' ab ', ' c ']);
  t.deepEqual(await learnt(['c c'], within([5, 9])), [' c ']);
  t.deepEqual(
    table(
      await fitAndCompute(
        counts((row: string) => row, within([5, 9])),
        ['c c'],
      ),
    ),
    [[2]],
  );
  t.deepEqual(await learnt(['', ' '], within([1, 2])), []);
  t.deepEqual(await learnt(['😀'], { ...within([3, 3]), terms: 'python' }), [' 😀 ']);
});

test('accents are stripped after lower-casing, by NFKD', async (t) => {
  const rows = ['Éa e\u0301a ﬁx ℃x', 'ça çß'];
  // The sign of degrees is no letter, and the capital behind it stays one.
  t.deepEqual(await learnt(rows, { stripAccents: 'unicode' }), ['ea', 'Cx', 'ca', 'cß', 'fix']);
  t.deepEqual(await learnt(rows, { stripAccents: 'ascii' }), ['ea', 'Cx', 'ca', 'fix']);
});

test('words are left out before n-grams are made of the rest', async (t) => {
  const rows = ['cats and dogs and mice'];
  t.deepEqual(await learnt(rows, { stopWords: ['and'], ngrams: [1, 2] }), [
    ...['cats', 'cats dogs', 'dogs', 'dogs mice', 'mice'],
  ]);
  t.deepEqual(await learnt(rows, { stopWords: ['AND', 'and dogs'] }), ['and', 'cats', 'dogs', 'mice']);
});

test('a pattern says what words are, and case may stay', async (t) => {
  t.deepEqual(await learnt(["I don't, I"], { tokenPattern: String.raw`\w+(?:'\w+)?` }), ['i', "don't"]);
  t.deepEqual(await learnt(['a!b'], { tokenPattern: String.raw`\w|!`, ngrams: [2, 2] }), ['! b', 'a !']);
  t.deepEqual(await learnt(['Ab ab AB'], { lowercase: false }), ['AB', 'Ab', 'ab']);
  t.deepEqual(await learnt(['Ab'], { lowercase: false, analyzer: 'char' }), ['A', 'b']);
});

test('binary counts, and rows whose values sum to 1', async (t) => {
  const rows = ['red red blue'];
  nearRows(t, await fitAndCompute(textTfidf({ binary: true, norm: 'none' }), rows), [[1, 1]]);
  nearRows(t, await fitAndCompute(textTfidf({ norm: 'l1' }), rows), [[2 / 3, 1 / 3]]);
});

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
