export type { AdapterOptions, Closable } from './adapter.js';
export type { Inputs } from './inputs.js';
export type { ScoreKind } from './scores.js';
export * from './tfjs/index.js';
export type { Trained, TrainedModel, TrainedRegression } from './trained.js';
