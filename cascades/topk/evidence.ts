import {
  allowedErrors,
  bettingPValue,
  bettingRunPValue,
  binomialPValue,
  leastFrom,
  rowsNeeded,
} from '../../lib/stats/index.js';
import type { TopKQuestion } from './bound.js';

/**
 * The p-value of 'the promise isn't kept': of a mean by the betting bound on what is lost, of a share of queries by the exact
 * binomial test on those under the level.
 *
 * @param values the metric of independent queries, in an order that doesn't depend on them
 */
export function promisePValue(values: Float64Array, { level, share, delta }: TopKQuestion): number {
  if (share !== undefined) return binomialPValue(countUnder(values, level), values.length, 1 - share);
  return bettingPValue(
    values.map((value) => 1 - value),
    1 - level,
    delta,
  );
}

/** Queries that don't reach the level. */
export function countUnder(values: Float64Array, level: number): number {
  return values.reduce((sum, value) => sum + Number(value < level), 0);
}

/** The fewest queries on which nothing lost at all would show the promise to be kept; of a mean within some in a thousand. */
export function queriesNeeded(question: TopKQuestion): number {
  const { level, share, delta } = question;
  if (share !== undefined) return rowsNeeded(1 - share, delta);
  const certifies = (n: number) => bettingRunPValue(0, n, 1 - level, delta) <= delta;
  return leastFrom(rowsNeeded(1 - level, delta), certifies);
}

/** Whether what was found of some queries would pass, were it found of `tests` others. */
export function wouldPass(values: Float64Array, question: TopKQuestion, tests: number): boolean {
  const { level, share, delta } = question;
  if (share !== undefined) {
    return countUnder(values, level) / values.length <= allowedErrors(tests, 1 - share, delta) / tests;
  }
  const repeated = new Float64Array(tests).map((_, i) => values[i % values.length]);
  return promisePValue(repeated, question) <= delta;
}
