/** Models of XGBoost, LightGBM, ONNX files and pipelines of scikit-learn read, and ours written as ONNX. */

export { lightgbmModel } from './lightgbm/index.js';
export { modelFromOnnx, toOnnx } from './onnx/index.js';
export {
  type LeftOut,
  type PipelineFeatures,
  type PipelineOptions,
  type SklearnLabel,
  type SklearnPipeline,
  sklearnPipeline,
} from './sklearn/index.js';
export type { ClassOptions, ImportOptions } from './trained.js';
export { xgboostModel } from './xgboost/index.js';
