import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { gaussianWorld } from '../../../../../datasets/index.js';
import { tfjsModel } from '../../../../../entries/full.js';
import {
  ArtifactError,
  define,
  dense,
  type Model,
  ModelError,
  OptionError,
  tune,
} from '../../../../../index.js';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import { openNetwork } from '../../../../../lib/models/full/tfjs/file.js';
import { random } from '../../../../../lib/stats/index.js';
import { loadPackage } from '../../../../../lib/util/packages.js';
import { profileOf } from '../../../../support/agreement.js';
import { graphArtifacts } from './graphs.js';
import { BACKENDS, isHere, layers, smallNetwork, tf, use } from './here.js';

const drawn = random(1);
const ROWS = 600;
const numbers = Float32Array.from({ length: ROWS * 3 }, () => drawn.normal());
const block = denseBlock(ROWS, 3, numbers);

/** The same network by hand, in double precision. */
function byHand(network: ReturnType<typeof smallNetwork>): Float64Array {
  const [w1, b1, w2, b2] = network.getWeights().map((weight) => weight.dataSync());
  const out = new Float64Array(ROWS * 2);
  for (let row = 0; row < ROWS; row++) {
    const hidden = Array.from({ length: 4 }, (_, h) =>
      Math.tanh([0, 1, 2].reduce((sum, c) => sum + numbers[row * 3 + c] * w1[c * 4 + h], b1[h])),
    );
    const [a, b] = [0, 1].map((k) => hidden.reduce((sum, value, h) => sum + value * w2[h * 2 + k], b2[k]));
    out[row * 2] = 1 / (1 + Math.exp(b - a));
    out[row * 2 + 1] = 1 / (1 + Math.exp(a - b));
  }
  return out;
}

for (const backend of BACKENDS) {
  const here = isHere(backend) ? test.serial : test.skip;

  here(`${backend}: probabilities, logits, batches, graphs and files give the same scores`, async (t) => {
    await use('cpu');
    const network = smallNetwork();
    const expected = byHand(network);
    const near = (out: Float64Array, what: string) => {
      const worst = out.reduce((most, score, i) => Math.max(most, Math.abs(score - expected[i])), 0);
      t.true(worst < 1e-5, `${what}: ${worst}`);
    };
    const scored = async (full: Model, what: string) => {
      const out = new Float64Array(ROWS * 2);
      await full.score([block], out);
      near(out, what);
    };
    const options = { classes: ['a', 'b'], inputs: 'x', backend } as const;
    const full = await tfjsModel(network, options);
    t.is(full.backend.name, backend);
    t.deepEqual([full.reads, full.labels, full.classes], [['x'], ['a', 'b'], 2]);
    await scored(full, 'probabilities');
    await scored(await tfjsModel(network, { ...options, batch: 7 }), 'batches of 7');

    const linear = smallNetwork(2, 'linear');
    await scored(await tfjsModel(linear, { ...options, scores: 'logits' }), 'logits');

    const graph = await openNetwork(tf, graphArtifacts(network.getWeights()), 'a graph', loadPackage);
    await scored(await tfjsModel(graph, options), 'a graph');

    const folder = await mkdtemp(join(tmpdir(), 'spillway-'));
    try {
      await network.save({
        save: async ({ modelTopology, weightSpecs = [], weightData }) => {
          const [data] = [weightData ?? []].flat();
          await writeFile(join(folder, 'weights.bin'), new Uint8Array(data));
          const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
          await writeFile(
            join(folder, 'model.json'),
            JSON.stringify({ modelTopology, weightsManifest, format: 'layers-model' }),
          );
          return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const } };
        },
      });
      const file = await tfjsModel(join(folder, 'model.json'), options);
      t.is(file.fingerprint, full.fingerprint);
      await scored(file, 'a file');
      await file.close();
    } finally {
      await rm(folder, { recursive: true });
    }
    // What was given is as it was.
    t.false(network.getWeights()[0].isDisposed);
    network.dispose();
  });

  here(`${backend}: tensors are disposed of, whatever happens`, async (t) => {
    await use(backend);
    const network = smallNetwork();
    const full = await tfjsModel(network, { classes: [0, 1], inputs: 'x', backend });
    const out = new Float64Array(ROWS * 2);
    await full.score([block], out);
    const { numTensors, numDataBuffers } = tf.memory();
    for (let i = 0; i < 100; i++) {
      await full.score([block], out);
      await t.throwsAsync(async () => full.score([denseBlock(1, 2, new Float32Array(2))], out), {
        instanceOf: ModelError,
      });
    }
    t.deepEqual([tf.memory().numTensors, tf.memory().numDataBuffers], [numTensors, numDataBuffers]);
    network.dispose();
  });
}

function symbolic(made: unknown) {
  if (!(made instanceof layers.SymbolicTensor)) throw new TypeError('expected a symbolic tensor');
  return made;
}

test.serial('a model with inputs of its own: several, of other shapes and types', async (t) => {
  await use('cpu');
  const pixels = layers.input({ shape: [2, 2, 1], name: 'pixels' });
  const tokens = layers.input({ shape: [3], name: 'tokens', dtype: 'int32' });
  const table = tf.tensor2d([0.1, 0.2, 0.3], [3, 1]);
  const embedding = layers.layers.embedding({ inputDim: 3, outputDim: 1, weights: [table] });
  const sums = layers.layers.dense({ units: 1, useBias: false, kernelInitializer: 'ones' });
  const flat = symbolic(layers.layers.flatten().apply(pixels));
  const read = symbolic(layers.layers.flatten().apply(symbolic(embedding.apply(tokens))));
  const logit = symbolic(sums.apply(symbolic(layers.layers.concatenate().apply([flat, read]))));
  const network = layers.model({ inputs: [pixels, tokens], outputs: logit });
  const full = await tfjsModel(network, {
    classes: ['no', 'yes'],
    scores: 'logits',
    inputs: { pixels: ['top', 'bottom'], tokens: 'words' },
    backend: 'cpu',
  });
  t.deepEqual(full.reads, ['top', 'bottom', 'words']);
  const out = new Float64Array(4);
  const words = denseBlock(2, 3, Float32Array.of(0, 1, 2, 2, 2, 2));
  const [top, bottom] = [
    denseBlock(2, 2, Float32Array.of(1, 2, 0, 0)),
    denseBlock(2, 2, Float32Array.of(3, 4, 0, 1)),
  ];
  await full.score([top, bottom, words], out);
  const logistic = (x: number) => 1 / (1 + Math.exp(-x));
  t.true(Math.abs(out[1] - logistic(10.6)) < 1e-6 && Math.abs(out[3] - logistic(1.9)) < 1e-6);
  const error = await t.throwsAsync(
    async () => full.score([top, bottom, denseBlock(2, 3, Float32Array.of(0, 1, 2.5, 2, 2, 2))], out),
    { instanceOf: ModelError },
  );
  t.regex(error?.message ?? '', /'tokens'.*2\.5/);
  await t.throwsAsync(tfjsModel(network, { classes: [0, 1], inputs: 'pixels' }), {
    instanceOf: OptionError,
    message: /pixels.*tokens/,
  });
  await t.throwsAsync(
    tfjsModel(network, { classes: [0, 1], inputs: { pixels: 'a', tokens: 'b', other: 'c' } }),
    {
      instanceOf: OptionError,
    },
  );
  network.dispose();
});

test.serial('what does not fit is refused at the door, or named when it shows', async (t) => {
  await use('cpu');
  const network = smallNetwork(3);
  const refused = async (options: Parameters<typeof tfjsModel>[1] & object, message: RegExp) => {
    await t.throwsAsync(tfjsModel(network, options), { instanceOf: OptionError, message });
  };
  await refused({ classes: ['a', 'b'], inputs: 'x' } as object, /'classes'.*3 numbers a row.*2/);
  await refused({ classes: ['a', 'a', 'b'] } as object, /'classes'.*different/);
  await refused({ inputs: 'x' }, /3 numbers a row.*expected is 1/);
  await refused({ inputs: { y: 'x' } }, /no such input/);
  await refused({ output: 'z' }, /no "z"/);
  await refused({ batch: 0 }, /'batch'/);
  await refused({ backend: 'gpu' } as object, /'backend'/);
  await refused({ labels: ['a'] } as object, /'labels': unknown/);
  await refused({ tf: {} }, /'tf'/);
  await t.throwsAsync(tfjsModel({} as typeof network), { instanceOf: OptionError, message: /'model'/ });
  const fixed = layers.sequential({ layers: [layers.layers.dense({ batchInputShape: [8, 3], units: 1 })] });
  await t.throwsAsync(tfjsModel(fixed), { instanceOf: OptionError, message: /8 rows/ });

  const logits = await tfjsModel(smallNetwork(2, 'linear'), { classes: [0, 1], backend: 'cpu' });
  const out = new Float64Array(ROWS * 2);
  await t.throwsAsync(async () => logits.score([block], out), { instanceOf: ModelError, message: /logits/ });
  await t.throwsAsync(async () => logits.score([denseBlock(1, 2, new Float32Array(2))], out), {
    instanceOf: ModelError,
    message: /takes 3 numbers a row.*have 2/,
  });
});

test.serial('numbers: a model without classes is one of regression', async (t) => {
  await use('cpu');
  const full = await tfjsModel(smallNetwork(1, 'linear'), { inputs: 'x', backend: 'cpu', name: 'delay' });
  t.is(full.task, 'regression');
  t.is(full.name, 'delay');
  const out = new Float64Array(ROWS);
  await full.score([block], out);
  t.true(out.every(Number.isFinite) && new Set(out).size > ROWS / 2);
});

test('files that are no models are refused, saying which way', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-'));
  const path = join(folder, 'model.json');
  const refused = async (content: object | string, reason: ArtifactError['reason']) => {
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    const error = await t.throwsAsync(tfjsModel(path), { instanceOf: ArtifactError });
    t.is(error?.reason, reason, JSON.stringify(content));
  };
  const error = await t.throwsAsync(tfjsModel(join(folder, 'none.json')), { instanceOf: ArtifactError });
  t.is(error?.reason, 'unreadable');
  await refused('\u0000\u0001', 'foreign');
  await refused('[]', 'foreign');
  await refused({ weightsManifest: [] }, 'foreign');
  await refused({ modelTopology: {}, weightsManifest: [{ paths: ['gone.bin'], weights: [] }] }, 'unreadable');
  await refused(
    { modelTopology: { class_name: 'Sequential', config: [{ class_name: 'Unheard', config: {} }] } },
    'damaged',
  );
  await refused(
    { modelTopology: { node: [{ name: 'x', op: 'Unheard', input: ['y'] }] }, format: 'graph-model' },
    'damaged',
  );
  await writeFile(join(folder, 'w.bin'), new Uint8Array(4));
  const weights = [{ name: 'w', shape: [100], dtype: 'float32' }];
  await refused(
    {
      modelTopology: { class_name: 'Sequential', config: [] },
      weightsManifest: [{ paths: ['w.bin'], weights }],
    },
    'damaged',
  );
  await rm(folder, { recursive: true });
});

test.serial(
  'tune: a trained network is the full model, with a feature of its own, and without labels',
  async (t) => {
    await use('cpu');
    const { rows } = gaussianWorld({ rows: 1_500, seed: 1 });
    const width = rows[0].cheap.length;
    const network = layers.sequential({
      layers: [
        layers.layers.dense({
          inputShape: [width],
          units: 1,
          activation: 'sigmoid',
          kernelInitializer: 'ones',
        }),
      ],
    });
    const features = define({
      cheap: dense(1, (all: readonly (typeof rows)[number][]) =>
        Float32Array.from(all, (row) => row.cheap.reduce((sum, x) => sum + x, 0)),
      ),
      raw: dense(width, (all: readonly (typeof rows)[number][]) =>
        Float32Array.from(all.flatMap((row) => [...row.cheap])),
      ),
    });
    const full = await tfjsModel(network, { classes: ['no', 'yes'], inputs: 'raw', backend: 'cpu' });
    const profile = profileOf({ cheap: 1, raw: 1 });
    const cascade = await tune({ features, rows, full, profile, bound: { epsilon: 0.05 }, seed: 1 });
    t.is(cascade.certificate.loss, 'disagreement');
    t.deepEqual(cascade.plan.full.features, ['raw']);
    const before = network.getWeights().map((weight) => [...weight.dataSync()]);
    t.deepEqual(before, [Array.from({ length: width }, () => 1), [0]]);
    t.is(cascade.predictSync(rows).labels.length, rows.length);

    const wrong = await tfjsModel(network, { classes: ['no', 'yes'], inputs: 'absent', backend: 'cpu' });
    await t.throwsAsync(tune({ features, rows, full: wrong, bound: { epsilon: 0.05 } }), {
      instanceOf: OptionError,
      message: /absent/,
    });
  },
);

test.serial('NaN is named with its row', async (t) => {
  await use('cpu');
  const rows = Array.from({ length: 900 }, (_, i) => ({ x: (i % 9) - 4 }));
  const network = layers.sequential({
    layers: [
      layers.layers.dense({
        inputShape: [1],
        units: 2,
        kernelInitializer: layers.initializers.randomNormal({ seed: 3 }),
      }),
    ],
  });
  const features = define({
    sign: dense(1, (all: readonly (typeof rows)[number][]) =>
      Float32Array.from(all, ({ x }) => Math.sign(x)),
    ),
    x: dense(1, (all: readonly (typeof rows)[number][]) => Float32Array.from(all, ({ x }) => x)),
  });
  const full = await tfjsModel(network, { classes: [0, 1], scores: 'logits', inputs: 'x', backend: 'cpu' });
  const cascade = await tune({
    features,
    rows,
    full,
    profile: profileOf({ sign: 1, x: 1 }),
    bound: { epsilon: 0.2 },
    seed: 1,
    allowVacuous: true,
  });
  network.setWeights([tf.tensor2d([Number.NaN, Number.NaN], [1, 2]), tf.tensor1d([0, 0])]);
  const error = await t.throwsAsync(cascade.full.predict(rows.slice(0, 3)), { instanceOf: ModelError });
  t.regex(error?.message ?? '', /row 0: gave NaN/);
});
