import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import * as layers from '@tensorflow/tfjs-layers';
import type { Digits } from 'spillway/datasets';
import type { State } from 'spillway/extend';
import { type NetworkShape, tfjsLearner } from 'spillway/full';
import { readArtifact, writeArtifact } from '../../lib/artifact/index.js';
import { denseBlock } from '../../lib/blocks/index.js';
import { ArtifactError } from '../../lib/errors.js';
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
export function multiplyAdds({ filters: [first, second], hidden }: Sizes): number {
  return 14 * 14 * 25 * first + 14 * 14 * 25 * first * second + 7 * 7 * second * hidden + hidden * 10;
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
  const path = cachePath(sizes);
  const state = (await cached(path)) ?? (await train(sizes, known, path, log));
  return weightsOf(sizes, state);
}

/** The digits that networks are trained on come first; the others nothing has seen. */
export const TRAINED_ON = RECIPE.rows;

async function train(sizes: Sizes, known: Digits, path: string, log: (text: string) => void): Promise<State> {
  log(`training '${sizes.name}' on ${RECIPE.rows} digits, kept in ${path}`);
  const { epochs, batchSize, learningRate, rows } = RECIPE;
  const learner = tfjsLearner((shape) => buildNetwork(sizes, shape), {
    name: sizes.name,
    epochs,
    batchSize,
    optimizer: () => tf.train.adam(learningRate),
  });
  let reported = 0;
  const model = await learner.fit(
    {
      blocks: [denseBlock(rows, 784, pixelBlock(known.rows.slice(0, rows)))],
      rows,
      classes: 10,
      labels: Int32Array.from(known.labels.slice(0, rows)),
    },
    {
      seed: 1,
      onProgress(share) {
        if (share < reported + 0.05) return;
        reported = share;
        log(`  ${Math.round(100 * share)} %`);
      },
    },
  );
  if (model.state === undefined) throw new TypeError('expected a model with a state');
  await mkdir(join(path, '..'), { recursive: true });
  await writeArtifact(path, model.state);
  return model.state;
}

async function cached(path: string): Promise<State | undefined> {
  try {
    return await readArtifact(path);
  } catch (error) {
    // Not there yet, or of an earlier release.
    if (error instanceof ArtifactError && ['unreadable', 'version'].includes(error.reason)) return undefined;
    throw error;
  }
}

function cachePath(sizes: Sizes): string {
  const folder = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const recipe = createHash('sha256').update(JSON.stringify([RECIPE, sizes]) + buildNetwork.toString());
  return join(folder, 'spillway', `digits-${recipe.digest('hex').slice(0, 16)}.network`);
}

async function weightsOf(sizes: Sizes, { tensors }: State): Promise<tf.Tensor[]> {
  await tf.setBackend('wasm');
  const shapes = buildNetwork(sizes)
    .getWeights()
    .map(({ shape }) => shape);
  return shapes.map((shape, i) => tf.tensor(Float32Array.from(tensors[`weight ${i}`]), shape));
}
