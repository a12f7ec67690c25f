/** Kernels in WebAssembly. */

export { wasmKernel } from './forestKernel.js';
export { treesSingleKernel } from './trees.single.wasm.js';
