import { blocksOf, eachBatch, fitFeatures } from '../cascades/internal.js';
import { Rows } from '../lib/data/rows/index.js';
import type { FeatureSet } from '../lib/features/define/index.js';
import { chooseRows } from '../lib/learn/choosing/index.js';
import { type Learner, scoreInto } from '../lib/learn/learners/index.js';
import { sample } from '../lib/stats/index.js';
import type { ChooseTraining } from './training.js';

/**
 * Chooses rows that a student of those before knows least of (`chooseRows`). It pays 2 to 16 % of the calls after
 * training: docs/decisions/150-hard-rows-teach-first.md.
 *
 * @param width classes of the model
 */
export function studentChoice<Row>(
  features: FeatureSet<Row>,
  learner: Learner,
  width: number,
): ChooseTraining<Row> {
  return async ({ rows, pool, asked, classes, count, random, signal }) => {
    // Of one class nothing is learnt: any rows are as good.
    if (new Set(classes).size < 2) return sample(pool.length, count, random).map((place) => pool[place]);
    const taught = Rows.of(Array.from(asked, (row) => rows[row]));
    const fitted = await fitFeatures(features, taught, { signal });
    const model = await learner.fit(
      {
        blocks: await blocksOf(fitted, taught, { signal }),
        rows: taught.length,
        classes: width,
        labels: classes,
        features: features.names,
      },
      { seed: 0, signal },
    );
    const scores = new Float64Array(pool.length * width);
    const others = Rows.of(Array.from(pool, (row) => rows[row]));
    await eachBatch(fitted, others, { signal }, (blocks, from, { length }) =>
      scoreInto(model, blocks, scores.subarray(from * width, (from + length) * width), { signal }),
    );
    return chooseRows({ scores, classes: width, count, random }).map((place) => pool[place]);
  };
}
