import test from 'ava';
import fc from 'fast-check';
import { transformsOf } from '../../../../lib/costs/index.js';
import { FeatureError, OptionError } from '../../../../lib/errors.js';
import { define, RowView, transform } from '../../../../lib/features/define/index.js';
import { type EncodeTokens, embedding, tokens } from '../../../../lib/features/embedding/index.js';
import { cutTokens } from '../../../../lib/features/embedding/tokens.js';
import { fitAndCompute } from '../../../support/features.js';
import { fakePipeline, idsOf } from './fakePipeline.js';

const text = (row: string) => row;
const read = (made: ReturnType<typeof tokens<string>>, rows: readonly string[]) =>
  made.read(RowView.of(rows)).map((ids) => [...ids]);

/** The sum of a text's tokens, and their count. */
const sums: EncodeTokens = (all) => all.map((ids) => [ids.reduce((sum, id) => sum + id, 0), ids.length]);

test('tokens are those of the tokenizer, a pipeline or a function, at most as many as the model takes', (t) => {
  const { pipeline } = fakePipeline({ longest: 6 });
  t.deepEqual(read(tokens(pipeline, { text }), ['ab', '']), [idsOf('ab'), idsOf('')]);
  t.deepEqual(read(tokens(pipeline.tokenizer, { text }), ['abcdefgh']), [[101, 97, 98, 99, 100, 102]]);
  t.deepEqual(read(tokens(idsOf, { text, limit: 4 }), ['abcdefgh']), [[101, 97, 98, 102]]);
});

test('tokens cut to fewer keep the special ones at their end', (t) => {
  t.deepEqual([...cutTokens(Int32Array.of(1, 2, 3, 4, 9), 3, 1)], [1, 2, 9]);
  t.deepEqual([...cutTokens(Int32Array.of(1, 2, 3, 4, 9), 3, 0)], [1, 2, 3]);
  t.deepEqual([...cutTokens(Int32Array.of(1, 2, 8, 9), 1, 2)], [9]);
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 2, max: 12 }), (row, limit) => {
      const [ids] = read(tokens(idsOf, { text, limit }), [row]);
      const all = idsOf(row);
      t.true(ids.length <= limit && ids.length === Math.min(limit, all.length));
      t.deepEqual([ids[0], ids.at(-1)], [101, 102]);
      t.deepEqual(ids.slice(0, -1), all.slice(0, ids.length - 1));
    }),
  );
});

test('special tokens at the end are found by what texts have in common', (t) => {
  t.is(tokens(idsOf, { text }).ending, 1);
  t.is(tokens((row: string) => [...idsOf(row), 7], { text }).ending, 2);
  t.is(tokens((row: string) => idsOf(row).slice(1, -1), { text }).ending, 0);
  t.is(tokens((row: string) => idsOf(row).slice(0, -1), { text }).ending, 0, 'one at the beginning');
});

test('several embeddings read tokens that are made once, and nothing else does', async (t) => {
  const { pipeline, tokenized } = fakePipeline();
  const shared = tokens(pipeline, { text });
  const features = define({
    glance: embedding(sums, { tokens: shared, limit: 3, dimensions: 2 }),
    whole: embedding(sums, { tokens: shared, dimensions: 2 }),
  });
  const view = RowView.of(['abcd', 'x']);
  tokenized.length = 0;
  const blocks = await Promise.all(
    features.names.map(async (name) => (await features.get(name).fit(view)).compute(view)),
  );
  t.deepEqual(
    (await Promise.all(blocks)).map(({ values }) => [...values]),
    [
      [101 + 97 + 102, 3, 101 + 120 + 102, 3],
      [101 + 97 + 98 + 99 + 100 + 102, 6, 101 + 120 + 102, 3],
    ],
  );
  t.deepEqual(tokenized, ['abcd', 'x']);
  t.deepEqual([...transformsOf(features).values()], ['1. tokens']);
});

test('texts whose first tokens are equal are encoded once, and a text without tokens is zeros', async (t) => {
  const shared = tokens((row: string) => idsOf(row).slice(1, -1), { text });
  const feature = embedding(sums, { tokens: shared, limit: 2, dimensions: 2 });
  const block = await fitAndCompute(feature, ['abc', 'abd', '', 'b']);
  t.deepEqual([...block.values], [195, 2, 195, 2, 0, 0, 98, 1]);
  t.like(feature.counts, { calls: 1, texts: 2, tokens: 3, padded: 4 });
});

test('a text that is none, or a tokenizer that gives none: an error that names the row', async (t) => {
  const none = tokens(idsOf, { text: (row: string | null) => row as string });
  const failed = t.throws(() => none.read(RowView.of(['a', null])), {
    instanceOf: FeatureError,
    message: /row 1: failed: its text is null; expected a string$/,
  });
  t.is(failed?.row, 1);
  const odd = (row: string) => (row === 'odd' ? [1.5] : [1]);
  t.throws(() => tokens(odd, { text }).read(RowView.of(['a', 'odd'])), {
    message: /row 1: failed: the tokenizer gave .*; expected an array of whole numbers$/,
  });
});

test('the text may be a transform, and tokens say what made them', async (t) => {
  const upper = transform((row: string) => row.toUpperCase());
  const shared = tokens(idsOf, { text: upper, limit: 8 });
  t.is(shared.parent, upper);
  t.deepEqual(read(shared, ['a']), [idsOf('A')]);
  t.deepEqual(embedding(sums, { tokens: shared, limit: 4, dimensions: 2 }).options, {
    dimensions: 2,
    tokens: { limit: 8, maxCharacters: 32_768 },
    limit: 4,
    model: null,
  });
});

test('options that cannot be: errors that name them', (t) => {
  const refused = (make: () => unknown, message: RegExp) =>
    t.throws(make, { instanceOf: OptionError, message });
  refused(() => tokens(7, { text }), /^option 'tokenizer': expected a function/);
  refused(
    () => tokens(Promise.resolve(idsOf), { text }),
    /^option 'tokenizer': expected a tokenizer, got a promise: await it first$/,
  );
  refused(() => tokens(idsOf, { text: 'body' as never }), /^option 'text'/);
  refused(() => tokens(idsOf, { text, limit: 0 }), /^option 'limit'/);
  refused(
    () => tokens(idsOf, { text, limits: 3 } as never),
    /^option 'limits': unknown.*did you mean 'limit'/,
  );
  const shared = tokens(idsOf, { text });
  const both = { tokens: shared, text, dimensions: 2 };
  refused(() => embedding(sums, both as never), /^option 'text': can't go beside 'tokens'/);
  const cut = { tokens: shared, maxCharacters: 5, dimensions: 2 };
  refused(() => embedding(sums, cut as never), /^option 'maxCharacters': belongs to 'tokens'/);
});

test('of a long text only as much is tokenized as its first tokens need, and they are the same', (t) => {
  const { pipeline, tokenized } = fakePipeline({ longest: 4 });
  const long = tokens(pipeline, { text });
  tokenized.length = 0;
  // 32 characters are enough for 4 tokens, and more.
  t.deepEqual(read(long, ['ab cd '.repeat(500)]), [[101, 97, 98, 102]]);
  t.deepEqual(tokenized, ['ab cd ab cd ab cd ab cd ab cd ab']);
  const unspaced = 'x'.repeat(100);
  t.deepEqual(read(long, [unspaced, 'ab cd']), [
    [101, 120, 120, 102],
    [101, 97, 98, 102],
  ]);
});
