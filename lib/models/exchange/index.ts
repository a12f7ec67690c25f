/** Models of XGBoost, LightGBM and ONNX files read, and ours written as ONNX. */

export { lightgbmModel } from './lightgbm/index.js';
export { modelFromOnnx, toOnnx } from './onnx/index.js';
export type { ClassOptions, ImportOptions } from './trained.js';
export { xgboostModel } from './xgboost/index.js';
