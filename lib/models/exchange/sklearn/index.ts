/** Fitted pipelines of scikit-learn read: their branches as features, their model as the full model. */

export {
  type LeftOut,
  type PipelineDecision,
  type PipelineFeatures,
  type PipelineOptions,
  type SklearnLabel,
  type SklearnPipeline,
  sklearnPipeline,
} from './pipeline.js';
