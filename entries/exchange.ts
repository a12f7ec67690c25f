/** Models of LightGBM, XGBoost and scikit-learn read, and ours written as ONNX. */
export * from '../exchange/index.js';
