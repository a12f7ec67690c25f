import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { type NetworkShape, tfjsLearner } from '../../../../../entries/full.js';
import {
  ArtifactError,
  Cascade,
  DataError,
  define,
  dense,
  logisticRegression,
  ModelError,
  OptionError,
  tune,
} from '../../../../../index.js';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import { random } from '../../../../../lib/stats/index.js';
import { hastyClock } from '../../../../support/hastyClock.js';
import { BACKENDS, isHere, layers, tf, use } from './here.js';

/** A kernel that tfjs-backend-wasm lacks. */
const MISSING = 'Conv2DBackpropFilter';

/** A ring round a disc: no straight line parts them. */
function rings(rows: number, seed: number) {
  const drawn = random(seed);
  const labels = new Int32Array(rows);
  const values = new Float32Array(rows * 2);
  for (let row = 0; row < rows; row++) {
    labels[row] = row % 2;
    const [radius, angle] = [labels[row] + 0.5 * drawn.uniform(), 2 * Math.PI * drawn.uniform()];
    values[row * 2] = radius * Math.cos(angle);
    values[row * 2 + 1] = radius * Math.sin(angle);
  }
  return { rows, labels, blocks: [denseBlock(rows, 2, values)] };
}

const network =
  (outputs: number, activation: 'softmax' | 'sigmoid' | 'linear') =>
  ({ columns, seed }: NetworkShape) =>
    layers.sequential({
      layers: [
        layers.layers.dense({
          inputShape: [columns],
          units: 16,
          activation: 'relu',
          kernelInitializer: layers.initializers.heNormal({ seed: 1 + (seed % 1000) }),
        }),
        layers.layers.dense({
          units: outputs,
          activation,
          kernelInitializer: layers.initializers.glorotNormal({ seed: 2 + (seed % 1000) }),
        }),
      ],
    });

const options = { name: 'rings', epochs: 20, batchSize: 100, optimizer: () => tf.train.adam(0.05) };

function rightShare(scores: Float64Array, labels: Int32Array): number {
  return (
    labels.filter((label, row) => Number(scores[2 * row + 1] > scores[2 * row]) === label).length /
    labels.length
  );
}

for (const backend of BACKENDS) {
  const here = isHere(backend) ? test.serial : test.skip;

  here(
    `${backend}: fits what no line parts, gives the same for a seed, and comes back from its state`,
    async (t) => {
      const known = rings(600, 1);
      const other = rings(400, 2);
      const learner = tfjsLearner(network(2, 'softmax'), { ...options, backend });
      const fit = () => learner.fit({ ...known, classes: 2 }, { seed: 7 });
      const model = await fit();
      const scores = new Float64Array(800);
      await model.score(other.blocks, scores);
      t.true(rightShare(scores, other.labels) > 0.97, String(rightShare(scores, other.labels)));
      if (backend === 'webgpu') return;

      const again = new Float64Array(800);
      await (await fit()).score(other.blocks, again);
      t.deepEqual(again, scores);

      const loaded = learner.load?.(model.state ?? { json: null, tensors: {} });
      const back = new Float64Array(800);
      await loaded?.score(other.blocks, back);
      t.deepEqual(back, scores);
      // From then on at once.
      t.is(loaded?.score(other.blocks, back), undefined);
    },
  );
}

test.serial('soft targets, a sigmoid of two classes, and numbers', async (t) => {
  const known = rings(600, 1);
  const soft = Float64Array.from({ length: 1200 }, (_, i) => (known.labels[i >> 1] === i % 2 ? 0.9 : 0.1));
  const one = tfjsLearner(network(1, 'sigmoid'), { ...options, backend: 'wasm' });
  const model = await one.fit({ ...known, classes: 2, soft }, { seed: 1 });
  const scores = new Float64Array(1200);
  await model.score(known.blocks, scores);
  t.true(rightShare(scores, known.labels) > 0.97);
  const sure = scores.reduce((sum, score) => sum + Math.max(0, score - 0.5), 0) / 600;
  t.true(Math.abs(sure - 0.4) < 0.05, String(sure));

  const regression = tfjsLearner(network(1, 'linear'), { ...options, task: 'regression', backend: 'wasm' });
  const values = Float64Array.from(known.labels, (label) => 3 - label);
  const numbers = await regression.fit({ ...known, classes: 1, values }, { seed: 1 });
  const out = new Float64Array(600);
  await numbers.score(known.blocks, out);
  t.true(out.every((value, row) => Math.abs(value - values[row]) < 1));
  t.is(regression.task, 'regression');
});

test.serial('no tensors are left by a fit, by one that fails, or by one that is aborted', async (t) => {
  const known = rings(300, 1);
  const set = { ...known, classes: 2 };
  const learner = tfjsLearner(network(2, 'softmax'), { ...options, epochs: 2, backend: 'wasm' });
  await learner.fit(set, { seed: 1 });
  const { numTensors } = tf.memory();
  await learner.fit(set, { seed: 1 });
  t.is(tf.memory().numTensors, numTensors);

  const stop = new AbortController();
  const shares: number[] = [];
  const onProgress = (share: number) => {
    shares.push(share);
    if (share > 0.4) stop.abort(new Error('enough'));
  };
  await t.throwsAsync(async () => learner.fit(set, { seed: 1, signal: stop.signal, onProgress }), {
    message: 'enough',
  });
  t.true(shares.every((share, i) => share > (shares[i - 1] ?? 0) && share < 0.6));
  t.is(tf.memory().numTensors, numTensors);

  const wild = tfjsLearner(network(1, 'linear'), {
    ...options,
    task: 'regression',
    backend: 'wasm',
    optimizer: () => tf.train.sgd(1e20),
  });
  const values = Float64Array.from(known.labels);
  await t.throwsAsync(async () => wild.fit({ ...known, classes: 1, values }, { seed: 1 }), {
    instanceOf: ModelError,
    message: /learning rate/,
  });
  t.is(tf.memory().numTensors, numTensors);
});

test.serial(
  'wasm: kernels are replaced only on request, and an error of a missing one says so',
  async (t) => {
    const pictures = (shape: NetworkShape) =>
      layers.sequential({
        layers: [
          layers.layers.conv2d({ inputShape: [4, 4, 1], filters: 2, kernelSize: 3, activation: 'relu' }),
          layers.layers.flatten(),
          layers.layers.dense({ units: shape.classes, activation: 'softmax' }),
        ],
      });
    const values = Float32Array.from({ length: 20 * 16 }, (_, i) => (i % 7) / 7);
    const labels = Int32Array.from({ length: 20 }, (_, row) => row % 2);
    const set = { rows: 20, labels, blocks: [denseBlock(20, 16, values)], classes: 2 };
    const given = { name: 'pictures', epochs: 1, backend: 'wasm' } as const;
    await use('wasm');
    // Other tests of this process may have requested it.
    if (tf.getKernel(MISSING, 'wasm') !== undefined) tf.unregisterKernel(MISSING, 'wasm');
    const kernels = () => tf.getKernelsForBackend('wasm').map(({ kernelFunc }) => kernelFunc);
    const before = kernels();
    const error = await t.throwsAsync(async () => tfjsLearner(pictures, given).fit(set, { seed: 1 }), {
      instanceOf: ModelError,
      message: /has no Conv2DBackpropFilter.*wasmKernels: true/,
    });
    t.regex(error?.cause instanceof Error ? error.cause.message : '', /not registered/);
    await tfjsLearner(network(2, 'softmax'), { ...options, ...given }).fit(set, { seed: 1 });
    t.deepEqual(kernels(), before);

    await tfjsLearner(pictures, { ...given, wasmKernels: true }).fit(set, { seed: 1 });
    t.not(tf.getKernel(MISSING, 'wasm'), undefined);
    const wrong: object = { wasmKernels: 'yes' };
    t.throws(() => tfjsLearner(pictures, { ...given, ...wrong }), { message: /'wasmKernels'/ });
  },
);

test.serial('tune trains it on the features that it reads, and a file keeps it', async (t) => {
  const { labels, blocks } = rings(500, 3);
  const rows = Array.from(labels, (_, row) => ({
    x: blocks[0].values[2 * row],
    y: blocks[0].values[2 * row + 1],
  }));
  type Row = (typeof rows)[number];
  const features = define({
    x: dense(1, (all: readonly Row[]) => Float32Array.from(all, ({ x }) => x)),
    square: dense(1, (all: readonly Row[]) => Float32Array.from(all, ({ x, y }) => x * x + y * y)),
    both: dense(2, (all: readonly Row[]) => Float32Array.from(all.flatMap(({ x, y }) => [x, y]))),
  });
  const full = tfjsLearner(network(2, 'softmax'), {
    ...options,
    inputs: 'both',
    backend: 'wasm',
    multiplications: 100,
  });
  const cascade = await tune({
    features,
    rows,
    labels: [...labels],
    full,
    approximate: logisticRegression(),
    bound: { loss: 'disagreement', epsilon: 0.1 },
    split: { folds: 2 },
    clock: hastyClock,
    seed: 1,
  });
  const path = join(tmpdir(), `spillway-${process.pid}.cascade`);
  await cascade.save(path);
  const served = await Cascade.load(path, { features, learners: [full] });
  t.deepEqual((await served.predict(rows)).labels, (await cascade.predict(rows)).labels);
  t.deepEqual((await served.full.predict(rows)).scores, (await cascade.full.predict(rows)).scores);
  await rm(path);
});

test('options and data that cannot be right', async (t) => {
  const build = network(2, 'softmax');
  t.throws(() => tfjsLearner(build, { name: '' }), { instanceOf: OptionError, message: /'name'/ });
  t.throws(() => tfjsLearner(build, { name: 'n', epochs: 0 }), {
    instanceOf: OptionError,
    message: /'epochs'/,
  });
  t.throws(() => tfjsLearner(build, { name: 'n', size: 1 } as object & { name: string }), {
    instanceOf: OptionError,
  });
  const set = { ...rings(20, 1), classes: 2 };
  const refused = async (
    learner: ReturnType<typeof tfjsLearner>,
    kind: typeof OptionError | typeof DataError,
    message: RegExp,
  ) => {
    const error = await t.throwsAsync(async () => learner.fit(set, { seed: 1 }), { instanceOf: kind });
    t.regex(error?.message ?? '', message);
  };
  await refused(
    tfjsLearner(network(3, 'softmax'), { ...options, backend: 'cpu' }),
    OptionError,
    /3 outputs for 2 classes/,
  );
  await refused(tfjsLearner(build, { ...options, inputs: 'gone', backend: 'cpu' }), DataError, /'gone'/);
  const state = { json: { topology: {}, weights: [], classes: 2, positions: [-1] }, tensors: {} };
  t.throws(() => tfjsLearner(build, options).load?.(state), { instanceOf: ArtifactError });
  const weights = [{ name: 'w', shape: [3], dtype: 'float32' }];
  t.throws(
    () =>
      tfjsLearner(build, options).load?.({
        json: { topology: {}, weights, classes: 2, positions: null, backend: 'cpu' },
        tensors: {},
      }),
    {
      instanceOf: ArtifactError,
      message: /'w' of 3/,
    },
  );
});
