import type { Label } from '../../cascades/internal.js';
import { show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { isLinear, type Model } from '../../lib/learn/learners/index.js';
import { log, log1p } from '../../lib/util/math/index.js';
import type { StageOutput } from '../types.js';

const MOST_NAMED = 30;

/**
 * A user's ranking value of a row, from the full model's scores: class probabilities in the order
 * of the classes, or one value.
 */
export type RankBy = (scores: Float64Array) => number;

/**
 * The value by which candidates are ranked: the probability of a class, the value of a regression,
 * or the result of a user's function of the model's scores.
 */
export interface Ranking<L extends Label> {
  /** None for regression. */
  readonly classes: readonly L[];
  /** Scores that a model gives a row. */
  readonly width: number;
  /** The class to rank by if a query doesn't have its own. */
  readonly rankClass: number;
  readonly by: RankBy | undefined;
}

/** @throws OptionError if there are several classes and none is chosen to rank by */
export function rankingOf<L extends Label>(
  classes: readonly L[],
  rankClass: L | undefined,
  by: RankBy | undefined,
): Ranking<L> {
  const width = Math.max(1, classes.length);
  if (rankClass !== undefined && by !== undefined) {
    throw new OptionError('score', 'is given beside `rankClass`; rank by one of them');
  }
  if (classes.length === 0 && rankClass !== undefined) {
    throw new OptionError('rankClass', 'is for classes; regression ranks by its number');
  }
  if (by === undefined && rankClass === undefined && classes.length > 2) {
    throw new OptionError('rankClass', `missing; name the class that ranks: ${listed(classes)}`);
  }
  return {
    classes,
    width,
    rankClass: rankClass === undefined ? classes.length - 1 : codeOf('rankClass', classes, rankClass),
    by,
  };
}

/** @throws OptionError for a label that is no class */
export function codeOf<L extends Label>(option: string, classes: readonly L[], rankClass: L): number {
  const code = classes.indexOf(rankClass);
  if (code >= 0) return code;
  throw new OptionError(
    option,
    `${show(rankClass)} is no class; there are ${listed(classes) || 'none, for regression'}`,
  );
}

/** Some of the classes, where there are many. */
function listed(classes: readonly Label[]): string {
  const some = classes.slice(0, MOST_NAMED).map(show).join(', ');
  return classes.length > MOST_NAMED ? `${some} and ${classes.length - MOST_NAMED} more` : some;
}

/** The ranking numbers of rows, from their scores, rows x width. */
export function rankNumbers<L extends Label>(
  { width, by }: Ranking<L>,
  scores: Float64Array,
  rankClass: number,
): Float64Array {
  const numbers = new Float64Array(scores.length / width);
  for (let row = 0; row < numbers.length; row++) {
    numbers[row] = by
      ? by(scores.subarray(row * width, (row + 1) * width))
      : scores[row * width + Math.max(0, rankClass)];
  }
  return numbers;
}

/** The model that gives a stage's numbers of a class. */
export function outputModel(model: Model, output: StageOutput, rankClass: number): Model {
  if (output === 'scores') return model;
  if (isLinear(model)) return model.margin(rankClass);
  throw new TypeError(`'${model.name}' has no margins`);
}

/** Whether a model has margins that can replace its scores. */
export function hasMargins<L extends Label>({ by, classes }: Ranking<L>, model: Model): boolean {
  return by === undefined && classes.length > 2 && isLinear(model);
}

/**
 * The values by which a stage compares candidates. They rank as the scores do; for probabilities
 * they are log-odds, whose gaps mean the same near 1 as in the middle.
 */
export function stageNumbers<L extends Label>(
  ranking: Ranking<L>,
  scores: Float64Array,
  rankClass: number,
): Float64Array {
  const numbers = rankNumbers(ranking, scores, rankClass);
  if (ranking.by || ranking.classes.length === 0) return numbers;
  return numbers.map((p) => log(p) - log1p(-p));
}
