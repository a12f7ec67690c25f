import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import * as layers from '@tensorflow/tfjs-layers';
import type { Digits } from 'spillway/datasets';
import type { State } from 'spillway/extend';
import { type NetworkShape, tfjsLearner } from 'spillway/full';
import { denseBlock } from '../../lib/data/blocks/index.js';
import { cachedState } from '../harness/cachedState.js';
import { trainedState } from '../harness/trainedState.js';
import { pixelBlock } from './features.js';

/** A network's layers: filters of its two convolutions, units of its hidden layer. */
export interface Sizes {
  readonly name: string;
  readonly filters: readonly [number, number];
  readonly hidden: number;
}

/** The full model. */
export const LARGE: Sizes = { name: 'digits', filters: [32, 64], hidden: 128 };

/** A stage before it. */
export const SMALL: Sizes = { name: 'small digits', filters: [16, 16], hidden: 64 };

/** All that a network's weights follow from beside its sizes, but for what tfjs draws: a change makes another file. */
const RECIPE = { version: 1, rows: 40_000, epochs: 6, batchSize: 128, learningRate: 0.001 };

/** Multiply-adds of one picture, layer by layer. */
export function multiplyAdds({ filters: [first, second], hidden }: Sizes, classes = 10): number {
  return 14 * 14 * 25 * first + 14 * 14 * 25 * first * second + 7 * 7 * second * hidden + hidden * classes;
}

/** Two convolutions, the first with strides, a hidden layer and the classes. */
export function buildNetwork(
  { filters: [first, second], hidden }: Sizes,
  { classes, seed }: Pick<NetworkShape, 'classes' | 'seed'> = { classes: 10, seed: 1 },
) {
  const drawn = (place: number) => layers.initializers.heNormal({ seed: (seed % 1000) + place });
  const convolution = { kernelSize: 5, padding: 'same', activation: 'relu' } as const;
  return layers.sequential({
    layers: [
      layers.layers.conv2d({
        inputShape: [28, 28, 1],
        filters: first,
        strides: 2,
        ...convolution,
        kernelInitializer: drawn(1),
      }),
      layers.layers.conv2d({ filters: second, ...convolution, kernelInitializer: drawn(2) }),
      layers.layers.maxPooling2d({ poolSize: 2 }),
      layers.layers.flatten(),
      layers.layers.dense({ units: hidden, activation: 'relu', kernelInitializer: drawn(3) }),
      layers.layers.dropout({ rate: 0.4 }),
      layers.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: drawn(4) }),
    ],
  });
}

/** A trained network's weights: from the cache, or trained now, which takes some minutes for the large one. */
export async function trainedWeights(
  sizes: Sizes,
  known: Digits,
  log: (text: string) => void,
): Promise<tf.Tensor[]> {
  const recipe = JSON.stringify([RECIPE, sizes]) + buildNetwork.toString();
  const state = await cachedState('digits', recipe, (path) => train(sizes, known, path, log));
  return weightsOf(() => buildNetwork(sizes), state);
}

/** The digits that networks are trained on come first; the others nothing has seen. */
export const TRAINED_ON = RECIPE.rows;

async function train(sizes: Sizes, known: Digits, path: string, log: (text: string) => void): Promise<State> {
  log(`training '${sizes.name}' on ${RECIPE.rows} digits, kept in ${path}`);
  const { rows, ...recipe } = RECIPE;
  return trainNetwork(
    sizes,
    { values: pixelBlock(known.rows.slice(0, rows)), labels: known.labels.slice(0, rows), classes: 10 },
    recipe,
    log,
  );
}

/** Pictures of 28 x 28 pixels with their classes. */
export interface Pictures {
  /** From 0 to 1, a row a picture. */
  readonly values: Float32Array;
  readonly labels: ArrayLike<number>;
  readonly classes: number;
}

/** How a network is trained. */
export interface Recipe {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
}

/** Trains a network by TensorFlow.js. @returns its weights, as `weightsOf` reads them */
export async function trainNetwork(
  sizes: Sizes,
  { values, labels, classes }: Pictures,
  { epochs, batchSize, learningRate }: Recipe,
  log: (text: string) => void,
): Promise<State> {
  const rows = labels.length;
  const learner = tfjsLearner((shape) => buildNetwork(sizes, shape), {
    name: sizes.name,
    epochs,
    batchSize,
    optimizer: () => tf.train.adam(learningRate),
    wasmKernels: true,
  });
  const blocks = [denseBlock(rows, 784, values)];
  return trainedState(learner, { blocks, rows, classes, labels: Int32Array.from(labels) }, log);
}

/** The weights that a network was trained to, in its own shapes. @param build is called once there is a backend */
export async function weightsOf(
  build: () => ReturnType<typeof buildNetwork>,
  { tensors }: State,
): Promise<tf.Tensor[]> {
  await tf.setBackend('wasm');
  const shapes = build()
    .getWeights()
    .map(({ shape }) => shape);
  return shapes.map((shape, i) => tf.tensor(Float32Array.from(tensors[`weight ${i}`]), shape));
}
