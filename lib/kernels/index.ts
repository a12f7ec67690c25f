export { arrange } from './arrange.js';
export { type Forest, forestTensors, isInSet, loadForest, SET_WORDS } from './forest.js';
export { prefix } from './prefix.js';
export { begin, runForest } from './reference.js';
export { type Remaining, remaining } from './remaining.js';
export { type Rounds, roundsOf } from './rounds.js';
export { type ForestKernel, forestKernel, type KernelName } from './run.js';
export { segment } from './segment.js';
export { singleRounds } from './single.js';
