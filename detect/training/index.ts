/** Training of attentional cascades: gentle boosting stage by stage, on negatives that the stages so far pass. */

export type { EndReason } from './end.js';
export {
  type Augmentation,
  type BoxedImage,
  greyOf,
  type ImageSource,
  type Images,
  isIterable,
  type Jitter,
  type Positive,
  readEach,
  type WindowSize,
  windowOf,
} from './examples/index.js';
export type { HitCount } from './hits.js';
export { doTrainingJob, type TrainingJob, type TrainingThreads } from './jobs.js';
export type { TrainingOptions, ValidationImages } from './options.js';
export { Pacer } from './pacer.js';
export { type StageRow, stageTable, type TrainingProgress, trainingSummary } from './progress.js';
export type { PlainModel, TrainingState } from './state.js';
export { type TrainedCascade, trainCascade } from './trainCascade.js';
export type { TrainingWarning } from './warnings.js';
