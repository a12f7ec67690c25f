import type { NodeFields } from './node.js';
import type { Values } from './values.js';

/** A step of a pipeline, as it was fitted: a pure function of the values before it. */
export interface PipelineStep {
  /** Numbers a row that it gives. */
  readonly columns: number;
  /**
   * The values of some rows. A row's values don't depend on the rows beside it.
   *
   * @param inputs of the nodes that it reads, at least one
   * @throws FeatureError, by `faultAt`, for a row that it can't compute
   */
  run(inputs: readonly Values[]): Values;
}

/** Makes a step of what its file holds. @throws ArtifactError for a node that isn't one */
export type ReadStep = (node: NodeFields) => PipelineStep;

/** A fitted model at the end of a pipeline. */
export interface PipelineModel {
  /** Numbers a row: one a class, or 1 for a regressor. */
  readonly outputs: number;
  /**
   * Writes the probabilities of classes, or the numbers, of some rows: rows x outputs.
   *
   * @param parts the inputs of the last concatenation, side by side in that order
   */
  predict(parts: readonly Values[], rows: number, out: Float64Array): void;
}

/** Makes a model of what its file holds. @param read for models inside of it */
export type ReadModel = (model: NodeFields, read: (model: NodeFields) => PipelineModel) => PipelineModel;
