import * as tf from '@tensorflow/tfjs-core';
import { median } from 'simple-statistics';
import { type Digits, loadDigits } from 'spillway/datasets';
import { type BackendName, type OnTfjs, type TrainedModel, tfjsModel } from 'spillway/full';
import { denseBlock } from '../../lib/data/blocks/index.js';
import { onnxModel } from '../../lib/models/full/onnx/index.js';
import { random } from '../../lib/stats/index.js';
import { atLeast, atMost, type Check, columns, leftOut } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { limitsIn } from '../harness/paired.js';
import { disagreementRefuted } from '../harness/refute.js';
import { loadPeer, peerVersion } from '../peers/install.js';
import { ONNX_RUNTIME } from '../peers/known.js';
import { type CascadeResult, measureCascade, type Pair } from './cascade.js';
import { pixelBlock } from './features.js';
import {
  buildNetwork,
  LARGE,
  multiplyAdds,
  type Sizes,
  SMALL,
  TRAINED_ON,
  trainedWeights,
} from './network.js';
import { networkAsOnnx } from './onnx.js';
import { adapterRatio, stepRatio } from './runtime.js';

const RUNTIME = 'onnxruntime-node';
const CLASSES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/** The sample for a run on a named backend: a processor that emulates a GPU is slow. */
const SAMPLE = { known: 4_000, unseen: 1_000 };
/**
 * Threads of a session of ONNX Runtime spin for a while after a run. If two sessions and the engine
 * share two cores, they compete for them; the full model alone is as quick without.
 */
const STILL = { extra: { session: { intra_op: { allow_spinning: '0' } } } };
const GOALS: Readonly<Record<string, number>> = { [RUNTIME]: 6, 'tfjs wasm': 10 };

const APART = "the runtimes' probabilities, apart at most";
const speedupOver = (name: string) => `speedup over ${name}`;

/** Ten digits: a convolutional network served by ONNX Runtime and by TensorFlow.js, and certified cascades before it. */
export const digits: Workload = {
  peers: ({ backend }) =>
    // A backend that was selected runs alone.
    backend === undefined ? [{ peer: ONNX_RUNTIME, checks: [APART, speedupOver(RUNTIME)] }] : [],
  async run({ seeds = [1], quick, backend, log }) {
    const { known, unseen } = await shuffledDigits();
    const weights = {
      full: await trainedWeights(LARGE, known, log),
      small: await trainedWeights(SMALL, known, log),
    };
    const small = quick || (backend !== undefined && backend !== 'wasm');
    const fresh = cut(known, TRAINED_ON, small ? TRAINED_ON + SAMPLE.known : known.rows.length);
    const test = small ? cut(unseen, 0, SAMPLE.unseen) : unseen;
    const models = await fullModels(weights, backend, log);
    const network = models.network;
    const agreement = await agreementOf(models, cut(unseen, 0, 1_000));
    const results: CascadeResult[] = [];
    for (const pair of models.all) {
      for (const seed of seeds) results.push(await measureCascade(pair, fresh, test, seed, log));
    }
    const { tfjs } = models;
    log('the runtime: a step of training, the adapter, where its time goes');
    const block = denseBlock(256, 784, pixelBlock(test.rows.slice(0, 256)));
    const runtime = {
      backend: tfjs.backend,
      costs: await tfjs.costs([block]),
      // Only wasm has checks on these, and on a processor that emulates a GPU they would take
      // minutes.
      ...(tfjs.backend.name === 'wasm' && {
        stepOverForward: await stepRatio(known, 128),
        adapterAt256: await adapterRatio(tfjs, network, test, 256),
        adapterAt1: await adapterRatio(tfjs, network, test, 1),
      }),
    };
    const summary = { multiplyAdds: multiplyAdds(LARGE), agreement, runtime };
    const json = {
      workload: 'digits',
      quick,
      machine: machine(),
      versions: { ...versions(), tfjs: tf.version_core, [RUNTIME]: peerVersion(RUNTIME) },
      seeds,
      ...summary,
      missing: models.missing,
      checks: checksOf(summary, results, models.missing),
      results,
    };
    return { json, table: tableOf(results) };
  },
};

interface Weights {
  readonly full: tf.Tensor[];
  readonly small: tf.Tensor[];
}

/** Both networks in every selected runtime. */
async function fullModels(weights: Weights, backend: string | undefined, log: (text: string) => void) {
  const chosen = backendOf(backend);
  const [network, smallNetwork] = [buildNetwork(LARGE), buildNetwork(SMALL)];
  network.setWeights(weights.full);
  smallNetwork.setWeights(weights.small);
  const options = { classes: CLASSES, inputs: 'pixels' } as const;
  const tfjs = await tfjsModel(network, { ...options, name: `tfjs ${chosen}`, backend: chosen });
  const small = await tfjsModel(smallNetwork, { ...options, name: 'small tfjs', backend: 'wasm' });
  log(`${tfjs.name}: ${tfjs.backend.reason}`);
  const onTfjs = { full: tfjs, small };
  if (backend !== undefined) return { network, tfjs, all: [onTfjs], missing: 'another backend was selected' };
  const runtime = loadPeer(RUNTIME);
  if (typeof runtime === 'string') return { network, tfjs, all: [onTfjs], missing: runtime };
  const onnx = (sizes: Sizes, own: readonly tf.Tensor[], name: string) =>
    onnxModel(
      networkAsOnnx(
        sizes,
        own.map((weight) => Float32Array.from(weight.dataSync())),
      ),
      { ...options, name, runtime, session: STILL },
    );
  const full = await onnx(LARGE, weights.full, RUNTIME);
  const onOnnx: Pair = { full, small: await onnx(SMALL, weights.small, `small ${RUNTIME}`) };
  return { network, tfjs, onnx: full, all: [onOnnx, onTfjs], missing: undefined };
}

function backendOf(name: string | undefined): BackendName {
  if (name === undefined) return 'wasm';
  const known: readonly BackendName[] = ['node-gpu', 'node', 'webgpu', 'wasm', 'cpu'];
  const found = known.find((each) => each === name);
  if (found === undefined) throw new RangeError(`--backend: expected ${known.join(', ')}, got '${name}'`);
  return found;
}

interface Models {
  readonly tfjs: TrainedModel<number> & OnTfjs;
  readonly onnx?: TrainedModel<number>;
}

/** The largest difference between the runtimes' probabilities. */
async function agreementOf({ tfjs, onnx }: Models, { rows }: Digits): Promise<number | undefined> {
  if (onnx === undefined) return undefined;
  const block = denseBlock(rows.length, 784, pixelBlock(rows));
  const [a, b] = [new Float64Array(rows.length * 10), new Float64Array(rows.length * 10)];
  await tfjs.score([block], a);
  await onnx.score([block], b);
  return a.reduce((most, score, i) => Math.max(most, Math.abs(score - b[i])), 0);
}

interface Summary {
  readonly multiplyAdds: number;
  readonly agreement: number | undefined;
  readonly runtime: {
    readonly stepOverForward?: number;
    readonly adapterAt256?: number;
    readonly adapterAt1?: number;
  };
}

function checksOf(
  { multiplyAdds, agreement, runtime }: Summary,
  results: readonly CascadeResult[],
  missing: string | undefined,
): Check[] {
  const checks = [
    atLeast('multiply-adds of the full model, a digit', multiplyAdds, 5e6),
    atLeast('accuracy of the full model on the unseen digits', results[0].full.accuracy, 0.988),
  ];
  checks.push(
    agreement === undefined ? leftOut(APART, '<= 0.0001', missing ?? '') : atMost(APART, agreement, 1e-4),
  );
  const names = new Set(results.map(({ model }) => model));
  for (const [name, goal] of Object.entries(GOALS)) {
    if (!names.has(name)) checks.push(leftOut(speedupOver(name), `>= ${goal}`, missing ?? 'not selected'));
  }
  for (const name of names) {
    const own = results.filter(({ model }) => model === name);
    const goal = GOALS[name];
    if (goal !== undefined) {
      checks.push(atLeast(speedupOver(name), median(own.map(({ speedup }) => speedup)), goal));
    }
    const certified = own.filter(({ certificate }) => certificate.verdict === 'certified').length;
    checks.push(
      atLeast(`certified over ${name}, share of seeds`, certified / own.length, 1),
      atMost(
        `points of accuracy lost over ${name}`,
        100 * median(own.map(({ full, cascade }) => full.accuracy - cascade.accuracy)),
        0.3,
      ),
      // The seeds share the unseen digits: each is tested by itself, and the middle one is reported.
      disagreementRefuted([middle(own).counts], 'digits'),
    );
  }
  const ratios: [string, number | undefined, number][] = [
    ['a step of training on wasm, as a multiple of a pass forward', runtime.stepOverForward, 4],
    ["the adapter at batch 256, as a multiple of the runtime's own call", runtime.adapterAt256, 1.05],
    ["the adapter at batch 1, as a multiple of the runtime's own call", runtime.adapterAt1, 1.5],
  ];
  for (const [what, ratio, most] of ratios) if (ratio !== undefined) checks.push(atMost(what, ratio, most));
  return checks;
}

function middle(results: readonly CascadeResult[]): CascadeResult {
  return [...results].sort((a, b) => a.counts.changed - b.counts.changed)[results.length >> 1];
}

function tableOf(results: readonly CascadeResult[]): string {
  return columns([
    [
      '',
      'seed',
      'full/s',
      'cascade/s',
      'speedup',
      'predicted',
      'full right',
      'differs',
      'accuracy lost',
      'tuned',
    ],
    ...results.map(({ model, seed, full, cascade, speedup, predictedSpeedup, paired, tuneSeconds }) => [
      model,
      String(seed),
      full.rowsPerSecond.toFixed(0),
      cascade.rowsPerSecond.toFixed(0),
      `${speedup.toFixed(1)}x`,
      `${predictedSpeedup.toFixed(1)}x`,
      `${(100 * full.accuracy).toFixed(2)} %`,
      limitsIn(paired.disagreement, '%'),
      limitsIn(paired.accuracyLost, 'points'),
      `${tuneSeconds.toFixed(0)} s`,
    ]),
  ]);
}

function cut({ rows, labels }: Digits, from: number, to: number): Digits {
  return { rows: rows.slice(from, to), labels: labels.slice(from, to) };
}

/** MNIST's 60,000 digits in an order of their own, and its 10,000 test digits as they are. */
async function shuffledDigits(): Promise<{ known: Digits; unseen: Digits }> {
  const { train, test } = await loadDigits();
  const order = Int32Array.from(train.rows.keys());
  random(1).fork('bench digits').shuffle(order);
  const known = {
    rows: Array.from(order, (row) => train.rows[row]),
    labels: Array.from(order, (row) => train.labels[row]),
  };
  return { known, unseen: test };
}
