import type * as tf from '@tensorflow/tfjs-core';
import type { State } from 'spillway/extend';
import { type TrainedModel, tfjsModel } from 'spillway/full';
import { DetectorBefore } from '../../cascades/attentional/before/index.js';
import type { Detector } from '../../cascades/attentional/index.js';
import { onnxModel } from '../../lib/full/onnx/index.js';
import { random } from '../../lib/stats/index.js';
import {
  buildNetwork,
  multiplyAdds,
  type Pictures,
  type Sizes,
  SMALL,
  trainNetwork,
  weightsOf,
} from '../digits/network.js';
import { networkAsOnnx } from '../digits/onnx.js';
import { cachedState } from '../harness/cachedState.js';
import { loadPeer } from '../peers/install.js';
import {
  BACKGROUND,
  GRID,
  type LabelledPictures,
  labelledWindows,
  PICTURE,
  pictureOf,
  showsNone,
} from './networkWindows.js';
import type { Part } from './photographs.js';
import type { SceneSource } from './scenes.js';

const RUNTIME = 'onnxruntime-node';
const CLASSES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, BACKGROUND];

/** How a network is trained: on windows of scenes, then again with windows in which it saw digits that aren't there. */
interface Recipe {
  readonly sizes: Sizes;
  readonly scenes: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Scenes whose windows are searched for such mistakes, after a first training of one epoch, and after a second. */
  readonly mined: readonly number[];
  readonly version: number;
}

const FULL: Recipe = {
  sizes: { ...SMALL, name: 'digits and background' },
  scenes: 2_000,
  epochs: 4,
  batchSize: 128,
  learningRate: 0.001,
  mined: [100, 200],
  version: 3,
};

const QUICK: Recipe = {
  ...FULL,
  sizes: { name: 'hardly trained', filters: [4, 4], hidden: 8 },
  scenes: 20,
  epochs: 1,
  mined: [],
};

/** Of a scene: those of which the network is surest. */
const MOST_MISTAKES = 60;

/** A convolutional network of ten digits and the background. */
export interface Network {
  readonly model: TrainedModel<number>;
  /** What runs it. */
  readonly runtime: string;
  /** Of one window. */
  readonly multiplyAdds: number;
}

/** The network, from the cache or trained now, in ONNX Runtime where that can be had, else in TensorFlow.js. */
export async function networkOn(
  sources: Record<Part, SceneSource>,
  detector: Detector,
  quick: boolean,
  log: (text: string) => void,
): Promise<Network> {
  const recipe = quick ? QUICK : FULL;
  const train = () => trainOnWindows(sources.training, detector, recipe, log);
  const key = JSON.stringify(recipe) + buildNetwork.toString() + labelledWindows.toString();
  const state = quick
    ? await train()
    : await cachedState('windows', key, (path) => {
        log(`training '${recipe.sizes.name}', kept in ${path}`);
        return train();
      });
  const runtime = quick ? 'left out' : loadPeer(RUNTIME);
  const model = await modelOf(recipe.sizes, state, runtime);
  return {
    model,
    runtime: typeof runtime === 'string' ? 'tfjs wasm' : RUNTIME,
    multiplyAdds: multiplyAdds(recipe.sizes, CLASSES.length),
  };
}

async function trainOnWindows(
  source: SceneSource,
  detector: Detector,
  { sizes, scenes, mined, ...recipe }: Recipe,
  log: (text: string) => void,
): Promise<State> {
  const known = labelledWindows(source, 'network', scenes);
  for (const [round, count] of mined.entries()) {
    const state = await trainNetwork(sizes, picturesOf(known), { ...recipe, epochs: 1 }, log);
    const model = await modelOf(sizes, state, loadPeer(RUNTIME));
    const mistakes = await mistakesOf(model, detector, source, `network mistakes ${round}`, count);
    log(`${mistakes.length} windows of ${count} scenes in which a digit was seen that isn't there`);
    known.pictures.push(...mistakes);
    known.labels.push(...mistakes.map(() => BACKGROUND));
  }
  return trainNetwork(sizes, picturesOf(known), recipe, log);
}

function picturesOf({ pictures, labels }: LabelledPictures): Pictures {
  const order = Int32Array.from(labels.keys());
  random('network order').shuffle(order);
  const each = PICTURE * PICTURE;
  const values = new Float32Array(each * order.length);
  for (const [to, from] of order.entries()) {
    for (let i = 0; i < each; i++) values[each * to + i] = pictures[from][i] / 255;
  }
  return { values, labels: Int32Array.from(order, (from) => labels[from]), classes: CLASSES.length };
}

/** Windows of the grid that show no digit, but may to the model. */
async function mistakesOf(
  model: TrainedModel<number>,
  detector: Detector,
  source: SceneSource,
  seed: string,
  count: number,
): Promise<LabelledPictures['pictures']> {
  const options = {
    ...GRID,
    accept: (scores: Float64Array) => (scores[BACKGROUND] < 0.9 ? 1 - scores[BACKGROUND] : null),
  };
  // Every window goes to the model.
  const everywhere = new DetectorBefore({ detector, full: model, options, served: null });
  const mistakes: LabelledPictures['pictures'] = [];
  for (let i = 0; i < count; i++) {
    const scene = source.scene(`${seed} ${i}`);
    const { candidates } = await everywhere.detect(scene.image);
    const worst = candidates.filter((place) => showsNone(scene, place)).sort((a, b) => b.score - a.score);
    for (const place of worst.slice(0, MOST_MISTAKES)) mistakes.push(pictureOf(scene.image, place));
  }
  return mistakes;
}

async function modelOf(sizes: Sizes, state: State, runtime: unknown): Promise<TrainedModel<number>> {
  const build = () => buildNetwork(sizes, { classes: CLASSES.length, seed: 1 });
  const weights = await weightsOf(build, state);
  const options = { classes: CLASSES, inputs: 'pixels', name: sizes.name } as const;
  if (typeof runtime === 'string') {
    const network = build();
    network.setWeights(weights);
    return tfjsModel(network, { ...options, backend: 'wasm' });
  }
  const values = weights.map((weight: tf.Tensor) => Float32Array.from(weight.dataSync()));
  for (const weight of weights) weight.dispose();
  return onnxModel(networkAsOnnx(sizes, values), { ...options, runtime });
}
