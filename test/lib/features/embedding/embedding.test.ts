import test from 'ava';
import fc from 'fast-check';
import { FeatureError, OptionError } from '../../../../lib/errors.js';
import { type FittedFeature, RowView, transform } from '../../../../lib/features/define/index.js';
import {
  type Encode,
  embedding,
  type TextEmbeddingOptions,
  type Vectors,
} from '../../../../lib/features/embedding/index.js';
import { fitAndCompute, fitOn } from '../../../support/features.js';
import { listening, vectorOf } from './encoders.js';

const text = (row: string) => row;
const options: TextEmbeddingOptions<string> = { text, dimensions: 3 };
const fitted = (encode: Encode, more: Partial<TextEmbeddingOptions<string>> = {}) =>
  fitOn(embedding(encode, { ...options, ...more }), []);
const numbers = async (feature: FittedFeature<string>, rows: readonly string[]) => [
  ...(await feature.compute(RowView.of(rows))).values,
];

const shapes: Readonly<Record<string, (texts: string[]) => Vectors>> = {
  'an array of each': (texts) => texts.map(vectorOf),
  'a typed array of each': (texts) => texts.map((each) => Float64Array.from(vectorOf(each))),
  'one typed array of all': (texts) => Float32Array.from(texts.flatMap(vectorOf)),
  'one array of all': (texts) => texts.flatMap(vectorOf),
  'a tensor': (texts) => ({ data: Float32Array.from(texts.flatMap(vectorOf)), dims: [texts.length, 3] }),
};

for (const [what, encode] of Object.entries(shapes)) {
  test(`vectors as ${what}, or promised, are a block of its dimensions, scaled as one`, async (t) => {
    const rows = ['bee', 'a', '', 'cicada', 'a'];
    const expected = rows.flatMap(vectorOf);
    const block = await fitAndCompute(embedding(encode, options), rows);
    t.like(block, { kind: 'dense', rows: 5, columns: 3, scaling: 'block' });
    t.deepEqual([...block.values], expected);
    const later = await fitAndCompute(
      embedding(async (texts: string[]) => encode(texts), options),
      rows,
    );
    t.deepEqual(later, block);
  });
}

test('any texts, in any selection and batches of any size, get their own vectors in their order', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string(), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      async (rows, batch, isAsync) => {
        const encode: Encode = isAsync
          ? async (texts) => texts.map(vectorOf)
          : (texts) => texts.map(vectorOf);
        const feature = await fitted(encode, { batch });
        t.deepEqual(await numbers(feature, rows), rows.flatMap(vectorOf));
        const some = Int32Array.from([...rows.keys()].reverse());
        const block = await feature.compute(RowView.of(rows).select(some));
        t.deepEqual([...block.values], [...rows].reverse().flatMap(vectorOf));
      },
    ),
  );
});

test('equal texts are encoded once, similar lengths together, and a batch is no larger than allowed', async (t) => {
  const { calls, encode } = listening();
  const feature = embedding(encode, { ...options, batch: 2 });
  await fitAndCompute(feature, ['ccc', 'a', 'bb', 'ccc', 'dddd', 'a', 'eeeee']);
  t.deepEqual(calls, [['eeeee', 'dddd'], ['ccc', 'bb'], ['a']]);
  t.deepEqual({ ...feature.counts }, { calls: 3, texts: 5, tokens: 15, padded: 17 });
  t.like((await fitOn(feature, [])).counts?.(), { roundTrips: 3, keys: 5 });
});

test('a function that returns its vectors is not waited for, and no row means no call', async (t) => {
  const { calls, encode } = listening();
  const feature = await fitted(encode);
  t.false(feature.compute(RowView.of(['a'])) instanceof Promise);
  t.deepEqual(feature.compute(RowView.of<string>([])), { ...feature.compute(RowView.of<string>([])) });
  t.is(calls.length, 1);
});

test('the text may be a transform, which is read once', async (t) => {
  let reads = 0;
  const upper = transform((row: string) => {
    reads++;
    return row.toUpperCase();
  });
  const feature = embedding(listening().encode, { text: upper, dimensions: 3 });
  t.deepEqual(feature.reads, [upper]);
  t.deepEqual([...(await fitAndCompute(feature, ['ab', 'c'])).values], ['AB', 'C'].flatMap(vectorOf));
  t.is(reads, 2);
});

test('lone surrogates reach the encoder as U+FFFD, and emoji as they are', async (t) => {
  const { calls, encode } = listening();
  await numbers(await fitted(encode), ['a\ud83d', '😀!']);
  t.deepEqual(calls, [['😀!', 'a\ufffd']]);
});

test('a million characters are cut to maxCharacters, between characters, and that is said once', async (t) => {
  const warnings: Error[] = [];
  const listen = (warning: Error) => warnings.push(warning);
  process.on('warning', listen);
  t.teardown(() => process.off('warning', listen));
  const { calls, encode } = listening();
  const long = 'x'.repeat(1_000_000);
  await numbers(await fitted(encode), [long]);
  t.is(calls[0][0].length, 32_768);
  const short = await fitted(encode, { maxCharacters: 4 });
  await numbers(short, ['abc😀', long, 'abcd']);
  t.deepEqual(calls[1], ['xxxx', 'abcd', 'abc']);
  await new Promise(setImmediate);
  const cuts = warnings.filter((warning) => 'code' in warning && warning.code === 'SPILLWAY_TEXT_CUT');
  t.is(cuts.length, 2, 'once a feature');
  t.regex(cuts[1].message, /a text of 5 characters was cut to 4.*maxCharacters/);
});

const wrong: readonly (readonly [what: string, encode: Encode, message: RegExp, row?: number])[] = [
  ['fewer vectors', (all) => all.slice(1).map(vectorOf), /the encoder gave 2 vectors for 3 texts$/],
  ['more vectors', (all) => [...all, 'x'].map(vectorOf), /the encoder gave 4 vectors for 3 texts$/],
  ['fewer numbers', () => new Float32Array(6), /gave 6 numbers; expected 3 texts x 3 dimensions = 9$/],
  ['one promise too many', () => [], /gave 0 vectors for 3 texts$/],
  [
    'another width',
    (all) => all.map(() => [1, 2]),
    /row 0: the encoder gave a vector of 2 numbers; expected dimensions: 3$/,
    0,
  ],
  [
    'a width that changes',
    (all) => all.map((each) => (each === 'two' ? [1] : vectorOf(each))),
    /row 2: the encoder gave a vector of 1 numbers; expected dimensions: 3$/,
    2,
  ],
  [
    'a tensor of another width',
    (all) => ({ data: new Float32Array(all.length * 4), dims: [all.length, 4] }),
    /3 x 4; expected dimensions: 3$/,
  ],
  ['a tensor of fewer', () => ({ data: new Float32Array(3), dims: [1, 3] }), /gave 1 vectors for 3 texts$/],
  [
    'a tensor that is not pooled',
    (all) => ({ data: new Float32Array(all.length * 15), dims: [all.length, 5, 3] }),
    /gave a tensor of 3 x 5 x 3; expected 3 texts x 3 dimensions; pool the vectors of the tokens/,
  ],
  [
    'NaN',
    (all) => all.map((each) => (each === 'one' ? [1, Number.NaN, 1] : vectorOf(each))),
    /row 1: the encoder gave NaN as number 1 of a vector; expected a finite number$/,
    1,
  ],
  ['a number too large', (all) => all.map(() => [1e39, 0, 0]), /gave 1e\+39 as number 0/, 0],
  [
    'a function that throws',
    () => {
      throw new Error('out of memory');
    },
    /the encoder failed on 3 texts: out of memory$/,
  ],
  ['a promise that rejects', () => Promise.reject(new Error('no session')), /failed on 3 texts: no session$/],
  ['text', () => 'vectors' as never, /gave "vectors"; expected an array of vectors/],
  ['nothing', () => undefined as never, /gave undefined; .*does the function return what it computes\?$/],
  [
    'a tensor of TensorFlow.js',
    () => ({ shape: [3, 3], dataSync() {} }) as never,
    /return await tensor\.data\(\)$/,
  ],
];

for (const [what, encode, message, row] of wrong) {
  test(`${what}: an error that names the row where one is to blame`, async (t) => {
    const feature = await fitted(encode);
    const error = await t.throwsAsync(numbers(feature, ['zero', 'one', 'two']), {
      instanceOf: FeatureError,
      message,
    });
    t.is(error?.row, row);
  });
}

for (const [what, value] of [
  ['null', null],
  ['undefined', undefined],
  ['a number', 7],
] as const) {
  test(`${what} for a text: an error that names the row, or costs that row alone`, async (t) => {
    const feature = await fitOn(
      embedding(listening().encode, {
        text: (row: string | null) => (row === 'bad' ? value : row) as string,
        dimensions: 3,
      }),
      [],
    );
    const rows = ['good', 'bad', 'fine'];
    const error = t.throws(() => void feature.compute(RowView.of(rows)), {
      instanceOf: FeatureError,
      message: /row 1: its text is .*; expected a string$/,
    });
    t.is(error?.row, 1);
    const lost: number[] = [];
    const block = await feature.compute(RowView.of(rows), { missing: (row) => lost.push(row) });
    t.deepEqual(lost, [1]);
    t.deepEqual(
      [...block.values.subarray(0, 3), ...block.values.subarray(6)],
      ['good', 'fine'].flatMap(vectorOf),
    );
  });
}

test('a failure costs its own texts: a wrong vector that text, a failed call its batch', async (t) => {
  const encode: Encode = async (texts) => {
    if (texts.includes('fail')) throw new Error('refused');
    return texts.map((each) => (each === 'nan' ? [Number.NaN, 0, 0] : vectorOf(each)));
  };
  const feature = await fitted(encode, { batch: 2 });
  const rows = ['failing', 'fail', 'nan', 'no', 'nan'];
  const lost: string[] = [];
  await feature.compute(RowView.of(rows), { missing: (row, error) => lost.push(`${row} ${error.message}`) });
  t.deepEqual(
    lost.map((each) => each.replace(/feature ''(, row \d+)?: /, '')),
    [
      '0 the encoder failed on 2 texts: refused',
      '1 the encoder failed on 2 texts: refused',
      '2 the encoder gave NaN as number 0 of a vector; expected a finite number',
      '4 the encoder gave NaN as number 0 of a vector; expected a finite number',
    ],
  );
});

test('options that cannot be: errors that name them', (t) => {
  const encode = listening().encode;
  const refused = (more: object, message: RegExp, given: unknown = encode) =>
    t.throws(() => embedding(given as Encode, { ...options, ...more } as never), {
      instanceOf: OptionError,
      message,
    });
  refused({ dimensions: 0 }, /^option 'dimensions': expected a whole number of at least 1/);
  refused({ dimension: 3 }, /^option 'dimension': unknown.*did you mean 'dimensions'/);
  refused(
    { text: undefined },
    /^option 'text': expected a function of a row, or a transform, got undefined$/,
  );
  refused({ text: 'body' }, /^option 'text': expected a function of a row/);
  refused({ tokens: transform(text), text: undefined }, /^option 'tokens': expected what tokens\(\) made/);
  refused({ limit: 32 }, /^option 'limit': counts tokens/);
  refused({ pooling: 'mean' }, /^option 'pooling': is for pipelines/);
  refused({ normalize: true }, /^option 'normalize': is for pipelines/);
  refused({ batch: 0 }, /^option 'batch'/);
  refused({ cache: new Map() }, /^option 'cache': expected what featureCache\(\) made, or false/);
  refused({ scaling: 'rows' }, /^option 'scaling': expected 'columns', 'block'/);
  refused({ timeoutMs: 0 }, /^option 'timeoutMs'/);
  refused({ retries: -1 }, /^option 'retries'/);
  refused({ price: -1 }, /^option 'price'/);
  refused({ tolerance: Number.NaN }, /^option 'tolerance'/);
  refused({ maxCharacters: 0 }, /^option 'maxCharacters'/);
  refused(
    {},
    /^option 'encode': expected a feature-extraction pipeline or a function of texts, got a promise: await it first$/,
    Promise.resolve(encode),
  );
  refused({}, /^option 'encode': .*got null/, null);
});

test('what changes its values is stated; its scaling and batches are not', (t) => {
  const stated = embedding(listening().encode, { ...options, version: 'v1', scaling: 'columns', batch: 7 });
  t.is(stated.version, 'v1');
  t.deepEqual(stated.options, { dimensions: 3, maxCharacters: 32_768, limit: null, model: null });
  t.true(stated.expensive);
});
