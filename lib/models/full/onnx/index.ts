/** Networks in ONNX files, by ONNX Runtime. */

export { type OnnxClassOptions, type OnnxOptions, onnxModel } from './model.js';
