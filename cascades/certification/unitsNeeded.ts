import { leastFrom, rowsNeeded } from '../../lib/stats/index.js';
import { type BoundSpec, type Limit, levelOf, limitsOf } from '../losses/index.js';
import { procedureFor } from './procedures/index.js';

/**
 * The least number of units on which no loss at all would certify every limit: for recall and precision, of rows of
 * that class. Of the betting bound beyond some ten thousand units it may be a few in a thousand more than that.
 */
export function unitsNeeded(spec: BoundSpec, unit: 'rows' | 'groups'): number {
  return Math.max(...limitsOf(spec).map((limit) => unitsNeededFor(limit, levelOf(spec), unit)));
}

export function unitsNeededFor(limit: Limit, delta: number, unit: 'rows' | 'groups'): number {
  const procedure = procedureFor(limit, unit);
  // Nothing needs fewer than the exact binomial test; the others need somewhat more.
  return leastFrom(rowsNeeded(limit.epsilon, delta), (n) => procedure.passesLossless(limit, n, delta));
}
