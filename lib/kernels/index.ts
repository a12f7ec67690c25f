export { type Forest, forestTensors, isInSet, loadForest, SET_WORDS } from './forest.js';
export { runForest } from './reference.js';
export { forestKernel, type KernelName } from './run.js';
