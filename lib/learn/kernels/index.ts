/** Kernels that sum forests, and the choice among them. */

export { type DoubleForest, doubleAdder, doubleRounds, singleForest } from './double/index.js';
export { singleRounds } from './float32Sums.js';
export {
  begin,
  type Forest,
  forestTensors,
  isInSet,
  loadForest,
  prefix,
  repeated,
  runForest,
  SET_WORDS,
  segment,
} from './forest/index.js';
export { vectorAdder } from './leafVectors.js';
export { areWide, type Rounds, roundsOf } from './rounds.js';
export { type ForestKernel, forestKernel, type KernelName } from './selectKernel.js';
