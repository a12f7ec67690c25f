import type { FeatureSet } from '../lib/features/define/index.js';
import { chooseRows } from '../lib/learn/choosing/index.js';
import type { Learner } from '../lib/learn/learners/index.js';
import { sample } from '../lib/stats/index.js';
import { taught } from './student.js';
import type { ChooseTraining } from './training.js';

/**
 * Chooses rows that a student of those before knows least of (`chooseRows`): docs/decisions/150-hard-rows-teach-first.md.
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
    const lesson = { rows: Array.from(asked, (row) => rows[row]), classes, width };
    const students = await taught({ features, learner, signal }, lesson);
    const scores = await students.scoresOf(Array.from(pool, (row) => rows[row]));
    return chooseRows({ scores, classes: width, count, random }).map((place) => pool[place]);
  };
}
