/** Networks of TensorFlow.js, trained elsewhere or here. */

export { type NetworkShape, type TfjsLearnerOptions, tfjsLearner } from './learner.js';
export { type OnTfjs, type TfjsClassOptions, type TfjsOptions, tfjsModel } from './model.js';
export { type BackendStatus, tfjsBackends } from './probing.js';
export { restoreNodeUtil } from './restoreNodeUtil.js';
export type {
  BackendName,
  BackendReport,
  TfjsNetwork,
  TfjsPort,
  TfjsSavedModel,
  TfjsTensorInfo,
  TfjsTrainable,
} from './types.js';
