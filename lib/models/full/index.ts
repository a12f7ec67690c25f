/** Full models trained elsewhere: the interface and its adapters. */

export type { Closable, Resting } from '../../util/closable.js';
export type { AdapterOptions } from './adapter.js';
export { type HttpClassOptions, type HttpOptions, httpModel } from './http/index.js';
export type { Inputs } from './inputs.js';
export { type OnnxClassOptions, type OnnxOptions, onnxModel } from './onnx/index.js';
export type { Costed, CostOptions, PhaseCosts } from './phaseCosts.js';
export { pretrained } from './pretrained.js';
export type { InputValue, RowInput, RowInputs } from './rowInputs.js';
export {
  type FromRowsClassOptions,
  type FromRowsOptions,
  fromRows,
  type RowProbabilities,
  type RowsContext,
} from './rows/index.js';
export type { OutputKind, ScoreKind } from './scores.js';
export * from './tfjs/index.js';
export type { ThresholdDecision, Trained, TrainedModel, TrainedRegression } from './trained.js';
export {
  type ClassificationTask,
  type TransformersEncoder,
  type TransformersEncoderOptions,
  type TransformersOptions,
  transformersEncoder,
  transformersModel,
} from './transformers/index.js';
