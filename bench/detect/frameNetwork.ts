import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import * as layers from '@tensorflow/tfjs-layers';
import { fromRows, type TrainedModel, tfjsLearner } from 'spillway/full';
import { denseBlock } from '../../lib/data/blocks/index.js';
import { cachedState } from '../harness/cachedState.js';
import { trainedState } from '../harness/trainedState.js';
import { FRAME, type Frame, lessons } from './frameScenes.js';
import type { Drawing, SceneSource } from './scenes.js';

/** Filters and strides of the convolutions, 3 x 3 each, and units of the hidden layer after their maxima. */
const CONVOLUTIONS = [
  { filters: 16, strides: 2 },
  { filters: 32, strides: 2 },
  { filters: 64, strides: 1 },
  { filters: 64, strides: 2 },
  { filters: 96, strides: 1 },
  { filters: 128, strides: 2 },
] as const;
const HIDDEN = 64;

/** Pictures that the network is trained on: it is convolutional, so that frames of any size are looked at. */
const LESSON: Drawing = { width: 52, height: 52, least: FRAME.least, most: FRAME.most };

/** All that the weights follow from beside the code: a change makes another file. */
const RECIPE = { version: 1, lessons: 3_000, epochs: 5, batchSize: 64, learningRate: 0.001 };
const QUICK = { ...RECIPE, lessons: 600, epochs: 2 };

/** Multiply-adds of a frame. */
export function multiplyAdds({ width, height }: Drawing = FRAME): number {
  let [across, down, channels, sum] = [width, height, 1, 0];
  for (const { filters, strides } of CONVOLUTIONS) {
    [across, down] = [Math.ceil(across / strides), Math.ceil(down / strides)];
    sum += across * down * 9 * channels * filters;
    channels = filters;
  }
  return sum + channels * HIDDEN + 2 * HIDDEN;
}

function build({ width, height }: Drawing, seed = 1) {
  const drawn = (place: number) => layers.initializers.heNormal({ seed: (seed % 1_000) + place });
  const convolutions = CONVOLUTIONS.map((each, i) =>
    layers.layers.conv2d({
      ...(i === 0 && { inputShape: [height, width, 1] }),
      ...{ ...each, kernelSize: 3, padding: 'same' as const, activation: 'relu' as const },
      kernelInitializer: drawn(i),
    }),
  );
  return layers.sequential({
    layers: [
      ...convolutions,
      layers.layers.globalMaxPooling2d({}),
      layers.layers.dense({ units: HIDDEN, activation: 'relu', kernelInitializer: drawn(10) }),
      layers.layers.dense({ units: 2, activation: 'softmax', kernelInitializer: drawn(11) }),
    ],
  });
}

/**
 * 'Is the wanted digit on this frame?', by a convolutional network on TensorFlow.js's backend wasm. Its weights are in
 * the cache, or trained now, which takes some minutes.
 */
export async function frameNetwork(
  source: SceneSource,
  quick: boolean,
  log: (text: string) => void,
): Promise<TrainedModel<boolean>> {
  const recipe = quick ? QUICK : RECIPE;
  const key = JSON.stringify([recipe, CONVOLUTIONS, HIDDEN, LESSON]);
  const { tensors } = await cachedState('frames', key, (path) => {
    log(`training the network on ${recipe.lessons} pictures, kept in ${path}`);
    return train(lessons(source, 'lessons', recipe.lessons, LESSON), recipe, log);
  });
  await tf.setBackend('wasm');
  const network = build(FRAME);
  const shapes = network.getWeights().map(({ shape }) => shape);
  network.setWeights(shapes.map((shape, i) => tf.tensor(Float32Array.from(tensors[`weight ${i}`]), shape)));
  return fromRows({
    name: 'network',
    labels: [false, true],
    fingerprint: key,
    batch: 32,
    score: (frames: readonly Frame[]) => answers(network, frames),
  });
}

/** Probabilities of both classes for each frame. */
function answers(network: ReturnType<typeof build>, frames: readonly Frame[]): Float32Array {
  const values = tf.tidy(() => {
    const pictures = tf.tensor4d(pixels(frames, FRAME), [frames.length, FRAME.height, FRAME.width, 1]);
    const out = network.predict(pictures);
    if (Array.isArray(out)) throw new TypeError('expected one output');
    return out.dataSync();
  });
  return Float32Array.from(values);
}

function pixels(frames: readonly Frame[], { width, height }: Drawing): Float32Array {
  const values = new Float32Array(frames.length * width * height);
  let at = 0;
  for (const { image } of frames) for (let p = 0; p < width * height; p++) values[at++] = image.data[p] / 255;
  return values;
}

async function train(pictures: readonly Frame[], recipe: typeof RECIPE, log: (text: string) => void) {
  const { epochs, batchSize, learningRate } = recipe;
  const columns = LESSON.width * LESSON.height;
  const learner = tfjsLearner(({ seed }) => build(LESSON, seed), {
    name: 'frames',
    epochs,
    batchSize,
    optimizer: () => tf.train.adam(learningRate),
    backend: 'wasm',
    wasmKernels: true,
  });
  const labels = Int32Array.from(pictures, ({ isThere }) => Number(isThere));
  const blocks = [denseBlock(pictures.length, columns, pixels(pictures, LESSON))];
  return trainedState(learner, { blocks, rows: pictures.length, classes: 2, labels }, log);
}
