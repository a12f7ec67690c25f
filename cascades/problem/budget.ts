import { checkKeys, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';

/**
 * What fits may take: multiplications; or as many times what one fit of the full model takes; or
 * seconds for all of `tune`, with which the plan depends on the machine.
 */
export type Budget = number | { readonly fits: number } | { readonly seconds: number };

/** @throws OptionError for a budget that is none, or below one fit */
export function checkBudget(budget: unknown): void {
  if (typeof budget !== 'object' || budget === null) {
    if (typeof budget === 'number' && budget > 0) return;
    throw new OptionError(
      'budget',
      `expected a positive number of multiplications, { fits } or { seconds }, got ${show(budget)}`,
    );
  }
  checkKeys(budget, ['fits', 'seconds'], 'budget.');
  const [[unit, amount] = ['', undefined], second] = Object.entries(budget);
  if (unit === '' || second !== undefined) {
    throw new OptionError('budget', `expected either { fits } or { seconds }, got ${show(budget)}`);
  }
  if (typeof amount !== 'number' || !(amount > 0)) {
    throw new OptionError(`budget.${unit}`, `expected a positive number, got ${show(amount)}`);
  }
  if (unit === 'fits' && amount < 1) {
    throw new OptionError('budget.fits', `is too small for one fit: expected at least 1, got ${amount}`);
  }
}

/** The seconds of a budget in seconds. */
export function secondsOf(budget: Budget | undefined): number | undefined {
  return typeof budget === 'object' && 'seconds' in budget ? budget.seconds : undefined;
}
