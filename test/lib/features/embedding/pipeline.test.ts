import test from 'ava';
import { FeatureError, OptionError } from '../../../../lib/errors.js';
import { RowView } from '../../../../lib/features/define/index.js';
import { embedding, tokens } from '../../../../lib/features/embedding/index.js';
import { fitAndCompute, fitOn } from '../../../support/features.js';
import { fakePipeline } from './fakePipeline.js';

const text = (row: string) => row;

test('texts of a pipeline are padded to the longest of their batch alone, and padding is masked', async (t) => {
  const { pipeline, batches } = fakePipeline();
  const feature = embedding(pipeline, { text, dimensions: 3, batch: 2, normalize: false });
  const block = await fitAndCompute(feature, ['abcd', '', 'b', 'abc']);
  t.deepEqual(batches, [
    {
      ids: [
        [101, 97, 98, 99, 100, 102],
        [101, 97, 98, 99, 102, 0],
      ],
      mask: [
        [1, 1, 1, 1, 1, 1],
        [1, 1, 1, 1, 1, 0],
      ],
    },
    {
      ids: [
        [101, 98, 102],
        [101, 102, 0],
      ],
      mask: [
        [1, 1, 1],
        [1, 1, 0],
      ],
    },
  ]);
  // The means of tokens, of places 0 … n - 1, and of 1.
  const expected = [597 / 6, 2.5, 1, 203 / 2, 0.5, 1, 301 / 3, 1, 1, 497 / 5, 2, 1];
  t.deepEqual([...block.values], [...Float32Array.from(expected)]);
  t.deepEqual({ ...feature.counts }, { calls: 2, texts: 4, tokens: 16, padded: 18 });
});

test('vectors are means of length 1 unless options say otherwise', async (t) => {
  const { pipeline } = fakePipeline();
  const of = async (more: object) => [
    ...(await fitAndCompute(embedding(pipeline, { text, dimensions: 3, ...more }), ['a'])).values,
  ];
  const size = Math.hypot(100, 1, 1);
  t.deepEqual(await of({}), [...Float32Array.of(100 / size, 1 / size, 1 / size)]);
  t.deepEqual(await of({ pooling: 'cls', normalize: false }), [101, 0, 1]);
  t.deepEqual(await of({ pooling: 'last_token', normalize: false }), [102, 2, 1]);
});

test('a limit cuts texts to so many tokens, and shared tokens give the same vectors', async (t) => {
  const { pipeline, batches } = fakePipeline();
  const rows = ['abcdefgh', 'xy'];
  const own = await fitAndCompute(embedding(pipeline, { text, limit: 4, dimensions: 3 }), rows);
  t.deepEqual(batches[0].ids, [
    [101, 97, 98, 102],
    [101, 120, 121, 102],
  ]);
  const shared = tokens(pipeline, { text });
  t.deepEqual(
    await fitAndCompute(embedding(pipeline, { tokens: shared, limit: 4, dimensions: 3 }), rows),
    own,
  );
});

test('a pipeline states its model, and how vectors are pooled', (t) => {
  const { pipeline } = fakePipeline();
  t.deepEqual(embedding(pipeline, { text, limit: 8, dimensions: 3, pooling: 'cls' }).options, {
    dimensions: 3,
    maxCharacters: 32_768,
    limit: 8,
    model: {
      name: 'fake',
      type: 'bert',
      layers: 2,
      vocabulary: 128,
      dtype: 'fp32',
      pooling: 'cls',
      normalize: true,
    },
  });
});

test('a pipeline that was disposed of, and a model without hidden states: errors say so', async (t) => {
  const { pipeline } = fakePipeline();
  const feature = await fitOn(embedding(pipeline, { text, dimensions: 3 }), []);
  pipeline.dispose();
  await t.throwsAsync(async () => feature.compute(RowView.of(['a'])), {
    instanceOf: FeatureError,
    message: /the encoder failed on a text: the pipeline was disposed of/,
  });
  const headed = {
    ...fakePipeline().pipeline,
    task: 'feature-extraction',
    model: async () => ({ scores: 1 }),
  };
  const other = await fitOn(embedding(headed, { text, dimensions: 3 }), []);
  await t.throwsAsync(async () => other.compute(RowView.of(['a', 'b'])), {
    message:
      /the model gave no vectors of tokens: expected last_hidden_state of 2 texts x tokens x dimensions, got none$/,
  });
  const wide = await fitOn(embedding(fakePipeline().pipeline, { text, dimensions: 384 }), []);
  await t.throwsAsync(async () => wide.compute(RowView.of(['a'])), {
    message: /gave a tensor of 1 x 3; expected dimensions: 384$/,
  });
});

test('pipelines of other tasks, and options that cannot be: errors that name them', (t) => {
  const refused = (task: string, more: object, message: RegExp) =>
    t.throws(() => embedding(fakePipeline({ task }).pipeline, { text, dimensions: 3, ...more }), {
      instanceOf: OptionError,
      message,
    });
  refused(
    'text-classification',
    {},
    /^option 'encode': expected a pipeline of the task 'feature-extraction', got one of "text-classification".*transformersModel/,
  );
  refused(
    'feature-extraction',
    { pooling: 'max' },
    /^option 'pooling': expected 'mean', 'cls', 'last_token'/,
  );
  refused('feature-extraction', { normalize: 1 }, /^option 'normalize'/);
  refused('feature-extraction', { limit: 0 }, /^option 'limit'/);
  const { tokenizer: _, ...without } = fakePipeline().pipeline;
  t.throws(() => embedding({ ...without, tokenizer: null }, { text, dimensions: 3 }), {
    message: /^option 'encode': expected a pipeline with a tokenizer and a model/,
  });
});
