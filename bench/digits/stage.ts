import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { type NetworkShape, tfjsLearner } from 'spillway/full';

const HIDDEN = 64;

/** The learner of the stages: one hidden layer, trained in a second or two. */
export const stageLearner = tfjsLearner(
  ({ columns, classes, seed }: NetworkShape) => {
    const drawn = (place: number) => layers.initializers.heNormal({ seed: (seed % 1000) + place });
    return layers.sequential({
      layers: [
        layers.layers.dense({
          inputShape: [columns],
          units: HIDDEN,
          activation: 'relu',
          kernelInitializer: drawn(1),
        }),
        layers.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: drawn(2) }),
      ],
    });
  },
  {
    name: 'one hidden layer',
    epochs: 8,
    batchSize: 256,
    optimizer: () => tf.train.adam(0.01),
    backend: 'wasm',
    wasmKernels: true,
    multiplications: 100 * HIDDEN,
  },
);
