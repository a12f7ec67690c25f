import { countRows } from '../../data/blocks/index.js';
import type { LearnerRecipe } from '../learners/index.js';
import type { Checkpoint, KeptFit } from './checkpoint.js';
import { restoredModel } from './task.js';
import type { FitUnit, UnitResult } from './unit.js';

/** Probabilities of a row sum to 1 but for rounding. */
const ROUNDING = 1e-6;

/**
 * A unit's result as a checkpoint kept it. Whoever can write the file can seal any numbers in it:
 * those that no model of the unit gives are refused, since the search would take them for scores.
 *
 * @throws ArtifactError: `damaged`
 */
export function recalled(
  { score, targets: { width }, keeps }: FitUnit,
  recipe: LearnerRecipe,
  { state, scores }: KeptFit,
  checkpoint: Pick<Checkpoint, 'unfit'>,
): UnitResult {
  const wanted = score?.rounds.length ?? 0;
  const length = score ? countRows(score.blocks[0]) * width : 0;
  if (scores.length !== wanted || scores.some((each) => each.length !== length))
    throw checkpoint.unfit('a record has scores of other rows');
  if (!scores.every((each) => areScores(each, width)))
    throw checkpoint.unfit('a record has scores that are none');
  if ((state !== undefined) !== keeps) throw checkpoint.unfit('a record has no model, or one too many');
  if (state === undefined) return { model: undefined, scores, seconds: 0 };
  try {
    const model = restoredModel(recipe, state);
    if (model.classes === width) return { model, scores, seconds: 0 };
  } catch (error) {
    throw checkpoint.unfit('a record has a model that can’t be restored', error);
  }
  throw checkpoint.unfit('a record has a model of other classes');
}

/** Whether these are numbers of a regression, or else a distribution a row. */
function areScores(scores: Float64Array, width: number): boolean {
  if (width === 1) return scores.every(Number.isFinite);
  for (let from = 0; from < scores.length; from += width) {
    let sum = 0;
    for (let i = from; i < from + width; i++) {
      if (!(scores[i] >= 0)) return false;
      sum += scores[i];
    }
    if (!(Math.abs(sum - 1) <= ROUNDING)) return false;
  }
  return true;
}
