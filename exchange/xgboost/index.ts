/** XGBoost's JSON and UBJSON. */

import type { TrainedModel, TrainedRegression } from '../../lib/models/full/index.js';
import { textOrFile } from '../content.js';
import { type ClassOptions, type ImportOptions, trained } from '../trained.js';
import { readXgboost } from './read.js';

export { readXgboost };

/**
 * A model that XGBoost (1 to 3) saved as JSON or UBJSON, `booster.save_model('model.ubj')`: of boosted trees, with
 * missing values, categories and dropout.
 *
 * With `labels` a model of classes: class 0, 1, … as XGBoost numbers them, probabilities that sum to 1. Without, one of
 * numbers, in the units that XGBoost predicts; a ranking's are its raw scores. All trees are run, as
 * `Booster.predict` does: cut a model that stopped early, `booster[: booster.best_iteration + 1]`, before it is saved.
 *
 * Its columns are the blocks of its features side by side. Values that a sparse block doesn't store
 * are 0, and missing values are NaN (XGBoost itself treats values that a sparse matrix doesn't
 * store as missing). Sums are in double precision; XGBoost's are in single. They differ by about
 * its rounding, some 1e-7 of the largest partial sum.
 *
 * @param file its path, its bytes, or its text
 * @throws ArtifactError for a file that is damaged, foreign, of an unknown version, or holds
 * unsupported content (linear boosters, several outputs a row); OptionError if labels don't fit
 *
 * @example
 * const full = xgboostModel('spam.ubj', { labels: ['ham', 'spam'] });
 * const cascade = await tune({ features, rows, labels, full, bound: { epsilon: 0.01 } });
 *
 * @see XGBoost, "Introduction to Model IO" and its JSON schema; Chen and Guestrin, KDD 2016
 */
export function xgboostModel<const L>(file: string | Uint8Array, options: ClassOptions<L>): TrainedModel<L>;
export function xgboostModel(file: string | Uint8Array, options?: ImportOptions): TrainedRegression;
export function xgboostModel<L>(
  file: string | Uint8Array,
  options: ImportOptions & { readonly labels?: readonly L[] } = {},
): TrainedModel<L> | TrainedRegression {
  const content = textOrFile(file);
  return trained(readXgboost(content), content, options);
}
