import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { onnxModel } from '../../../../../entries/full.js';
import {
  ArtifactError,
  define,
  dense,
  MissingPackage,
  ModelError,
  OptionError,
  tune,
} from '../../../../../index.js';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import { loadRuntime } from '../../../../../lib/models/full/onnx/runtime.js';
import { profileOf } from '../../../../support/agreement.js';
import { folderFor } from '../../../../support/files.js';
import { FakeRuntime, FakeTensor, type Run, tensorOf } from './fakeRuntime.js';

const BYTES = Uint8Array.of(1, 2, 3);
const X = tensorOf('x', 'float32', 'rows', 2);
const Y = tensorOf('y', 'float32', 'rows', 2);

/** Logits x and -x of the first column. */
const mirrored: Run = (feeds) => {
  const x = feeds.get('x');
  if (!(x?.data instanceof Float32Array)) throw new Error('no x');
  const { data } = x;
  const rows = x.dims[0];
  return new FakeTensor(
    'float32',
    Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? 1 : -1) * data[i - (i % 2)]),
    [rows, 2],
  );
};
const runtimeOf = (run = mirrored, more: object = {}) =>
  new FakeRuntime({ inputs: [X], outputs: [Y], run, ...more });
const classes = ['a', 'b'] as const;
const rows = denseBlock(2, 2, Float32Array.of(0, 9, 1, 9));

async function scoresOf(model: Awaited<ReturnType<typeof onnxModel>>): Promise<number[]> {
  const out = new Float64Array(2 * model.classes);
  await model.score([rows], out);
  return [...out];
}

test('a model of classes is run on its features, and its logits are made probabilities', async (t) => {
  const runtime = runtimeOf();
  const model = await onnxModel(BYTES, { classes, inputs: 'f', scores: 'logits', runtime });
  t.deepEqual([model.labels, model.classes, model.reads, model.name], [['a', 'b'], 2, ['f'], 'onnx']);
  const out = new Float64Array(4);
  await model.score([rows], out);
  const share = 1 / (1 + Math.exp(-2));
  [0.5, 0.5, share, 1 - share].forEach((expected, i) => {
    t.true(Math.abs(out[i] - expected) < 1e-12);
  });
  t.is(runtime.given[0].data, rows.values, 'uncopied');
  t.true(runtime.taken.every(({ isDisposed }) => isDisposed));
});

test('its costs: each size of batch is run as often as was asked for, and changes no answer', async (t) => {
  const runtime = runtimeOf();
  const model = await onnxModel(BYTES, { classes, inputs: 'f', scores: 'logits', runtime });
  const { warmUp, batches } = await model.costs([rows], { sizes: [1, 5], rounds: 3 });
  t.deepEqual(
    batches.map(({ rows: count }) => count),
    [1, 5],
  );
  t.true(warmUp >= 0 && batches.every(({ transfer, whole }) => transfer >= 0 && transfer <= whole));
  // The first call of all, then one round that isn't counted and three that are.
  t.deepEqual(
    runtime.given.map(({ dims }) => dims[0]),
    [1, 1, 1, 1, 1, 5, 5, 5, 5],
  );
});

test('its fingerprint is its content, its providers and its precision', async (t) => {
  const hash = createHash('sha256').update(BYTES).digest('hex');
  const runtime = runtimeOf();
  const model = await onnxModel(BYTES, { classes, scores: 'logits', runtime, providers: ['webgpu', 'cpu'] });
  t.is(model.fingerprint, `sha256:${hash}/webgpu/cpu/float32`);
  t.deepEqual(runtime.created[0].options, { executionProviders: ['webgpu', 'cpu'] });
  const named = await onnxModel(BYTES, { classes, runtime, name: 'n', fingerprint: 'v7', price: 2 });
  t.deepEqual([named.name, named.fingerprint, named.price], ['n', 'v7', 2]);
});

test('without classes it gives a number', async (t) => {
  const run: Run = () => new FakeTensor('float64', Float64Array.of(4, 5), [2, 1]);
  const runtime = new FakeRuntime({ inputs: [X], outputs: [tensorOf('y', 'float64', 'rows', 1)], run });
  const model = await onnxModel(BYTES, { runtime });
  t.is(model.task, 'regression');
  t.deepEqual(await scoresOf(model), [4, 5]);
});

test('what is on a device is fetched, and then let go, even where it can’t be used', async (t) => {
  const answers = [
    new FakeTensor('float16', Uint16Array.of(0x3c00, 0x4000), [2, 1], true),
    new FakeTensor('float32', Float32Array.of(1), [1, 1], true),
    new FakeTensor('string', ['a', 'b'], [2, 1]),
  ];
  let turn = 0;
  const runtime = new FakeRuntime({
    inputs: [X],
    outputs: [tensorOf('y', 'float16', 'rows', 1)],
    run: () => answers[turn++],
  });
  const model = await onnxModel(BYTES, { runtime });
  t.deepEqual(await scoresOf(model), [1, 2]);
  await t.throwsAsync(scoresOf(model), { instanceOf: ModelError, message: /'y' of shape 1 x 1/ });
  await t.throwsAsync(scoresOf(model), {
    instanceOf: ModelError,
    message: /gave text as 'y'/,
  });
  t.true(answers.every(({ isDisposed }) => isDisposed));
});

test('over thousands of runs nothing is left on a device', async (t) => {
  const live = new Set<FakeTensor>();
  const run: Run = (feeds) => {
    const { data, dims } = mirrored(feeds);
    const answer = new FakeTensor('float32', data, dims, true);
    live.add(answer);
    const dispose = answer.dispose.bind(answer);
    answer.dispose = () => {
      live.delete(answer);
      dispose();
    };
    return answer;
  };
  const model = await onnxModel(BYTES, {
    classes,
    scores: 'logits',
    runtime: runtimeOf(run),
    batching: { maxRows: 7 },
  });
  await Promise.all(Array.from({ length: 3_000 }, async () => model.score([rows], new Float64Array(4))));
  t.is(live.size, 0);
});

test('a session that is lost fails what it runs, and the next call has another', async (t) => {
  let lost = 0;
  const run: Run = (feeds) => {
    if (lost-- > 0) throw new Error('device lost');
    return mirrored(feeds);
  };
  const runtime = runtimeOf(run);
  const model = await onnxModel(BYTES, { classes, scores: 'logits', runtime });
  const before = await model.score([rows], new Float64Array(4));
  t.is(before, undefined);
  lost = 1;
  const error = await t.throwsAsync(async () => model.score([rows], new Float64Array(4)), {
    instanceOf: ModelError,
  });
  t.regex(error?.message ?? '', /model 'onnx': ONNX Runtime failed: device lost/);
  t.true(error?.cause instanceof Error);
  await model.score([rows], new Float64Array(4));
  t.deepEqual([runtime.created.length, runtime.released], [2, 1]);
});

test('in a cascade a lost session costs the batch that needed it', async (t) => {
  const names = ['x', 'y'] as const;
  const data = Array.from({ length: 400 }, (_, i) => [Math.sin(i * 7), Math.cos(i * 3)]);
  const features = define({
    cheap: dense(1, (all: readonly number[][]) => Float32Array.from(all, ([a]) => a)),
    both: dense(2, (all: readonly number[][]) => Float32Array.from(all.flat())),
  });
  let lost = false;
  const run: Run = (feeds) => {
    if (lost) throw new Error('device lost');
    return mirrored(feeds);
  };
  const full = await onnxModel(BYTES, {
    classes: names,
    inputs: 'both',
    scores: 'logits',
    runtime: runtimeOf(run),
  });
  const profile = profileOf({ cheap: 1, both: 1 });
  const cascade = await tune({ features, rows: data, full, profile, bound: { epsilon: 0.2 }, seed: 1 });
  const whole = await cascade.full.predict(data);
  t.deepEqual(
    whole.labels,
    data.map(([a]) => names[a >= 0 ? 0 : 1]),
  );
  lost = true;
  await t.throwsAsync(cascade.full.predict(data), { instanceOf: ModelError });
  lost = false;
  t.deepEqual((await cascade.full.predict(data)).labels, whole.labels);
});

test('NaN of the full model is named with its row', async (t) => {
  const features = define({ both: dense(2, (all: readonly number[][]) => Float32Array.from(all.flat())) });
  const data = Array.from({ length: 300 }, (_, i) => [Math.sin(i), 0]);
  const run: Run = (feeds) => {
    const { data: logits, dims } = mirrored(feeds);
    if (!(logits instanceof Float32Array)) throw new Error('no logits');
    const holed = logits.map((x) => (Math.abs(x) > 1e20 ? Number.NaN : x));
    return new FakeTensor('float32', holed, dims);
  };
  const full = await onnxModel(BYTES, { classes, inputs: 'both', scores: 'logits', runtime: runtimeOf(run) });
  const profile = profileOf({ both: 1 });
  const cascade = await tune({ features, rows: data, full, profile, bound: { epsilon: 0.2 } });
  const requested = data.with(137, [1e30, 0]);
  await t.throwsAsync(cascade.full.predict(requested), {
    instanceOf: ModelError,
    message: /row 137: gave NaN;/,
  });
});

test('an input name that is no feature is refused', async (t) => {
  const features = define({ both: dense(2, (all: readonly number[][]) => Float32Array.from(all.flat())) });
  const full = await onnxModel(BYTES, { classes, inputs: 'bth', scores: 'logits', runtime: runtimeOf() });
  const tuning = tune({ features, rows: [[1, 2]], full, bound: { epsilon: 0.2 } });
  const error = await t.throwsAsync(tuning, { instanceOf: OptionError });
  t.is(error?.option, 'full.reads');
  t.regex(error?.message ?? '', /no feature is named 'bth'/);
});

test('what doesn’t fit is refused before anything is scored', async (t) => {
  const cases: [string, Promise<unknown>][] = [
    ['classes', onnxModel(BYTES, { classes: ['a', 'b', 'c'], runtime: runtimeOf() })],
    ['classes', onnxModel(BYTES, { runtime: runtimeOf() })],
    ['inputs.z', onnxModel(BYTES, { classes, inputs: { z: 'f' }, runtime: runtimeOf() })],
    ['output', onnxModel(BYTES, { classes, output: 'z', runtime: runtimeOf() })],
    ['runtime', onnxModel(BYTES, { classes, runtime: {} })],
    ['batching.maxRows', onnxModel(BYTES, { classes, batching: { maxRows: 0 }, runtime: runtimeOf() })],
    // @ts-expect-error an unknown option
    ['provider', onnxModel(BYTES, { classes, provider: 'cpu', runtime: runtimeOf() })],
    // @ts-expect-error no model
    ['model', onnxModel(7, { classes, runtime: runtimeOf() })],
  ];
  for (const [option, opening] of cases) {
    t.is((await t.throwsAsync(opening, { instanceOf: OptionError }))?.option, option);
  }
  const texts = new FakeRuntime({ inputs: [tensorOf('x', 'string', 'rows')], outputs: [Y], run: mirrored });
  await t.throwsAsync(onnxModel(BYTES, { classes, runtime: texts }), {
    instanceOf: OptionError,
    message: /takes text, which no feature holds/,
  });
  const maps = new FakeRuntime({ inputs: [X], outputs: [{ name: 'y', isTensor: false }], run: mirrored });
  await t.throwsAsync(onnxModel(BYTES, { classes, runtime: maps }), {
    instanceOf: OptionError,
    message: /zipmap=False/,
  });
});

test('a file that isn’t there, or is no model, is refused', async (t) => {
  const missing = await t.throwsAsync(onnxModel('there/is/none.onnx', { classes, runtime: runtimeOf() }), {
    instanceOf: ArtifactError,
  });
  t.is(missing?.reason, 'unreadable');
  const open = () => {
    throw new Error('protobuf parsing failed');
  };
  const foreign = await t.throwsAsync(onnxModel(BYTES, { classes, runtime: runtimeOf(mirrored, { open }) }), {
    instanceOf: ArtifactError,
  });
  t.is(foreign?.reason, 'foreign');
});

test('closed, its session is let go, and it scores no more', async (t) => {
  const runtime = runtimeOf();
  const model = await onnxModel(BYTES, { classes, scores: 'logits', runtime });
  await model.close();
  await model.close();
  t.is(runtime.released, 1);
  await t.throwsAsync(async () => model.score([rows], new Float64Array(4)), {
    instanceOf: ModelError,
    message: /closed/,
  });
  t.is(runtime.created.length, 1);
});

test('a model at rest has released its session, and the next run has another', async (t) => {
  const runtime = runtimeOf();
  const model = await onnxModel(BYTES, { classes, scores: 'logits', runtime });
  const [before, after] = [new Float64Array(4), new Float64Array(4)];
  await model.score([rows], before);
  await model.rest();
  await model.rest();
  t.deepEqual([runtime.created.length, runtime.released], [1, 1]);
  // Both find no session, and share the next one.
  await Promise.all([model.score([rows], after), model.score([rows], new Float64Array(4))]);
  t.deepEqual(after, before);
  t.deepEqual([runtime.created.length, runtime.released], [2, 1]);
  await model.close();
  t.is(runtime.released, 2);
});

test('a session is released when nothing runs in it any more', async (t) => {
  let go = () => {};
  const runtime = runtimeOf();
  const { create } = runtime.InferenceSession;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const held = {
    Tensor: runtime.Tensor,
    InferenceSession: {
      create: async (...given: Parameters<typeof create>) => {
        const session = await create(...given);
        return {
          ...session,
          run: (...fed: Parameters<typeof session.run>) => gate.then(() => session.run(...fed)),
        };
      },
    },
  };
  const model = await onnxModel(BYTES, { classes, scores: 'logits', runtime: held });
  const out = new Float64Array(4);
  const running = model.score([rows], out);
  const resting = model.rest();
  await setImmediate();
  t.is(runtime.released, 0);
  go();
  await running;
  await resting;
  t.is(runtime.released, 1);
  t.not(out[0], 0);
});

test('a model that can’t be made of a session releases it', async (t) => {
  const runtime = runtimeOf();
  await t.throwsAsync(onnxModel(BYTES, { classes: ['a', 'b', 'c'], runtime }), { instanceOf: OptionError });
  await setImmediate();
  t.deepEqual([runtime.created.length, runtime.released], [1, 1]);
});

test('a file that was changed since is not taken for the same model', async (t) => {
  const path = join(await folderFor(t), 'a.onnx');
  await writeFile(path, BYTES);
  const model = await onnxModel(path, { classes, scores: 'logits', runtime: runtimeOf() });
  await model.rest();
  await model.score([rows], new Float64Array(4));
  await model.rest();
  await writeFile(path, Uint8Array.of(9));
  await t.throwsAsync(async () => model.score([rows], new Float64Array(4)), {
    instanceOf: ModelError,
    message: /was changed since it was opened/,
  });
});

test('an aborted call is not run', async (t) => {
  const runtime = runtimeOf();
  const model = await onnxModel(BYTES, { classes, scores: 'logits', runtime });
  const signal = AbortSignal.abort(new Error('enough'));
  await t.throwsAsync(async () => model.score([rows], new Float64Array(4), { signal }), {
    message: 'enough',
  });
  t.is(runtime.given.length, 0);
});

test('a missing package is named', async (t) => {
  const missing = Object.assign(new Error('none'), { code: 'MODULE_NOT_FOUND' });
  const broken = new Error('its library does not load');
  const error = await t.throwsAsync(
    loadRuntime(undefined, () => Promise.reject(missing)),
    { instanceOf: MissingPackage },
  );
  t.regex(error?.message ?? '', /npm install onnxruntime-node/);
  await t.throwsAsync(
    loadRuntime(undefined, () => Promise.reject(broken)),
    { is: broken },
  );
});

test('a locale that isn’t installed is told', async (t) => {
  const open = () => {
    throw new Error('Failed to construct locale with name:en_US.UTF-8');
  };
  const opened = onnxModel(BYTES, { classes, runtime: runtimeOf(mirrored, { open }) });
  const error = await t.throwsAsync(opened, { instanceOf: ArtifactError });
  t.regex(error?.message ?? '', /needs the locale en_US.UTF-8.*lowercase=False/);
});
