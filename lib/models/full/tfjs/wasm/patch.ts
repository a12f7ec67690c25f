import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelInputs, Kernels } from './kernels.js';

/** One kernel of the backend that is replaced, or added if it is missing. */
export interface Patch {
  readonly kernel: string;
  readonly missing: boolean;
  /** Whatever `kernels` made on the way is freed after it. */
  run(inputs: KernelInputs, attrs: NamedAttrMap, kernels: Kernels): TensorInfo;
}
