import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import * as layers from '@tensorflow/tfjs-layers';
import { type NetworkShape, type State, tfjsLearner } from 'spillway';
import type { Digits } from 'spillway/datasets';
import { readArtifact, writeArtifact } from '../lib/artifact/index.js';
import { denseBlock } from '../lib/blocks/index.js';
import { pixelBlock } from './digits-features.js';

/** All that the network's weights follow from, but for what tfjs draws: a change makes another file. */
const RECIPE = { version: 1, rows: 40_000, epochs: 6, batchSize: 128, learningRate: 0.001 };

/** Multiply-adds of one picture, layer by layer. */
export const MULTIPLY_ADDS = 14 * 14 * 25 * 32 + 14 * 14 * 25 * 32 * 64 + 7 * 7 * 64 * 128 + 128 * 10;

/** Two convolutions, the first with strides, a hidden layer and the classes. */
export function buildNetwork({ classes, seed }: Pick<NetworkShape, 'classes' | 'seed'>) {
  const drawn = (place: number) => layers.initializers.heNormal({ seed: (seed % 1000) + place });
  const convolution = { kernelSize: 5, padding: 'same', activation: 'relu' } as const;
  return layers.sequential({
    layers: [
      layers.layers.conv2d({
        inputShape: [28, 28, 1],
        filters: 32,
        strides: 2,
        ...convolution,
        kernelInitializer: drawn(1),
      }),
      layers.layers.conv2d({ filters: 64, ...convolution, kernelInitializer: drawn(2) }),
      layers.layers.maxPooling2d({ poolSize: 2 }),
      layers.layers.flatten(),
      layers.layers.dense({ units: 128, activation: 'relu', kernelInitializer: drawn(3) }),
      layers.layers.dropout({ rate: 0.4 }),
      layers.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: drawn(4) }),
    ],
  });
}

/** The trained network's weights: from the cache, or trained now, which takes some minutes. */
export async function trainedWeights(known: Digits, say: (text: string) => void): Promise<tf.Tensor[]> {
  const path = cachePath();
  const state = (await cached(path)) ?? (await train(known, path, say));
  return weightsOf(state);
}

/** The digits that the network is trained on come first; the others nothing has seen. */
export const TRAINED_ON = RECIPE.rows;

async function train(known: Digits, path: string, say: (text: string) => void): Promise<State> {
  say(`training the full model on ${RECIPE.rows} digits, kept in ${path}`);
  const { epochs, batchSize, learningRate, rows } = RECIPE;
  const learner = tfjsLearner(buildNetwork, {
    name: 'digits',
    epochs,
    batchSize,
    optimizer: () => tf.train.adam(learningRate),
  });
  let told = 0;
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
        if (share < told + 0.05) return;
        told = share;
        say(`  ${Math.round(100 * share)} %`);
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
    if (error instanceof Error && 'reason' in error && error.reason === 'unreadable') return undefined;
    throw error;
  }
}

function cachePath(): string {
  const folder = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const recipe = createHash('sha256').update(JSON.stringify(RECIPE) + buildNetwork.toString());
  return join(folder, 'spillway', `digits-${recipe.digest('hex').slice(0, 16)}.network`);
}

async function weightsOf({ tensors }: State): Promise<tf.Tensor[]> {
  await tf.setBackend('wasm');
  const shapes = buildNetwork({ classes: 10, seed: 1 })
    .getWeights()
    .map(({ shape }) => shape);
  return shapes.map((shape, i) => tf.tensor(Float32Array.from(tensors[`weight ${i}`]), shape));
}
