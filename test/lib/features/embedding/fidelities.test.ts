import test from 'ava';
import fc from 'fast-check';
import { FeatureError, OptionError } from '../../../../lib/errors.js';
import { type FeatureStep, type FittedFeature, RowView } from '../../../../lib/features/define/index.js';
import {
  type Encode,
  type EncodeTokens,
  embedding,
  type FeatureExtraction,
  tokens,
} from '../../../../lib/features/embedding/index.js';
import { KeptStates } from '../../../../lib/features/embedding/keptStates.js';
import { proposedLooks, sizeReading } from '../../../../lib/features/embedding/proposedLooks.js';
import { FakeTimer } from '../../../support/fakeTimer.js';
import { fitOn } from '../../../support/features.js';
import { vectorOf } from './encoders.js';
import { FakeTensor, fakePipeline, idsOf } from './fakePipeline.js';

const text = (row: string) => row;
const options = { text, dimensions: 3 };

async function fidelitiesOf(feature: Parameters<typeof fitOn<string>>[0]) {
  const { fidelities, ...alone } = await fitOn(feature, []);
  if (fidelities === undefined) throw new Error('expected fidelities');
  return { fidelities, alone };
}

async function valuesOf({ compute }: FittedFeature<string>, view: RowView<string>) {
  const block = await compute(view);
  if (block.kind !== 'dense') throw new Error('expected a dense block');
  return [...block.values];
}

const each = (steps: readonly FeatureStep<string>[], view: RowView<string>) =>
  Promise.all(steps.map(({ fitted }) => valuesOf(fitted, view)));

test('texts are cut where a part of all is left, to two digits', (t) => {
  t.is(sizeReading([40, 10, 10], 1 / 2), 10);
  // 10 and 10 are whole, and of 40 there are 25.
  t.is(sizeReading([40, 10, 10], 3 / 4), 25);
  t.is(sizeReading([1_000, 1_000], 1 / 8), 130);
  t.is(sizeReading([3, 3], 1 / 2), 2);
  t.is(sizeReading([], 1 / 2), 0);
  t.is(sizeReading([0, 0], 1 / 2), 0);
});

test('a part of all is left, up to the rounding, whatever the sizes', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(5_000), { minLength: 1 }),
      fc.constantFrom(1 / 8, 1 / 4, 1 / 2),
      (sizes, part) => {
        const all = sizes.reduce((sum, size) => sum + size, 0);
        const left = (cut: number) => sizes.reduce((sum, size) => sum + Math.min(size, cut), 0);
        const cut = sizeReading(sizes, part);
        t.true(left(Math.ceil(cut * 1.06) + 1) >= part * all, `${cut} is too short`);
        t.true(left(Math.floor(cut / 1.06) - 1) <= part * all, `${cut} is too long`);
      },
    ),
  );
});

test('looks read a third or a sixth of the layers, of encoders in one piece fewer tokens', (t) => {
  const sizes = [64, 64, 32, 16];
  const looks = (layers: number, most: number) =>
    proposedLooks(sizes, layers, 8, most).map(({ layers: l, size }) => [l, size]);
  // Half of all 176 tokens: 4 of 22. A quarter: 4 of 11; an eighth is too few.
  t.deepEqual(looks(6, 4), [
    [1, 11],
    [2, 24],
    [2, undefined],
  ]);
  t.deepEqual(looks(6, 1), [[2, 24]]);
  t.deepEqual(looks(12, 2), [
    [4, 24],
    [4, undefined],
  ]);
  t.deepEqual(looks(1, 4), [[undefined, 11]]);
  t.deepEqual(proposedLooks([4, 5], 6, 8, 4), [{ layers: 2 }], 'short texts have no shorter beginnings');
});

test('texts in steps: tokens are made once, cut ones keep their end, and the last step is the feature', async (t) => {
  const { pipeline, batches, tokenized } = fakePipeline();
  const { fidelities, alone } = await fidelitiesOf(embedding(pipeline, options));
  const rows = ['abcdefgh', 'b', 'abcxyz', 'b', '', 'half \ud83d'];
  const expected = await valuesOf(alone, RowView.of(rows));
  const whole = batches.splice(0);
  tokenized.length = 0;
  const view = RowView.of([...rows]);
  const steps = fidelities.inSteps(['4t', '5t']);
  t.deepEqual(await valuesOf(steps[2].fitted, view), expected);
  t.deepEqual(batches.splice(0), whole, 'the very calls that it makes alone');
  await valuesOf(steps[0].fitted, view);
  // Texts that are equal up to there are encoded once.
  t.deepEqual(batches.splice(0), [
    {
      ids: [
        [101, 97, 98, 102],
        [101, 104, 97, 102],
        [101, 98, 102, 0],
        [101, 102, 0, 0],
      ],
      mask: [
        [1, 1, 1, 1],
        [1, 1, 1, 1],
        [1, 1, 1, 0],
        [1, 1, 0, 0],
      ],
    },
  ]);
  await valuesOf(steps[1].fitted, view);
  t.is(tokenized.length, rows.length);
  t.deepEqual(
    steps.map(({ reads }) => reads.map(({ name }) => name)),
    [['tokens'], ['tokens'], ['tokens']],
  );
  t.is(steps[0].reads[0], steps[2].reads[0]);
});

test('shared tokens in steps: the same values, and a limit still holds', async (t) => {
  const { pipeline } = fakePipeline();
  const shared = tokens<string>(pipeline, { text });
  const view = RowView.of(['abcdefgh', 'xy']);
  const of = async (more: object) =>
    valuesOf(await fitOn(embedding(pipeline, { tokens: shared, dimensions: 3, ...more }), []), view);
  const { fidelities } = await fidelitiesOf(embedding(pipeline, { tokens: shared, limit: 6, dimensions: 3 }));
  const steps = fidelities.inSteps(['3t', '9t']);
  t.deepEqual(await each(steps, view), [
    await of({ limit: 3 }),
    await of({ limit: 6 }),
    await of({ limit: 6 }),
  ]);
  t.deepEqual(steps[0].reads, [shared]);
});

/** Layer k of 6 adds k to the vectors. */
function layered(opened: number[]): Encode {
  const encode: Encode = Object.assign(
    (texts: string[]) => texts.map((each) => vectorOf(each).map((x) => x + 6)),
    {
      layers: 6,
      upTo: async (layer: number): Promise<Encode> => {
        opened.push(layer);
        return (texts) => texts.map((each) => vectorOf(each).map((x) => x + layer));
      },
    },
  );
  return encode;
}

test('an encoder in layers is opened once, when it is needed, and looks go up to a layer', async (t) => {
  const opened: number[] = [];
  const feature = embedding(layered(opened), options);
  const { fidelities } = await fidelitiesOf(feature);
  const steps = fidelities.inSteps(['1l4', '2l4', '2l']);
  t.deepEqual(opened, []);
  const warm = await steps[1].fitted.warm?.();
  t.deepEqual([opened, warm?.rows, warm?.columns], [[2], 1, 3]);
  const plus = (row: string, layer: number) => vectorOf(row).map((x) => x + layer);
  t.deepEqual(await each(steps, RowView.of(['abc😀e', 'abcde'])), [
    // Half of a pair isn't left.
    [...plus('abc', 1), ...plus('abcd', 1)],
    [...plus('abc', 2), ...plus('abcd', 2)],
    [...plus('abc😀e', 2), ...plus('abcde', 2)],
    [...plus('abc😀e', 6), ...plus('abcde', 6)],
  ]);
  await each(steps, RowView.of(['z']));
  t.deepEqual(opened.sort(), [1, 2], 'each layer once');
  t.deepEqual(
    { ...feature.counts, padded: 0 },
    { calls: 2, texts: 3, tokens: 12, padded: 0 },
    'without versions',
  );
  t.like(steps[0].fitted.counts?.(), { roundTrips: 2, keys: 3 });
});

test('a pipeline in layers pools each of them alike', async (t) => {
  const shallow = fakePipeline();
  const { pipeline } = fakePipeline();
  const encoder: FeatureExtraction = {
    ...pipeline,
    task: 'feature-extraction',
    layers: 2,
    upTo: () => shallow.pipeline,
  };
  const { fidelities } = await fidelitiesOf(
    embedding(encoder, { ...options, pooling: 'cls', normalize: false }),
  );
  const [first] = fidelities.inSteps(['1l3t']);
  t.deepEqual(await valuesOf(first.fitted, RowView.of(['abc'])), [101, 0, 1]);
  t.deepEqual(shallow.batches[0].ids, [idsOf('abc').filter((_, i) => i < 2 || i === 4)]);
});

test('texts that first layers have read whole go on from what these made of them', async (t) => {
  const { pipeline, batches } = fakePipeline();
  const others: FakeTensor[] = [];
  const model = async ({ hidden_states }: Record<string, FakeTensor>) => {
    others.push(hidden_states);
    const data = Float32Array.from([...hidden_states.data].map(Number), (x) => x + 1_000);
    return { last_hidden_state: new FakeTensor('float32', data, hidden_states.dims) };
  };
  const encoder: FeatureExtraction = {
    ...pipeline,
    task: 'feature-extraction',
    layers: 2,
    upTo: () => fakePipeline().pipeline,
    after: async () => ({ ...pipeline, task: 'feature-extraction', model }),
  };
  const feature = embedding(encoder, { ...options, pooling: 'cls', normalize: false });
  const { fidelities } = await fidelitiesOf(feature);
  const [look, whole] = fidelities.inSteps(['1l6t']).map(({ fitted }) => fitted);
  const view = RowView.of(['abcdefgh', 'ab', '', 'abcd']);
  await valuesOf(look, view.select(Int32Array.of(0, 1, 3)));
  // The first is cut, the third wasn't read, and of the last one's 6 tokens it isn't known.
  const alone = [101, 0, 1];
  t.deepEqual(await valuesOf(whole, view), [...alone, 1_101, 1_000, 1_001, ...alone, ...alone]);
  t.deepEqual(
    others.map(({ dims, data }) => [dims, [...data]]),
    [
      [
        [1, 4, 3],
        [101, 0, 1, 97, 1, 1, 98, 2, 1, 102, 3, 1],
      ],
    ],
  );
  t.deepEqual(
    batches.map(({ ids }) => ids.length),
    [3],
  );
  t.deepEqual(await valuesOf(whole, view), [...alone, ...alone, ...alone, ...alone], 'once');
});

test('a step hands on what it has computed where the encoder goes on and nothing is cut', async (t) => {
  const { pipeline } = fakePipeline();
  const layers = { task: 'feature-extraction', layers: 3, upTo: () => pipeline };
  const handing = async (more: object) => {
    const { fidelities } = await fidelitiesOf(embedding({ ...pipeline, ...layers, ...more }, options));
    return fidelities.inSteps(['1l', '2l']).map(({ handsOn }) => handsOn ?? false);
  };
  t.deepEqual(await handing({}), [false, false, false]);
  t.deepEqual(await handing({ after: () => pipeline }), [true, true, false]);
  const { fidelities } = await fidelitiesOf(
    embedding({ ...pipeline, ...layers, after: () => pipeline }, options),
  );
  t.false(fidelities.inSteps(['1l8t'])[0].handsOn);
});

test('what waits to go on is kept for its batch, up to a size', (t) => {
  const kept = new KeptStates(100);
  const [batch, other] = [[], []];
  const texts = [3, 2, 1].map((length) => new Int32Array(length));
  const all = { data: Float32Array.from({ length: 30 }, (_, i) => i), tokens: 5, dimensions: 5 };
  const lengths = (of: object) => texts.map((text) => kept.take(of, text)?.vectors.length);
  for (const text of texts) kept.put(batch, text, 1, all, 0);
  kept.put(other, texts[1], 1, all, 0);
  t.deepEqual(lengths(batch), [15, 10, undefined], 'the first');
  t.deepEqual(lengths(other), [undefined, 10, undefined]);
  t.deepEqual(lengths(batch), [undefined, undefined, undefined], 'once');
  for (const text of texts) kept.put(batch, text, 1, all, 0);
  kept.put(batch, texts[1], 2, { ...all, tokens: 2 }, 1);
  t.deepEqual(kept.take(batch, texts[1]), {
    layer: 2,
    vectors: Float32Array.of(10, 11, 12, 13, 14, 15, 16, 17, 18, 19),
  });
});

test('of a whole batch any rows go on, the long ones as well, and in any order', async (t) => {
  const { pipeline, batches } = fakePipeline({ longest: 512 });
  let goingOn = 0;
  const model = async ({ hidden_states }: Record<string, FakeTensor>) => {
    goingOn += hidden_states.dims[0];
    return { last_hidden_state: hidden_states };
  };
  const encoder: FeatureExtraction = {
    ...pipeline,
    layers: 2,
    upTo: () => fakePipeline().pipeline,
    after: () => ({ ...pipeline, model }),
  };
  const { fidelities, alone } = await fidelitiesOf(embedding(encoder, { ...options, cache: false }));
  const [look, whole] = fidelities.inSteps(['1l']).map(({ fitted }) => fitted);
  const rows = Array.from({ length: 1_024 }, (_, i) => `${i}`.padStart(i % 2 === 0 ? 4 : 120, 'x'));
  const view = RowView.of(rows);
  await valuesOf(look, view);
  await valuesOf(look, RowView.of(rows.slice(512)));
  const some = view.select(Int32Array.from({ length: 300 }, (_, i) => 1_023 - 3 * i));
  const values = await valuesOf(whole, some);
  t.deepEqual([goingOn, batches.length], [300, 0]);
  t.deepEqual(values, await valuesOf(alone, some));
});

test('a pipeline’s upTo and after are checked, too', async (t) => {
  const { pipeline } = fakePipeline();
  const given: FeatureExtraction = { ...pipeline, layers: 2, upTo: () => pipeline };
  const refused = async (wrong: object, message: RegExp) => {
    const { fidelities } = await fidelitiesOf(embedding({ ...given, ...wrong }, options));
    const [step, whole] = fidelities.inSteps(['1l']);
    await t.throwsAsync(valuesOf(step.fitted, RowView.of(['a'])), { instanceOf: OptionError, message });
    t.is((await valuesOf(whole.fitted, RowView.of(['a']))).length, 3, 'all layers are there all the same');
  };
  await refused({ upTo() {} }, /^option 'encode\.upTo': expected a pipeline for layer 1, got undefined/);
  await refused({ upTo: async () => vectorOf }, /^option 'encode\.upTo'/);
  await refused({ after() {} }, /^option 'encode\.after': expected a pipeline for layer 1/);
});

test('layers may take longer to open than a batch may take', async (t) => {
  const timer = new FakeTimer();
  const { pipeline } = fakePipeline();
  const later = () => new Promise<FeatureExtraction>((opened) => timer.after(100, () => opened(pipeline)));
  const functions: Encode = Object.assign((texts: string[]) => texts.map(vectorOf), {
    layers: 2,
    upTo: () => new Promise<Encode>((opened) => timer.after(100, () => opened((all) => all.map(vectorOf)))),
  });
  const timed = { ...options, timeoutMs: 10, timer };
  for (const feature of [
    embedding(functions, timed),
    embedding({ ...pipeline, layers: 2, upTo: later, after: later }, timed),
  ]) {
    const { fidelities } = await fidelitiesOf(feature);
    const values = valuesOf(fidelities.inSteps(['1l'])[0].fitted, RowView.of(['a']));
    await timer.pass(100);
    t.is((await values).length, 3);
  }
});

test('layers that can’t be opened are each row’s failure where rows may lack a value', async (t) => {
  const { pipeline } = fakePipeline();
  const upTo = () => Promise.reject(new Error('no file'));
  const { fidelities } = await fidelitiesOf(embedding({ ...pipeline, layers: 2, upTo }, options));
  const [{ fitted }] = fidelities.inSteps(['1l']);
  const lost: unknown[] = [];
  await fitted.compute(RowView.of(['a', 'b', 'a']), { missing: (row, { message }) => lost.push(row, message) });
  const message = "feature '': the encoder's first layers couldn't be opened: no file";
  t.deepEqual(lost, [0, message, 1, message, 2, message]);
});

test('what upTo gives is checked, and its failure is the step’s', async (t) => {
  const failing = (upTo: () => unknown) =>
    embedding(
      Object.assign((texts: string[]) => texts.map(vectorOf), { layers: 2, upTo }) as Encode,
      options,
    );
  const of = async (upTo: () => unknown) => {
    const { fidelities } = await fidelitiesOf(failing(upTo));
    return fidelities.inSteps(['1l'])[0].fitted;
  };
  const view = RowView.of(['a']);
  const computed = async (upTo: () => unknown) => valuesOf(await of(upTo), view);
  await t.throwsAsync(
    computed(() => Promise.reject(new Error('no file'))),
    { instanceOf: FeatureError, message: /first layers couldn't be opened: no file$/ },
  );
  await t.throwsAsync(
    computed(() => 3),
    { instanceOf: OptionError, message: /'encode.upTo'/ },
  );
  await t.throwsAsync(
    computed(() => () => [[1, 2]]),
    { message: /a vector of 2 numbers; expected dimensions: 3$/ },
  );
  for (const wrong of [
    { layers: 2 },
    { upTo: () => vectorOf },
    { layers: 0, upTo: () => vectorOf },
    { layers: 2, upTo: 3 },
  ])
    t.throws(() => embedding(Object.assign(() => [], wrong) as unknown as Encode, options), {
      instanceOf: OptionError,
      message: /^option 'encode\.(layers|upTo)'/,
    });
});

test('names come of the texts; none where each text is paid for', async (t) => {
  const split = (row: string) => [1, ...Array.from(row, (c) => c.charCodeAt(0)), 2];
  const rows = Array.from({ length: 3_000 }, (_, i) => 'x'.repeat(i % 2 === 0 ? 62 : 30));
  const view = RowView.of(rows);
  const ids = tokens<string>(split, { text });
  const encodeTokens: EncodeTokens = Object.assign((all: Int32Array[]) => all.map(() => [1, 2, 3]), {
    layers: 6,
    upTo: () => encodeTokens,
  });
  const proposed = async (feature: Parameters<typeof fitOn<string>>[0], most = 4) =>
    (await fidelitiesOf(feature)).fidelities.propose(view, most);
  const inLayers = embedding(encodeTokens, { tokens: ids, dimensions: 3 });
  // 48 tokens on average: halves are 24, quarters 12.
  t.deepEqual(await proposed(inLayers), ['1l12t', '2l24t', '2l']);
  t.deepEqual(await proposed(inLayers, 1), ['2l24t']);
  t.deepEqual(await proposed(embedding(encodeTokens, { tokens: ids, limit: 16, dimensions: 3 })), [
    '2l8t',
    '2l',
  ]);
  t.deepEqual(await proposed(embedding(fakePipeline({ longest: 64 }).pipeline, options)), ['12t']);
  t.deepEqual(await proposed(embedding((texts) => texts.map(vectorOf), options)), []);
  const long = { ...options, text: (row: string) => row.repeat(10) };
  t.deepEqual(await proposed(embedding((texts) => texts.map(vectorOf), long)), ['58', '120']);
  t.deepEqual(await proposed(embedding(encodeTokens, { tokens: ids, dimensions: 3, price: 0.01 })), []);
  for (const names of [await proposed(inLayers), []]) {
    const { fidelities } = await fidelitiesOf(inLayers);
    t.is(fidelities.inSteps(names).length, names.length + 1);
  }
});

test('names that are none, and steps that aren’t within each other: errors that say so', async (t) => {
  const { fidelities: inTokens } = await fidelitiesOf(embedding(fakePipeline().pipeline, options));
  const { fidelities: inLayers } = await fidelitiesOf(embedding(layered([]), options));
  const refused = (of: typeof inTokens, at: readonly string[], message: RegExp) =>
    t.throws(() => of.inSteps(at), { instanceOf: OptionError, message });
  for (const name of ['', '32', '0t', '032t', '1l', '2l32t', 't', '-1t', '32t ', '1e3t'])
    refused(inTokens, [name], /^option 'fidelities': expected names such as '32t' for 32 tokens, got/);
  for (const name of ['', '32t', '6l', '0l', '2l0', '256l2', 'constructor'])
    refused(
      inLayers,
      [name],
      /expected names such as '1l' to '5l' for first layers, '256' for 256 characters, or both/,
    );
  refused(inTokens, ['32t', '16t'], /'32t' reads something that '16t' doesn't/);
  refused(inTokens, ['16t', '16t'], /'16t' reads something/);
  refused(inLayers, ['2l100', '1l200'], /'2l100' reads something that '1l200' doesn't/);
  refused(inLayers, ['2l', '3l100'], /'2l' reads something/);
  t.is(inLayers.inSteps(['1l100', '100', '200']).length, 4);
});

test('outside of steps the feature is as it always was', async (t) => {
  const feature = embedding(fakePipeline().pipeline, { ...options, cache: false });
  const fitted = await feature.fit(RowView.of([]));
  const [only, ...others] = fitted.fidelities?.inSteps([]) ?? [];
  t.is(only.fitted, fitted);
  t.deepEqual([only.reads, others.length], [[], 0]);
});
