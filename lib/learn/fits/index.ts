/** Fits as units that depend on nothing else: done in turn on this thread, or on worker threads. */
export { type Checkpoint, type JobDigests, openCheckpoint } from './checkpoint.js';
export { type Fits, openFits } from './fits.js';
export { doTask, type FitAnswer, type FitTask, type FitThreads } from './task.js';
export {
  type FitUnit,
  leastSeconds,
  trainingSet,
  type UnitResult,
  type UnitScores,
  workOfUnit,
} from './unit.js';
export { optionsText } from './unitKey.js';
