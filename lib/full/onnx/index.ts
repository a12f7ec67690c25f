export { type OnnxClassOptions, type OnnxOptions, onnxModel } from './model.js';
