import test from 'ava';
import { FeatureError, OptionError } from '../../../../lib/errors.js';
import { RowView } from '../../../../lib/features/define/index.js';
import {
  type EmbeddingFeature,
  type Encode,
  embedding,
  type FeatureExtraction,
} from '../../../../lib/features/embedding/index.js';
import { FakeTimer } from '../../../support/fakeTimer.js';
import { layered, vectorOf } from './encoders.js';
import { fakePipeline, idsOf } from './fakePipeline.js';
import { each, fidelitiesOf, options, valuesOf } from './steps.js';

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

test('what upTo gives is checked, and its failure is the step’s', async (t) => {
  const failing = (upTo: () => unknown): EmbeddingFeature<string> =>
    Reflect.apply(embedding, undefined, [
      Object.assign((texts: string[]) => texts.map(vectorOf), { layers: 2, upTo }),
      options,
    ]);
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
    t.throws(() => Reflect.apply(embedding, undefined, [Object.assign(() => [], wrong), options]), {
      instanceOf: OptionError,
      message: /^option 'encode\.(layers|upTo)'/,
    });
});

test('a pipeline’s upTo and after are checked, too', async (t) => {
  const { pipeline } = fakePipeline();
  const given: FeatureExtraction = { ...pipeline, layers: 2, upTo: () => pipeline };
  const refused = async (wrong: object, message: RegExp) => {
    const { fidelities } = await fidelitiesOf(
      Reflect.apply(embedding, undefined, [{ ...given, ...wrong }, options]),
    );
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
  await fitted.compute(RowView.of(['a', 'b', 'a']), {
    missing: (row, { message }) => lost.push(row, message),
  });
  const message = "feature '': the encoder's first layers couldn't be opened: no file";
  t.deepEqual(lost, [0, message, 1, message, 2, message]);
});
