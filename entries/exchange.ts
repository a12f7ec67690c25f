/** Models of LightGBM, XGBoost and scikit-learn read, and ours written as ONNX. */
export * from '../lib/models/exchange/index.js';
