export type { TrainedModel } from './trained.js';
