import type { LinearForm } from './fold.js';
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
  /**
   * Weighted sums of its columns as sums of the columns that it reads: for steps that are linear.
   *
   * @param inputs how many columns that are
   * @returns undefined where that could change the sums by more than the form allows
   */
  fold?(form: LinearForm, inputs: number): LinearForm | undefined;
}

/** Makes a step of what its file holds. @throws ArtifactError for a node that isn't one */
export type ReadStep = (node: NodeFields) => PipelineStep;

/** A fitted model of a pipeline: the last one, or one whose answers another model reads. */
export interface PipelineModel {
  /** Numbers a row: one a class, or 1 for a regressor. */
  readonly outputs: number;
  /**
   * Writes the probabilities of classes, or the numbers, of some rows: rows x outputs. A row's answers don't depend on
   * the rows beside it, bit for bit.
   *
   * @param parts what it reads, side by side in that order
   */
  predict(parts: readonly Values[], rows: number, out: Float64Array): void;
  /** The same model over the `inputs` columns that a step reads; undefined where it can't take the step in. */
  after?(step: PipelineStep, inputs: number): PipelineModel | undefined;
}

/**
 * Makes a model of what its file holds. `columns` of the file is what its parts have together: whoever reads the file
 * has checked that.
 *
 * @throws ArtifactError
 */
export type ReadModel = (model: NodeFields) => PipelineModel;
