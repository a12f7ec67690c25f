export { fastKernel } from './fast.js';
export { keptCodes } from './kept.js';
export { treesSingleKernel } from './trees.single.wasm.js';
