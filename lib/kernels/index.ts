export type { Pass, Passes } from './forest/index.js';
export {
  arrange,
  begin,
  type Forest,
  forestTensors,
  isInSet,
  loadForest,
  prefix,
  type Remaining,
  remaining,
  runForest,
  SET_WORDS,
  segment,
} from './forest/index.js';
export { passesOf } from './passes.js';
export { type Rounds, roundsOf } from './rounds.js';
export { type ForestKernel, forestKernel, type KernelName } from './run.js';
export { singleRounds } from './single.js';
