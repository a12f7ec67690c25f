/**
 * Full models trained elsewhere: networks of TensorFlow.js, ONNX files, models behind HTTP; calls gathered into
 * batches.
 */
export * from '../lib/models/full/index.js';
export { type BatchingOptions, microBatch } from '../lib/run/runtime/index.js';
