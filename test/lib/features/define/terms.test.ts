import test from 'ava';
import fc from 'fast-check';
import { decode, encode } from '../../../../lib/data/artifact/index.js';
import { FeatureError, OptionError } from '../../../../lib/errors.js';
import { counts, RowView, type TermOptions, tfidf } from '../../../../lib/features/define/index.js';
import { terms } from '../../../../lib/features/define/terms.js';
import { atLength } from '../../../support/atLength.js';
import { entriesOf } from '../../../support/blocks.js';
import { computeOn, fitOn, textTfidf } from '../../../support/features.js';
import {
  anyTermOptions,
  anyText,
  columnTerms,
  plainTfidf,
  termOptions,
  wordOptions,
} from '../../../support/plainTerms.js';

const texts = fc.array(anyText, { maxLength: 8 });
test('columns and values are those of maps of strings', async (t) => {
  await fc.assert(
    fc.asyncProperty(texts, texts, fc.oneof(termOptions, wordOptions), async (training, others, chosen) => {
      const fitted = await fitOn(textTfidf(chosen), training);
      const plain = plainTfidf(training, chosen);
      const columns = columnTerms(fitted);
      t.deepEqual(columns, plain.terms);
      t.is(fitted.columns, columns.length);
      const rows = [...training, ...others];
      const block = await computeOn(fitted, rows);
      rows.forEach((text, r) => {
        const row = entriesOf(block, r).map(([column, value]): [string, number] => [columns[column], value]);
        const expected = plain.row(text);
        t.is(row.length, expected.size);
        t.is(new Set(row.map(([term]) => term)).size, row.length);
        for (const [term, value] of row) {
          t.true(Math.abs(value / (expected.get(term) ?? 0) - 1) < 3e-7, `${term}: ${value}`);
        }
      });
    }),
    { numRuns: atLength(100, 300) },
  );
});

test('rows have length 1, or nothing in them', async (t) => {
  await fc.assert(
    fc.asyncProperty(texts, texts, anyTermOptions, async (training, others, chosen) => {
      const fitted = await fitOn(textTfidf({ ...chosen, norm: 'l2' }), training);
      const block = await computeOn(fitted, others);
      others.forEach((_, r) => {
        const values = entriesOf(block, r).map(([, value]) => value);
        const length = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
        t.true(values.length === 0 || Math.abs(length - 1) < 1e-6, `${length}`);
      });
    }),
  );
});

test("a row's numbers don't depend on the rows around it, their order or their number, bit for bit", async (t) => {
  await fc.assert(
    fc.asyncProperty(
      texts,
      fc.array(anyText, { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat()),
      anyTermOptions,
      async (training, rows, picks, chosen) => {
        const fitted = await fitOn(textTfidf(chosen), training);
        const alone = await Promise.all(
          rows.map(async (row) => entriesOf(await computeOn(fitted, [row]), 0)),
        );
        const batch = RowView.of(rows);
        const whole = await fitted.compute(batch);
        t.deepEqual(
          rows.map((_, r) => entriesOf(whole, r)),
          alone,
        );
        const selection = picks.map((pick) => pick % rows.length);
        const some = await fitted.compute(batch.select(Int32Array.from(selection)));
        t.is(some.rows, selection.length);
        t.deepEqual(
          selection.map((_, i) => entriesOf(some, i)),
          selection.map((row) => alone[row]),
        );
      },
    ),
  );
});

test('the same rows in another order give the same columns and weights', async (t) => {
  const orders = fc
    .array(anyText, { maxLength: 8 })
    .chain((rows) =>
      fc.tuple(
        fc.constant(rows),
        fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
      ),
    );
  await fc.assert(
    fc.asyncProperty(orders, anyTermOptions, async ([rows, permuted], chosen) => {
      const { state } = await fitOn(textTfidf(chosen), rows);
      t.deepEqual((await fitOn(textTfidf(chosen), permuted)).state, state);
    }),
  );
});

test('a loaded feature is the one that was saved, bit for bit', async (t) => {
  await fc.assert(
    fc.asyncProperty(texts, texts, anyTermOptions, async (training, others, chosen) => {
      const feature = textTfidf(chosen);
      const fitted = await fitOn(feature, training);
      const loaded = feature.load(decode(encode(fitted.state)));
      t.is(loaded.columns, fitted.columns);
      const plain = ({ json, tensors }: typeof loaded.state) => ({ json, tensors: { ...tensors } });
      t.deepEqual(plain(loaded.state), plain(fitted.state));
      t.deepEqual(await computeOn(loaded, others), await computeOn(fitted, others));
    }),
  );
});

test('a stored state that lacks a part is refused', (t) => {
  const feature = textTfidf();
  t.throws(() => feature.load({ json: 'vocabulary', tensors: {} }), { message: /no weights/ });
  const weights = Float64Array.of(1);
  t.throws(() => feature.load({ json: 'vocabulary', tensors: { weights } }), { message: /no vocabulary/ });
});

test('an option out of its range is an error that names it', (t) => {
  const bad: [options: object, option: string, message: RegExp][] = [
    [{ analyzer: 'chars' }, 'analyzer', /expected 'word', 'char', 'char_wb', got "chars"/],
    [{ terms: 'sklearn' }, 'terms', /expected 'python', got "sklearn"/],
    [{ lowercase: 0 }, 'lowercase', /expected true or false, got 0/],
    [{ binary: 1 }, 'binary', /expected true or false, got 1/],
    [{ stripAccents: true }, 'stripAccents', /expected 'unicode', 'ascii', got true/],
    [{ stopWords: 'english' }, 'stopWords', /expected a list of words, got "english"/],
    [{ stopWords: ['a', 7] }, 'stopWords', /expected a list of words/],
    [{ stopWords: ['a'], analyzer: 'char' }, 'stopWords', /analyzer is 'char': leave it out/],
    [{ tokenPattern: /\w+/ }, 'tokenPattern', /expected a pattern as a text/],
    [{ tokenPattern: '\\w+', analyzer: 'char_wb' }, 'tokenPattern', /analyzer is 'char_wb'/],
    [{ tokenPattern: '^\\w+' }, 'tokenPattern', /isn't read: the anchor '\^'/],
    [{ ngrams: [0, 2] }, 'ngrams', /1 <= shortest <= longest, got \[0,2\]/],
    [{ ngrams: [3, 2] }, 'ngrams', /got \[3,2\]/],
    [{ ngrams: [1, 2.5] }, 'ngrams', /got \[1,2.5\]/],
    [{ ngrams: [1] }, 'ngrams', /got \[1\]/],
    [{ ngrams: [1, 2, 3] }, 'ngrams', /got \[1,2,3\]/],
    [{ maxFeatures: 1.5 }, 'maxFeatures', /whole number of at least 1, got 1.5/],
    [{ maxFeatures: Number.NaN }, 'maxFeatures', /got NaN/],
    [{ minDf: 0 }, 'minDf', /whole number of at least 1, got 0/],
    [{ minDf: 0.1 }, 'minDf', /got 0.1/],
    [{ maxDf: 0 }, 'maxDf', /share in \(0, 1\], got 0/],
    [{ maxDf: 5 }, 'maxDf', /got 5/],
    [{ maxDf: Number.NaN }, 'maxDf', /got NaN/],
    [{ hashing: 0 }, 'hashing', /whole number from 1 to \d+, got 0/],
    [{ hashing: 2 ** 40 }, 'hashing', /got 1099511627776/],
    [{ hashing: 8, minDf: 2 }, 'hashing', /minDf .* leave them out/],
    [{ hashing: 8, maxFeatures: 4 }, 'hashing', /maxFeatures/],
    [{ hashing: 8, maxDf: 0.5 }, 'hashing', /maxDf/],
  ];
  const weighting = { binary: false, sublinear: false, idf: false, norm: 'none' as const };
  for (const [wrong, option, message] of bad) {
    const options: TermOptions = wrong;
    const make = () => terms('counts', (text: string) => text, options, weighting);
    const error = t.throws(make, { instanceOf: OptionError, message });
    t.is(error.option, option);
  }
});

test('a row without a text is named, in fitting and in computing', async (t) => {
  const feature = textTfidf();
  // Where types are not checked, anything may come from an accessor that promises a string.
  const rows: readonly string[] = JSON.parse('["a text", "another", null]');
  const expectation = {
    instanceOf: FeatureError,
    message: /row 2: expected a text, got null: where text is missing, give ''/,
  };
  await t.throwsAsync(async () => feature.fit(RowView.of(rows)), expectation);
  const fitted = await fitOn(feature, ['a text']);
  const error = await t.throwsAsync(async () => fitted.compute(RowView.of(rows)), expectation);
  t.is(error.row, 2);
  // The row is named by its place in the batch, not in the selection.
  const view = RowView.of(rows).select(Int32Array.of(2));
  await t.throwsAsync(async () => fitted.compute(view), expectation);
  // And a failure leaves nothing behind that shows in the next batch.
  t.deepEqual(entriesOf(await computeOn(fitted, ['text']), 0), [[0, 1]]);
});

test('features whose texts leave no term say why, and what to do', async (t) => {
  const cases: [texts: string[], options: TermOptions, message: RegExp][] = [
    [['', ' ', ''], {}, /^no term is left of 3 texts: all are empty. Does it read the right field\?$/],
    [['a b', 'c', ''], {}, /1 are empty, and .* 'word' with ngrams \[1, 1\].*two letters.*'char'$/],
    [['one two', 'three'], { minDf: 2 }, /there are 3, and none is in at least minDf: 2 and .* Lower minDf/],
    [
      ['ab', 'cd'],
      { analyzer: 'char', ngrams: [7, 7] },
      /analyzer 'char' with ngrams \[7, 7\] takes for a term$/,
    ],
  ];
  for (const [texts, options, message] of cases) {
    for (const make of [tfidf<string>, counts<string>]) {
      const { columns, empty = '' } = await fitOn(
        make((text) => text, options),
        texts,
      );
      t.is(columns, 0);
      t.regex(empty, message);
    }
  }
  t.is((await fitOn(textTfidf(), ['a text'])).empty, undefined);
});
