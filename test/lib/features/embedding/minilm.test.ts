import anyTest, { type TestFn } from 'ava';
import { RowView } from '../../../../lib/features/define/index.js';
import { embedding, tokens } from '../../../../lib/features/embedding/index.js';
import { fitAndCompute, fitOn } from '../../../support/features.js';
import { isMiniLMHere, miniLM, type RealPipeline, WITHOUT_MINILM } from '../../../support/minilm.js';

/** The feature on a real encoder. */

const test = anyTest as TestFn<{ encoder: RealPipeline }>;
const live = isMiniLMHere ? test : test.skip;

test.before(async (t) => {
  if (isMiniLMHere) t.context.encoder = await miniLM();
});

const text = (row: string) => row;
const dimensions = 384;
const SENTENCES = [
  'That is a happy person',
  'That is a happy dog',
  'That is a very happy person',
  'Today is a sunny day',
];

const dot = (values: ArrayLike<number>, a: number, b: number) => {
  let sum = 0;
  for (let c = 0; c < dimensions; c++) sum += values[a * dimensions + c] * values[b * dimensions + c];
  return sum;
};

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, i) => Math.abs(value - b[i])).reduce((most, each) => Math.max(most, each), 0);

live(`similarities of sentences are the published ones ${WITHOUT_MINILM}`, async (t) => {
  const { values } = await fitAndCompute(embedding(t.context.encoder, { text, dimensions }), SENTENCES);
  const published = [0.6945, 0.9429, 0.2569];
  published.forEach((similarity, i) => {
    t.true(Math.abs(dot(values, 0, i + 1) - similarity) < 2e-4, `${dot(values, 0, i + 1)}`);
  });
});

live(
  `vectors are those of the pipeline itself, by every pooling, in any batch ${WITHOUT_MINILM}`,
  async (t) => {
    const { encoder } = t.context;
    const rows = [...SENTENCES, '', '😀', 'half \ud83d', 'one word', 'many '.repeat(60)];
    for (const options of [
      { pooling: 'mean', normalize: true },
      { pooling: 'cls', normalize: false },
    ] as const) {
      const { values } = await fitAndCompute(
        embedding(encoder, { text, dimensions, batch: 4, ...options }),
        rows,
      );
      for (const [i, row] of rows.entries()) {
        const { data, dims } = await encoder([row], options);
        t.deepEqual(dims, [1, dimensions]);
        t.true(largest(data, values.slice(i * dimensions, (i + 1) * dimensions)) < 1e-5, `row ${i}`);
      }
    }
  },
);

live(
  `shared tokens give the same vectors as texts do, and the first tokens alone others ${WITHOUT_MINILM}`,
  async (t) => {
    const { encoder } = t.context;
    const long = 'This sentence goes on about one thing, and then about another, for a while';
    const shared = tokens(encoder, { text });
    const of = (more: object) =>
      fitAndCompute(embedding(encoder, { dimensions, ...more } as never), [long, SENTENCES[0]]);
    const [whole, same, glance, cut] = await Promise.all([
      of({ text }),
      of({ tokens: shared }),
      of({ tokens: shared, limit: 8 }),
      of({ text, limit: 8 }),
    ]);
    t.deepEqual(same, whole);
    t.deepEqual(glance, cut);
    t.true(
      dot([...glance.values.subarray(0, dimensions), ...whole.values.subarray(0, dimensions)], 0, 1) < 0.95,
    );
    t.true(
      largest(glance.values.subarray(dimensions), whole.values.subarray(dimensions)) < 1e-5,
      'a short one is whole',
    );
  },
);

live(`a million characters are cut, and a disposed pipeline is named ${WITHOUT_MINILM}`, async (t) => {
  const own = await miniLM();
  const feature = await fitOn(embedding(own, { text, dimensions, limit: 16, maxCharacters: 1_000 }), []);
  const [million, cut] = await Promise.all(
    ['word '.repeat(200_000), 'word '.repeat(200)].map(async (row) => feature.compute(RowView.of([row]))),
  );
  t.deepEqual(million, cut);
  await own.dispose();
  await t.throwsAsync(async () => feature.compute(RowView.of(['a'])), {
    message: /the encoder failed on a text: the pipeline was disposed of/,
  });
});

live(
  `the first tokens of a long text are those of the whole, whatever it is made of ${WITHOUT_MINILM}`,
  (t) => {
    const { encoder } = t.context;
    const whole = (row: string) =>
      (encoder.tokenizer as unknown as { encode(text: string): number[] }).encode(row);
    const rows = [
      'antidisestablishmentarianism '.repeat(40),
      'x'.repeat(3_000),
      `${'   '.repeat(400)}a few words after much space ${'and more '.repeat(200)}`,
      '汉字没有空格'.repeat(100),
      'a-b_c/d.e:f'.repeat(100),
      '😀😀 é e\u0301 '.repeat(80),
      'the quick brown fox jumps over the lazy dog, again and again; '.repeat(40),
    ];
    for (const limit of [8, 32]) {
      const made = tokens(encoder, { text, limit }).read(RowView.of(rows));
      rows.forEach((row, i) => {
        const all = whole(row);
        const expected = all.length <= limit ? all : [...all.slice(0, limit - 1), all[all.length - 1]];
        t.deepEqual([...made[i]], expected, `${limit} of ${row.slice(0, 20)}`);
      });
    }
  },
);
