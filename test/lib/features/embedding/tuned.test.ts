import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { textWorld } from '../../../../datasets/index.js';
import {
  Cascade,
  define,
  type Encode,
  type EncodeTokens,
  embedding,
  type Feature,
  logisticRegression,
  tfidf,
  tokens,
  tune,
  UnstableFeature,
} from '../../../../index.js';
import { featureCache } from '../../../../lib/features/cache/index.js';
import { profileOf } from '../../../support/agreement.js';
import { FakeClock } from '../../../support/fakeClock.js';
import { folderFor } from '../../../support/files.js';
import { hastyClock } from '../../../support/hastyClock.js';
import { listening } from './encoders.js';
import { FakeTensor, fakePipeline } from './fakePipeline.js';

const { rows, labels } = textWorld({ rows: 500, seed: 3, classes: 2, bodyWords: 8, easy: 0.7 });
type Document = (typeof rows)[number];
const text = ({ title, body }: Document) => `${title} ${body}`;

/** How often each letter occurs: what a model can learn from. */
function letters(given: string): number[] {
  const counts = new Array<number>(26).fill(0);
  for (const letter of given.toLowerCase()) {
    const place = letter.charCodeAt(0) - 97;
    if (place >= 0 && place < 26) counts[place]++;
  }
  return counts;
}

const tuned = (features: Record<string, Feature<Document>>, more: object = {}) =>
  tune({
    features: define(features),
    rows,
    labels,
    full: logisticRegression(),
    bound: { loss: 'disagreement', epsilon: 0.1, delta: 0.05 },
    split: { folds: 2 },
    seed: 1,
    clock: hastyClock,
    ...more,
  });

test('tune encodes each row once, and at most 256 again', async (t) => {
  const { calls, encode } = listening((texts) => texts.map(letters));
  const count = () => calls.reduce((sum, { length }) => sum + length, 0);
  const meaning = embedding(encode, { text, dimensions: 26 });
  const title = tfidf(({ title }: Document) => title);
  await tuned({ title, meaning });
  const texts = new Set(rows.map(text)).size;
  t.true(count() >= texts && count() <= rows.length + 256, `${count()} of ${rows.length}`);
  t.is(count(), meaning.counts.texts);
  calls.length = 0;
  await tuned({ title, meaning: { ...meaning, expensive: false } });
  t.true(count() > rows.length + 256, 'what looks cheap is computed to be measured');
});

test('a saved cascade answers by the same encoder, and equal texts are encoded once while it serves', async (t) => {
  const { calls, encode } = listening((texts) => texts.map(letters));
  const options = { text, dimensions: 26, version: 'letters 1' };
  const features = { meaning: embedding(encode, options) };
  const profile = profileOf({ meaning: 100 }, ['logistic-regression']);
  const cascade = await tuned(features, { profile });
  const path = join(await folderFor(t), 'letters.cascade');
  await cascade.save(path);
  const served = await Cascade.load(path, { features: define(features) });
  const some = rows.slice(0, 5);
  calls.length = 0;
  const first = await served.predict([...some, ...some]);
  t.is(calls.flat().length, new Set(some.map(text)).size);
  t.deepEqual((await served.predict(some)).labels, first.labels.slice(0, 5));
  t.is(calls.flat().length, new Set(some.map(text)).size, 'the second call finds them in memory');
  const other = define({ meaning: embedding(encode, { ...options, version: 'letters 2' }) });
  t.is((await Cascade.load(path, { features: other })).certificate.verdict, 'void');
});

test('vectors that differ in another batch are refused by name, with both numbers and the tolerance', async (t) => {
  // Scaled by the largest of the batch, as a network that is quantised is.
  const scaled = (texts: string[]) => {
    const all = texts.map(letters);
    const most = Math.max(...all.flat());
    return all.map((counts) => counts.map((count) => count / most));
  };
  const meaning = (tolerance: number) => ({
    meaning: embedding(listening(scaled).encode, { text, dimensions: 26, tolerance }),
  });
  const profile = profileOf({ meaning: 100 }, ['logistic-regression']);
  const error = await t.throwsAsync(tuned(meaning(1e-3), { profile }), {
    instanceOf: UnstableFeature,
    message:
      /^feature 'meaning', row \d+: column \d+ is .* in a batch of \d+ rows, and .* by itself.*tolerance 0.001/,
  });
  t.not(error?.batch, error?.alone);
  await t.notThrowsAsync(tuned(meaning(1), { profile }));
});

test('an encoder that fails or hangs while a cascade is tuned is named, and nothing is left half-tuned', async (t) => {
  const profile = profileOf({ meaning: 100 }, ['logistic-regression']);
  const failing = embedding(
    () => {
      throw new Error('no memory');
    },
    { text, dimensions: 26 },
  );
  await t.throwsAsync(tuned({ meaning: failing }, { profile }), {
    message: /^feature 'meaning': the encoder failed on 32 texts: no memory$/,
  });
  const odd = embedding(
    (texts) => texts.map((each, i) => (i === 3 ? letters(each).fill(Number.NaN) : letters(each))),
    {
      text,
      dimensions: 26,
    },
  );
  await t.throwsAsync(tuned({ meaning: odd }, { profile }), {
    message: /^feature 'meaning', row \d+: the encoder gave NaN as number 0 of a vector/,
  });
  const hanging = embedding(() => new Promise<never>(() => {}), { text, dimensions: 26, timeoutMs: 1 });
  await t.throwsAsync(tuned({ meaning: hanging }, { profile }), {
    message: /^feature 'meaning': the encoder gave no vectors of 32 texts within 1 ms/,
  });
});

test('a second cache needs a version, and none is made where it is declined', (t) => {
  const { encode } = listening();
  const tier = { get: async () => [], set: async () => {} };
  const cache = featureCache({ maxBytes: 1e6, tier });
  t.throws(() => embedding(encode, { text, dimensions: 3, cache }), {
    message: /^option 'cache': .*'version'/,
  });
  t.truthy(embedding(encode, { text, dimensions: 3, cache, version: '1' }).served);
  t.is(embedding(encode, { text, dimensions: 3, cache: false }).served, undefined);
});

test('tokens are profiled once for the embeddings that share them, and cheaper looks by themselves', async (t) => {
  const split = (given: string) => [0, ...Array.from(given, (letter) => letter.charCodeAt(0)), 1];
  const shared = tokens(split, { text });
  const of = (limit: number) =>
    embedding((all) => all.map((ids) => letters(String.fromCharCode(...ids))), {
      tokens: shared,
      limit,
      dimensions: 26,
    });
  const cascade = await tuned({ glance: of(12), whole: of(400) });
  t.deepEqual(Object.keys(cascade.profile.transforms), ['1. tokens']);
  for (const name of ['glance', 'whole'] as const) {
    const { reads, entries, cost, importance } = cascade.profile.features[name];
    t.deepEqual(reads, ['1. tokens']);
    t.is(entries, 26);
    // On a busy machine the line through the times may be flat.
    t.true(cost.fixed + cost.perRow > 0 && importance !== undefined);
  }
});

test('first layers on first tokens answer in a stage, and a saved cascade has them without more state', async (t) => {
  const split = (given: string) => [0, ...Array.from(given, (letter) => letter.charCodeAt(0)), 1];
  const ids = tokens(split, { text });
  const encode: EncodeTokens = Object.assign(
    (all: Int32Array[]) => all.map((each) => letters(String.fromCharCode(...each))),
    {
      layers: 3,
      upTo: async (): Promise<EncodeTokens> => (all) => encode(all, { signal: new AbortController().signal }),
    },
  );
  const of = () => embedding(encode, { tokens: ids, dimensions: 26, version: '1', cache: false });
  const meaning = of();
  const names = ['meaning@1l40t', 'meaning@1l'] as const;
  const [short, shallow] = names;
  const profile = profileOf({ meaning: 1_000, [short]: 1, [shallow]: 100 }, ['logistic-regression']);
  const cascade = await tuned({ meaning }, { profile });
  const read = cascade.plan.stages.flatMap(({ features }): readonly string[] => features);
  t.true(
    names.some((name) => read.includes(name)),
    read.join(),
  );
  t.deepEqual(cascade.plan.full.features, ['meaning']);
  t.true(meaning.counts.texts <= rows.length + 256, `${meaning.counts.texts}`);
  const path = join(await folderFor(t), 'layers.cascade');
  await cascade.save(path);
  const served = await Cascade.load(path, { features: define({ meaning: of() }) });
  t.deepEqual((await served.predict(rows)).labels, (await cascade.predict(rows)).labels);
});

test('layers that take longer to open than a batch may take are no failure of tune', async (t) => {
  let isOpen = false;
  const encode: Encode = Object.assign((texts: string[]) => texts.map(letters), {
    layers: 3,
    upTo: async (): Promise<Encode> => {
      // Longer than the vectors of a batch may take.
      await sleep(100);
      isOpen = true;
      return (texts) => texts.map(letters);
    },
  });
  const meaning = embedding(encode, { text, dimensions: 26, cache: false, timeoutMs: 50 });
  const profile = profileOf({ meaning: 1_000, 'meaning@1l': 1 }, ['logistic-regression']);
  const { plan } = await tuned({ meaning }, { profile });
  t.true(isOpen);
  t.true(plan.stages.some(({ features }) => features.some((name) => name === 'meaning@1l')));
});

test('an encoder that goes on from its first layers costs the difference after them', async (t) => {
  const clock = new FakeClock();
  const { pipeline } = fakePipeline({ longest: 400 });
  // First layers are off by what those after them take back: they have numbers of their own.
  const model = (us: number, off: number) => async (inputs: Record<string, FakeTensor>) => {
    const { input_ids: ids, hidden_states: states } = inputs;
    const [texts, width] = ids.dims;
    clock.work(us * texts);
    const vectors = Float32Array.from({ length: texts * width * 26 }, (_, i) => {
      const before = Number(ids.data[Math.floor(i / 26)]) === 97 + (i % 26) ? 1 : 0;
      return (states === undefined ? before : Number(states.data[i])) + (i % 26 === 0 ? off : 0);
    });
    return { last_hidden_state: new FakeTensor('float32', vectors, [texts, width, 26]) };
  };
  const part = (us: number, off = 0) => ({
    ...pipeline,
    task: 'feature-extraction',
    model: model(us, off),
  });
  const encoder = { ...part(900), layers: 3, upTo: () => part(300, 0.5), after: () => part(600, -0.5) };
  const meaning = embedding(encoder, { text, dimensions: 26, cache: false });
  const cascade = await tuned({ meaning }, { clock, fidelities: 2 });
  const { meaning: whole, 'meaning@1l': first } = cascade.profile.features;
  t.is(Math.round(whole.cost.perRow), 900);
  t.is(Math.round(whole.goingOn?.cost.perRow ?? 0), 600);
  t.is(Math.round(cascade.profile.transforms['meaning@1l'].perRow), 300);
  t.deepEqual(first.reads, whole.goingOn?.reads);
  t.is(first.reads.at(-1), 'meaning@1l');
});
