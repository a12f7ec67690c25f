import { checkWhole } from '../../lib/check.js';
import { TopK } from './stream.js';

/**
 * The indices of the `k` highest scores, best first; of equal scores (0 and -0 are equal) the lower index comes
 * first. O(n) on average.
 *
 * @param k where there are fewer scores, all of them are returned
 * @throws OptionError unless `k` is a whole number of at least 1
 * @throws DataError for a score that is NaN, naming its index
 *
 * @example
 * topK(Float64Array.of(0.2, 0.9, 0.5, 0.9), 3); // Int32Array [1, 3, 2]
 */
export function topK(scores: Float64Array, k: number): Int32Array {
  checkWhole('k', k, 1);
  const best = new TopK(Math.max(1, Math.min(k, scores.length)));
  best.pushAll(scores, 0);
  return best.best().indices;
}
