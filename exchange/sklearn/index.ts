/** Fitted pipelines of scikit-learn read: their branches as features, their model as the full model. */

export type { SklearnLabel } from './labels.js';
export {
  type LeftOut,
  type PipelineFeatures,
  type PipelineOptions,
  type SklearnPipeline,
  sklearnPipeline,
} from './pipeline.js';
