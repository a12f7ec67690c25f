import type { Load } from '../../../util/packages.js';
import { type ProbeGpu, probeGpu } from './probeGpu.js';
import { startRegistered } from './registered.js';
import { restoreNodeUtil } from './restoreNodeUtil.js';
import type { Tf } from './tf.js';

const ENGINE = 'tensorflow';
const GPU = '@tensorflow/tfjs-node-gpu';
const CPU = '@tensorflow/tfjs-node';
const NO_GPU = `${GPU} finds no GPU: it needs an NVIDIA GPU, CUDA 11.2 and cuDNN 8.1`;

/**
 * TensorFlow on a GPU, by tfjs-node-gpu.
 *
 * The package also runs without a GPU, on the processor, and once it is loaded tfjs-node can't take its place: both
 * register the engine `tensorflow`. So it is tried in a process of its own first.
 *
 * @throws if there is no GPU, or the other package is loaded already; else the binding's own error
 */
export async function startNodeGpu(tf: Tf, load: Load, probe: ProbeGpu = probeGpu): Promise<string> {
  restoreNodeUtil();
  // Only a loaded GPU package makes the probe in another process unnecessary.
  if (!isGpuPackage(tf) && !(await probe(GPU))) throw new Error(NO_GPU);
  await startRegistered(tf, load, ENGINE, GPU);
  if (!isGpuPackage(tf)) {
    throw new Error(
      `${CPU} is loaded in this process already, and only one of the two can be: import ${GPU} alone`,
    );
  }
  if (!isUsingGpu(tf)) throw new Error(NO_GPU);
  return 'TensorFlow, on a GPU';
}

/**
 * TensorFlow on the processor, by tfjs-node; by tfjs-node-gpu too where that is loaded and has found no GPU.
 *
 * @throws if tfjs-node-gpu is loaded already and runs on a GPU; else the binding's own error
 */
export async function startNode(tf: Tf, load: Load): Promise<string> {
  restoreNodeUtil();
  await startRegistered(tf, load, ENGINE, CPU);
  if (isUsingGpu(tf)) {
    throw new Error(`${GPU} is loaded in this process already and runs on a GPU: ask for backend 'node-gpu'`);
  }
  return 'TensorFlow, on the processor';
}

/** Whether the loaded engine is tfjs-node-gpu's, as tfjs-node 4.22 reports it. */
function isGpuPackage(tf: Tf): boolean {
  return Reflect.get(Object(tf.findBackend(ENGINE)), 'isGPUPackage') === true;
}

function isUsingGpu(tf: Tf): boolean {
  return Reflect.get(Object(tf.findBackend(ENGINE)), 'isUsingGpuDevice') === true;
}
