/** Training of attentional cascades: gentle boosting stage by stage, on negatives that the stages so far pass. */

export type { EndReason } from './end.js';
export {
  type BoxedImage,
  greyOf,
  type ImageSource,
  type Images,
  isIterable,
  type Positive,
  readEach,
  type WindowSize,
} from './examples/index.js';
export { doTrainingJob, type TrainingJob, type TrainingThreads } from './jobs.js';
export type { TrainingOptions, ValidationImages } from './options.js';
export { Pacer } from './pacer.js';
export { type StageRow, stageTable, type TrainingProgress } from './progress.js';
export type { PlainModel, TrainingState } from './state.js';
export { type TrainedCascade, trainCascade } from './trainCascade.js';
