import { leastFrom, pairedAllowed, rowsNeeded } from '../../lib/stats/index.js';
import { type Limit, levelOf, limitsOf, methodOf, type Question } from './boundSpec.js';
import { losslessPValue } from './tests/index.js';

/**
 * The least number of units on which no loss at all would certify everything that is asked: for recall and precision, of
 * rows of that class. Of the betting bound beyond some ten thousand units it may be a few in a thousand more than that.
 */
export function unitsNeeded(question: Question, unit: 'rows' | 'groups'): number {
  return Math.max(...limitsOf(question).map((limit) => unitsNeededFor(limit, levelOf(question), unit)));
}

export function unitsNeededFor(limit: Limit, delta: number, unit: 'rows' | 'groups'): number {
  const { loss, epsilon } = limit;
  const method = methodOf(limit, unit);
  const signed = loss === 'accuracy';
  const certifies = (n: number) => {
    if (method === 'exact') return !signed || pairedAllowed(0, n, epsilon, delta) >= 0;
    return losslessPValue(method, n, epsilon, delta, signed) <= delta;
  };
  // Nothing needs fewer than the exact binomial test; the others need somewhat more.
  return leastFrom(rowsNeeded(epsilon, delta), certifies);
}
