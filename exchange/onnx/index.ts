/** ONNX files of trees or weights, read and written. */

import type { TrainedModel, TrainedRegression } from '../../lib/models/full/index.js';
import { fileContent } from '../content.js';
import { type ClassOptions, type ImportOptions, trained } from '../trained.js';
import { readOnnx } from './read.js';

export { toOnnx } from './write.js';

/**
 * A model of trees or weights in an ONNX file, as scikit-learn's (by skl2onnx), XGBoost's or LightGBM's (by
 * onnxmltools) come: a graph of TreeEnsembleClassifier, TreeEnsembleRegressor, LinearClassifier or LinearRegressor,
 * with Scaler before and Softmax, Sigmoid or Normalizer after it. It runs here, without a runtime of ONNX.
 *
 * With `labels` a model of classes, which must be the file's own labels if those are of the same type; without, one of
 * numbers. Its one input is the blocks of its features side by side. Sums are in double precision.
 *
 * @param file its path, or its bytes
 * @throws ArtifactError for a file that is damaged, foreign, of an unknown version, or has other operators; OptionError
 * where labels don't fit
 *
 * @example
 * const full = modelFromOnnx('forest.onnx', { labels: ['ham', 'spam'] });
 *
 * @see ONNX, operators of ai.onnx.ml, versions 1 to 4
 */
export function modelFromOnnx<const L>(file: string | Uint8Array, options: ClassOptions<L>): TrainedModel<L>;
export function modelFromOnnx(file: string | Uint8Array, options?: ImportOptions): TrainedRegression;
export function modelFromOnnx<L>(
  file: string | Uint8Array,
  options: ImportOptions & { readonly labels?: readonly L[] } = {},
): TrainedModel<L> | TrainedRegression {
  const content = fileContent(file);
  return trained(readOnnx(content), content, options);
}
