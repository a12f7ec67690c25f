export type { Trained, TrainedModel, TrainedRegression } from './trained.js';
