import { DataError, FeatureError } from '../../errors.js';
import type { TrainingSet } from './learner.js';

/**
 * A number that a learner can't be fitted to: an error of the feature that gave it, where blocks have names.
 *
 * @param row its position in the training set, where one is to blame
 */
export function wrongNumber(
  { features }: Pick<TrainingSet, 'features'>,
  block: number,
  row: number | undefined,
  what: string,
): DataError | FeatureError {
  if (features !== undefined) return new FeatureError(features[block], row, what);
  return new DataError(`block ${block}${row === undefined ? '' : `, row ${row}`}: ${what}`);
}
