import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import type { BackendName } from '../../../../../entries/full.js';
import { startBackend } from '../../../../../lib/models/full/tfjs/backends.js';
import { loadPackage } from '../../../../../lib/util/packages.js';
import { isHere as isInstalled } from '../../../../support/packages.js';
import { chooseDriver } from '../../../../support/vulkan.js';

export { layers, tf };

// Read when the first adapter is asked for.
const driver = isInstalled('webgpu') ? chooseDriver() : undefined;
if (driver !== undefined) console.error(`WebGPU runs on ${driver}`);

/** Backends that every machine has, and WebGPU, which needs a package and a driver. */
export const BACKENDS: readonly BackendName[] = ['cpu', 'wasm', 'webgpu'];

/** Whether a backend's package is installed, wherever NODE_PATH says too. */
export function isHere(backend: BackendName): boolean {
  return backend !== 'webgpu' || isInstalled('webgpu');
}

/** Makes a backend tfjs's own. */
export async function use(backend: BackendName): Promise<void> {
  await startBackend(tf, backend, loadPackage);
}

/** Two dense layers over three numbers, with weights that are always the same. */
export function smallNetwork(units = 2, activation: 'softmax' | 'linear' | 'sigmoid' = 'softmax') {
  const network = layers.sequential({
    layers: [
      layers.layers.dense({
        inputShape: [3],
        units: 4,
        activation: 'tanh',
        kernelInitializer: layers.initializers.randomNormal({ seed: 1 }),
      }),
      layers.layers.dense({
        units,
        activation,
        kernelInitializer: layers.initializers.randomNormal({ seed: 2 }),
      }),
    ],
  });
  return network;
}
