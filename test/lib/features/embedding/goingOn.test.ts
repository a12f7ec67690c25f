import test from 'ava';
import { RowView } from '../../../../lib/features/define/index.js';
import { embedding, type FeatureExtraction } from '../../../../lib/features/embedding/index.js';
import { KeptStates } from '../../../../lib/features/embedding/keptStates.js';
import { FakeTensor, fakePipeline } from './fakePipeline.js';
import { fidelitiesOf, options, valuesOf } from './steps.js';

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
