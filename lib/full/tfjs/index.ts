export type { BackendName, BackendReport } from './backends.js';
export type { CostOptions, PhaseCosts } from './costs.js';
export type { TfjsTrainable } from './fit.js';
export { type NetworkShape, type TfjsLearnerOptions, tfjsLearner } from './learner.js';
export { type OnTfjs, type TfjsClassOptions, type TfjsOptions, tfjsModel } from './model.js';
export type { TfjsNetwork, TfjsPort } from './network.js';
