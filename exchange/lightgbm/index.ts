/** LightGBM's text format. */

import type { TrainedModel, TrainedRegression } from '../../lib/models/full/index.js';
import { textOrFile } from '../content.js';
import { type ClassOptions, type ImportOptions, trained } from '../trained.js';
import { readLightgbm } from './read.js';

export { readLightgbm };

/**
 * A model that LightGBM saved as text, `booster.save_model('model.txt')`: of boosted trees or a random forest, with
 * missing values and categories.
 *
 * With `labels` a model of classes: class 0, 1, … as LightGBM numbers them, in the probabilities that it predicts (with
 * `multiclassova` they don't sum to 1). Without, one of numbers, in the units that LightGBM predicts; a ranking's are
 * its raw scores. All trees are run; `save_model` leaves out those after the best iteration by itself.
 *
 * Its columns are the blocks of its features side by side; missing values are NaN, or 0 as well where it was trained
 * with `zero_as_missing`. It compares in double precision: what blocks hold in it, or else their single numbers.
 *
 * @param file its path, its bytes, or its text
 * @throws ArtifactError for a file that is damaged, foreign, of an unknown version, or holds
 * unsupported content (linear trees); OptionError if labels don't fit
 *
 * @example
 * const full = lightgbmModel('spam.txt', { labels: ['ham', 'spam'] });
 *
 * @see Ke et al., NeurIPS 2017
 */
export function lightgbmModel<const L>(file: string | Uint8Array, options: ClassOptions<L>): TrainedModel<L>;
export function lightgbmModel(file: string | Uint8Array, options?: ImportOptions): TrainedRegression;
export function lightgbmModel<L>(
  file: string | Uint8Array,
  options: ImportOptions & { readonly labels?: readonly L[] } = {},
): TrainedModel<L> | TrainedRegression {
  const content = textOrFile(file);
  return trained(readLightgbm(content), content, options);
}
