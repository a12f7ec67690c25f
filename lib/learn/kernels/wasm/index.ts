/** Kernels in WebAssembly. */

export { wasmKernel } from './forestKernel.js';
export { keptCodes } from './incrementalCodes.js';
export { treesSingleKernel } from './trees.single.wasm.js';
