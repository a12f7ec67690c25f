export { type Forest, forestTensors, isInSet, loadForest, SET_WORDS } from './forest.js';
export { runForest } from './reference.js';
export { type ForestKernel, forestKernel, type KernelName } from './run.js';
