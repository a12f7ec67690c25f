/** Classifiers of transformers.js: pipelines, and folders of their files. */

export { type TransformersEncoder, type TransformersEncoderOptions, transformersEncoder } from './encoder.js';
export { type TransformersOptions, transformersModel } from './model.js';
export type { ClassificationTask } from './pipeline.js';
