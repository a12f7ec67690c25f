import { mean, sampleStandardDeviation } from 'simple-statistics';
import { type Block, gather } from '../data/blocks/index.js';
import { type Model, scoreInto } from '../learn/learners/index.js';
import type { Random } from '../stats/index.js';

/**
 * How much accuracy (for regression, explained variance) a model loses when one feature's columns are shuffled among
 * the rows. Of the full model, or one of its kind fitted to other rows; over rows to tune on that this model wasn't
 * fitted to, or a sample of them (`rows`); against their labels, or without labels the full model's answers
 * (`against`).
 */
export interface Importance {
  /**
   * The share of rows more that are answered wrong, or of the variance that isn't explained any more; at most 1, and
   * by chance below 0.
   */
  readonly mean: number;
  /** Standard deviation over the repeats. */
  readonly spread: number;
  /** Rows that it was counted on. None in profiles of earlier versions. */
  readonly rows?: number;
  /** What answers were compared with. None in profiles of earlier versions. */
  readonly against?: 'labels' | 'answers';
}

/** How often each feature is shuffled. */
export const IMPORTANCE_REPEATS = 5;

/**
 * Grouped permutation importance (Breiman, Random Forests, 2001, section 10; all columns of a
 * feature are shuffled together). Redundant features hide each other: each alone then seems
 * worthless. Users expect to see it; the search for a plan doesn't use it.
 *
 * @param right how good the answers decided from `scores` are: their accuracy, or the variance that they explain
 */
export async function importances(
  model: Model,
  blocks: readonly Block[],
  right: (scores: Float64Array) => number,
  random: Random,
): Promise<Importance[]> {
  const { rows } = blocks[0];
  const scores = new Float64Array(rows * model.classes);
  await scoreInto(model, blocks, scores);
  const before = right(scores);
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  const result: Importance[] = [];
  for (let f = 0; f < blocks.length; f++) {
    const losses: number[] = [];
    for (let repeat = 0; repeat < IMPORTANCE_REPEATS; repeat++) {
      random.shuffle(order);
      await scoreInto(model, blocks.with(f, gather(blocks[f], order)), scores);
      losses.push(before - right(scores));
    }
    result.push({ mean: mean(losses), spread: sampleStandardDeviation(losses) });
  }
  return result;
}
