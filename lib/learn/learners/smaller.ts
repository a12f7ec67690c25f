import { gradientBoosting } from './boosting/index.js';
import { SMALL_BOOSTING } from './boosting/model.js';
import { isClassification } from './boosting/target.js';
import type { Learner } from './learner.js';
import { recipeOf } from './recipe.js';

/** Of a round's work a few divisions are left, and of the rounds a part. */
const SMALL = { rounds: 20, maxLeaves: 8, learningRate: 0.3 };

/**
 * The learner in a smaller size, of a name of its own: for stages before the models that it fits.
 *
 * Boosted trees take at most 20 rounds of 8 leaves. Their steps are as much longer as rounds are fewer, up to .3.
 *
 * @returns undefined where none is known, or it is that small already
 */
export function smaller(learner: Learner): Learner | undefined {
  const recipe = recipeOf(learner);
  // A copy that a user has changed is another learner.
  if (recipe?.kind !== 'gradient-boosting' || learner.reads || learner.missing !== true) return undefined;
  const { options } = recipe;
  const { loss = 'auto', rounds = 100, maxDepth = Number.POSITIVE_INFINITY, learningRate = 0.1 } = options;
  const maxLeaves = Math.min(options.maxLeaves ?? 31, 2 ** maxDepth);
  if (!isClassification(loss) && loss !== 'squared' && loss !== 'absolute') return undefined;
  const fewer = Math.min(rounds, SMALL.rounds);
  const leaves = Math.min(maxLeaves, SMALL.maxLeaves);
  if (fewer === rounds && leaves === maxLeaves) return undefined;
  const longer = Math.min((learningRate * rounds) / fewer, Math.max(learningRate, SMALL.learningRate));
  return {
    ...gradientBoosting({ ...options, rounds: fewer, maxLeaves: leaves, learningRate: longer }),
    name: SMALL_BOOSTING,
  };
}
