/** Kernels that the wasm backend of TensorFlow.js lacks or has only in a slow form. */

import type { Tf } from '../tf.js';
import { filterGradient } from './filterGradient.js';
import { cast, clone } from './identity.js';
import { inputGradient } from './inputGradient.js';
import { isWasmBackend, Kernels } from './kernels.js';
import { leadingSum } from './leadingSum.js';
import { matMul } from './matMul.js';
import type { Patch } from './patch.js';
import { poolGradient } from './poolGradient.js';
import type { AddProducts } from './products.js';

/** Kernels that tfjs-backend-wasm lacks, or has only in a slow form, for training a network. */
const PATCHES: readonly Patch[] = [
  matMul,
  filterGradient,
  inputGradient,
  poolGradient,
  leadingSum,
  clone,
  cast,
];

/** Whether `quickenWasm` adds a kernel that the backend lacks. */
export function isAdded(kernel: string): boolean {
  return PATCHES.some((patch) => patch.missing && patch.kernel === kernel);
}

/**
 * Replaces the missing and the slow kernels of tfjs-backend-wasm in tfjs's own registry: results
 * are the same. Called again, it does nothing.
 */
export function quickenWasm(tf: Tf): void {
  const loops = new WeakMap<object, AddProducts>();
  for (const patch of PATCHES) {
    const there = tf.getKernel(patch.kernel, 'wasm');
    if (there === undefined ? !patch.missing : patch.missing || there.kernelFunc.name === spillwayKernel.name)
      continue;
    if (there !== undefined) tf.unregisterKernel(patch.kernel, 'wasm');
    tf.registerKernel({ ...there, ...spillwayKernel(tf, patch, there?.kernelFunc, loops) });
  }
}

function spillwayKernel(
  tf: Tf,
  patch: Patch,
  replaced: ReturnType<Tf['getKernel']>['kernelFunc'] | undefined,
  loops: WeakMap<object, AddProducts>,
) {
  return {
    kernelName: patch.kernel,
    backendName: 'wasm',
    // By its name it is known again.
    kernelFunc: function spillwayKernel({
      inputs,
      backend,
      attrs = {},
    }: Parameters<NonNullable<typeof replaced>>[0]) {
      if (!isWasmBackend(backend))
        throw new TypeError('tfjs-backend-wasm is not what it was in version 4.22');
      const kernels = new Kernels(tf, backend, replaced, loops);
      const given = Object.fromEntries(
        Object.entries(inputs).flatMap(([name, info]) => (info ? [[name, info]] : [])),
      );
      return kernels.keep(patch.run(given, attrs, kernels));
    },
  };
}
