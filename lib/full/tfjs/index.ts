export { type NetworkShape, type TfjsLearnerOptions, tfjsLearner } from './learner.js';
export { type OnTfjs, type TfjsClassOptions, type TfjsOptions, tfjsModel } from './model.js';
export { restoreNodeUtil } from './node.js';
export { type BackendStatus, tfjsBackends } from './probing.js';
export type {
  BackendName,
  BackendReport,
  TfjsNetwork,
  TfjsPort,
  TfjsSavedModel,
  TfjsTensorInfo,
  TfjsTrainable,
} from './types.js';
