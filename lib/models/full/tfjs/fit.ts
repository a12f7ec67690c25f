import type { Tensor } from '@tensorflow/tfjs-core';
import { type Block, gather } from '../../../data/blocks/index.js';
import { ModelError, OptionError } from '../../../errors.js';
import type { FitContext, TrainingSet } from '../../../learn/learners/index.js';
import { random } from '../../../stats/index.js';
import type { Binding } from '../inputs.js';
import { networkTensors } from './network.js';
import type { Tf } from './tf.js';
import type { TfjsTrainable } from './types.js';
import { isAdded } from './wasm/index.js';

export interface Training {
  readonly name: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: string | (() => object);
}

export interface NetworkTargets {
  /** rows x width, row-major. */
  readonly values: Float32Array;
  readonly width: number;
  readonly loss: string;
}

/** The targets of the network's output, and the loss. */
export function targetsFor(set: TrainingSet, distributions: Float64Array, width: number): NetworkTargets {
  const { rows, classes } = set;
  if (classes === 1) return { values: Float32Array.from(distributions), width: 1, loss: 'meanSquaredError' };
  if (width === classes)
    return { values: Float32Array.from(distributions), width, loss: 'categoricalCrossentropy' };
  if (width !== 1 || classes !== 2) {
    throw new OptionError('build', `gave a network of ${width} outputs for ${classes} classes`);
  }
  const second = Float32Array.from({ length: rows }, (_, row) => distributions[2 * row + 1]);
  return { values: second, width: 1, loss: 'binaryCrossentropy' };
}

/**
 * Trains a network by mini-batches, whose rows each epoch draws in another order.
 *
 * @throws ModelError if the loss is no number any more, or the backend lacks a kernel; the signal's reason when aborted
 */
export async function fitNetwork(
  tf: Tf,
  network: TfjsTrainable,
  binding: Binding,
  blocks: readonly Block[],
  targets: NetworkTargets,
  { name, epochs, batchSize, optimizer }: Training,
  { seed, signal, onProgress }: FitContext,
): Promise<void> {
  const [{ rows }] = blocks;
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const stream = random(seed).fork(name);
  network.compile({ optimizer: typeof optimizer === 'string' ? optimizer : optimizer(), loss: targets.loss });
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      stream.shuffle(order);
      for (let from = 0; from < rows; from += batchSize) {
        signal?.throwIfAborted();
        const chosen = order.subarray(from, from + batchSize);
        const inputs = networkTensors(tf, binding.tensors(blocks.map((block) => gather(block, chosen))));
        const wanted = tensorOf(tf, targets, chosen);
        let loss: number;
        try {
          [loss] = [await network.trainOnBatch(inputs.length === 1 ? inputs[0] : inputs, wanted)].flat();
        } catch (error) {
          throw explained(name, error);
        } finally {
          tf.dispose([...inputs, wanted]);
        }
        if (!Number.isFinite(loss)) {
          throw new ModelError(
            name,
            `its loss is ${loss} in epoch ${epoch + 1}: lower the learning rate, or scale the inputs`,
          );
        }
        onProgress?.((epoch + Math.min(1, (from + batchSize) / rows)) / epochs);
        // Backends that answer at once would keep timers and signals waiting.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  } finally {
    const own: unknown = Reflect.get(network, 'optimizer');
    const dispose: unknown = Reflect.get(Object(own), 'dispose');
    if (typeof dispose === 'function') dispose.call(own);
  }
}

/** A backend that lacks a kernel, with what to do; any other error as it is. */
function explained(name: string, error: unknown): unknown {
  const message = error instanceof Error ? error.message : '';
  const [, kernel, backend] = /^Kernel '(\w+)' not registered for backend '(\w+)'/.exec(message) ?? [];
  if (kernel === undefined) return error;
  const option = backend === 'wasm' && isAdded(kernel) ? 'pass wasmKernels: true, or ' : '';
  return new ModelError(
    name,
    `the backend '${backend}' has no ${kernel}, which its training needs: ${option}choose another backend`,
    { cause: error },
  );
}

function tensorOf(tf: Tf, { values, width }: NetworkTargets, rows: Int32Array): Tensor {
  const chosen = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    chosen.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return tf.tensor2d(chosen, [rows.length, width]);
}
